import Foundation
import Kernel
import Synchronization
import TestSupport

@testable import PostgresStorage

/// A server of PostgreSQL for tests: in a folder of its own, reached through a socket there, gone with this process.
final class PostgresServer: Sendable {
    /// What went wrong, for whoever looks at the tests.
    struct Trouble: Error, CustomStringConvertible {
        let description: String
    }

    /// Where the server's programs are; nil where there are none.
    static let programs: String? = {
        let roots = ["/usr/lib/postgresql", "/usr/local/pgsql", "/usr/pgsql-15", "/usr/local", "/usr"]
        let folders = roots.flatMap { root in
            let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
            return versions.sorted().reversed().map { "\(root)/\($0)/bin" } + ["\(root)/bin"]
        }
        return folders.first { folder in
            ["initdb", "postgres", "pg_ctl"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }
    }()

    /// Whether there can be one; says why where there cannot.
    static let isThere: Bool = {
        if PostgresServer.programs != nil { return true }
        print("skipped: no server of PostgreSQL is installed (Debian: apt-get install postgresql-15)")
        return false
    }()

    /// One server for all tests that leave it alone; each has a database of its own.
    static let shared = Result { try PostgresServer() }

    private let folder: String
    private let programs: String
    /// Whom the server runs as: it refuses to run as root.
    private let user: [String]
    private let count = Mutex(0)

    init() throws {
        guard let programs = Self.programs else { throw Trouble(description: "no server is installed") }
        self.programs = programs
        // Not below TMPDIR, where another user may have no way in, and whose path may be too long for a socket.
        self.folder = "/tmp/gatehouse-pg-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: false)
        if getuid() == 0 {
            let (user, group) =
                ["postgres", "nobody"].compactMap { (name: String) -> (uid_t, gid_t)? in
                    // SAFE: the name is a C string for the length of the call, and the entry is read at once.
                    unsafe getpwnam(name).map { entry in unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid) }
                }.first ?? (65534, 65534)
            // SAFE: the path is a C string for the length of the call.
            _ = unsafe chown(self.folder, user, group)
            self.user = ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"]
        } else {
            self.user = []
        }
        try self.run([
            "initdb", "--pgdata", "\(self.folder)/data", "--username=gatehouse", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-sync",
        ])
        try self.start()
        try self.watch()
    }

    /// Takes the server down and its folder away when this process has ended, however it did.
    private func watch() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        process.arguments = [
            "sh", "-c",
            """
            while kill -0 \(getpid()) 2> /dev/null; do sleep 0.5; done
            \((self.user + ["\(self.programs)/pg_ctl"]).joined(separator: " ")) -D \(self.folder)/data -m immediate stop
            rm -rf \(self.folder)
            """,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    private func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        // Foundation takes a program for running as long as anybody has the files that it opened for it, and the server
        // would keep them.
        let closing = "for f in /proc/$$/fd/*; do n=${f##*/}; [ $n -gt 2 ] && eval \"exec $n>&-\"; done; exec \"$@\""
        process.arguments =
            ["-c", closing, "run"] + self.user + ["\(self.programs)/\(command[0])"] + command.dropFirst()
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        // To a file: the server keeps its output open for as long as it lives, and nobody reads a pipe for so long.
        let log = "\(self.folder)/\(command[0])-\(UUID().uuidString.prefix(8)).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw Trouble(description: "\(command[0]) failed: \(said.suffix(2000))")
        }
    }

    private func control(_ action: [String]) throws {
        try self.run(
            [
                "pg_ctl", "--pgdata", "\(self.folder)/data", "--log", "\(self.folder)/data/server.log", "--wait",
                "--options", "-k \(self.folder) -c listen_addresses= -c max_connections=200 -c shared_buffers=32MB",
            ] + action)
    }

    func start() throws { try self.control(["start"]) }
    func stop() throws { try self.control(["--mode", "immediate", "stop"]) }
    /// As if the power had failed and come back.
    func restart() throws { try self.control(["--mode", "immediate", "restart"]) }

    /// The URL of a database of this server.
    func url(_ database: String, user: String = "gatehouse") throws -> PostgresURL {
        try PostgresURL(Secret("postgresql://\(user)@/\(database)?host=\(self.folder)"))
    }

    /// A new, empty database.
    func database() throws -> PostgresURL { try self.url(self.databaseName()) }

    /// The same, by its name.
    func databaseName() throws -> String {
        let number = self.count.withLock { count in
            count += 1
            return count
        }
        try self.sql("CREATE DATABASE t\(number)")
        return "t\(number)"
    }

    /// Does something behind the back of the ports, as a superuser.
    func sql(_ text: String, in database: String = "postgres") throws {
        try PostgresConnection(self.url(database), until: .now + .seconds(20))
            .script(text, until: .now + .seconds(20))
    }

    deinit { try? self.stop() }
}
