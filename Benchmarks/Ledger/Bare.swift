import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#endif

/// A database with the log's settings and one table of bytes.
struct Bare {
    let queue: DatabaseQueue

    init(_ path: String) throws {
        self.queue = try DatabaseQueue(path: path)
        try self.queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                    PRAGMA wal_autocheckpoint = 128;
                    CREATE TABLE row (idx INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
                    """)
        }
    }

    func insert(_ rows: [Data]) throws {
        try self.queue.write { database in
            let statement = try database.cachedStatement(sql: "INSERT INTO row (data) VALUES (?)")
            for row in rows { try statement.execute(arguments: [row]) }
        }
    }
}

/// A file of which nothing but its bytes is written: what the disk does at most.
struct PlainFile {
    private let descriptor: CInt
    private let block: [UInt8]
    private let blocks: Int

    init(_ path: String, block: [UInt8], blocks: Int) {
        unsafe self.descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        self.block = block
        self.blocks = blocks
        posix_fallocate(self.descriptor, 0, off_t(blocks * block.count))
    }

    /// Writes every block, each made durable before the next.
    func write() {
        for index in 0..<self.blocks {
            // SAFE: the pointer does not outlive the closure.
            _ = unsafe self.block.withUnsafeBytes {
                unsafe pwrite(self.descriptor, $0.baseAddress, $0.count, off_t(index * self.block.count))
            }
            fdatasync(self.descriptor)
        }
    }
}
