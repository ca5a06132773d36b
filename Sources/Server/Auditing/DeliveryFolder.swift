package import Audit
package import AuditExport
import Foundation
package import Kernel

/// Keeps a delivery's cursor and its dead letters as files of a folder.
struct DeliveryFolder: DeliveryStore {
    private let cursorPath: String
    private let lettersPath: String

    /// - Throws: where the folder cannot be made.
    init(path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        self.cursorPath = path + "/cursor"
        self.lettersPath = path + "/dead-letters.jsonl"
    }

    func cursor() throws(ExportError) -> Int64? {
        guard FileManager.default.fileExists(atPath: self.cursorPath) else { return nil }
        guard let data = FileManager.default.contents(atPath: self.cursorPath),
            let cursor = Int64(String(decoding: data, as: UTF8.self).filter { !$0.isNewline }), cursor >= 0
        else {
            throw ExportError(
                .unavailable,
                "`\(self.cursorPath)` holds no index\nhint: write the index of the first leaf to deliver into it")
        }
        return cursor
    }

    func keep(cursor: Int64) throws(ExportError) {
        let next = self.cursorPath + ".next"
        do {
            try Data("\(cursor)\n".utf8).write(to: URL(fileURLWithPath: next))
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: next))
            try file.synchronize()
            try file.close()
        } catch {
            throw ExportError(.unavailable, "`\(next)` cannot be written: \(error)")
        }
        // SAFE: both paths are C strings for the length of the call.
        guard unsafe rename(next, self.cursorPath) == 0 else {
            throw ExportError(.unavailable, "`\(self.cursorPath)` cannot be replaced")
        }
    }

    func bury(_ leaf: LoggedLeaf, _ reason: String) throws(ExportError) {
        var writer = JSONWriter(reserving: leaf.bytes.count + 256)
        writer.beginObject()
        writer.member("index", leaf.index)
        writer.member("leaf", String(decoding: leaf.bytes, as: UTF8.self))
        writer.member("reason", reason)
        writer.endObject()
        do {
            if !FileManager.default.fileExists(atPath: self.lettersPath) {
                _ = FileManager.default.createFile(
                    atPath: self.lettersPath, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: self.lettersPath))
            try file.seekToEnd()
            try file.write(contentsOf: Data(writer.bytes + [0x0A]))
            try file.synchronize()
            try file.close()
        } catch {
            throw ExportError(.unavailable, "`\(self.lettersPath)` cannot be written: \(error)")
        }
    }
}

/// The ledger, as a delivery reads it.
struct LedgerFeed: LeafFeed {
    let log: any LogReading
    let context: @Sendable () -> OperationContext

    var origin: String { self.log.origin }

    func leaves(from index: Int64, limit: Int) async throws(ExportError) -> [LoggedLeaf] {
        do { return try await self.log.leaves(from: index, limit: limit, self.context()) } catch {
            throw ExportError(.unavailable, "the log cannot be read: \(error)")
        }
    }
}

extension Auditing {
    /// A delivery of the log to a target. Its cursor and dead letters are kept in `folder`.
    /// - Throws: where the folder cannot be made or certificates cannot be read.
    package static func delivery(
        of log: any LogReading, to target: ExportTarget, as formatter: ExportFormatter, folder: String,
        context: @escaping @Sendable () -> OperationContext,
        report: @escaping @Sendable (DeliveryIncident) -> Void
    ) throws -> Delivery {
        try Self.delivery(
            of: log, to: target, as: formatter, folder: folder, gauge: nil, context: context, report: report)
    }

    static func delivery(
        of log: any LogReading, to target: ExportTarget, as formatter: ExportFormatter, folder: String,
        gauge: ExportGauge?, context: @escaping @Sendable () -> OperationContext,
        report: @escaping @Sendable (DeliveryIncident) -> Void
    ) throws -> Delivery {
        let kept = try DeliveryFolder(path: folder)
        let sink: any ExportSink
        switch target.place {
        case .file(let path): sink = FileExportSink(path: path, formatter: formatter)
        case .http(let url): sink = HTTPExportSink(url: url, token: target.token, formatter: formatter)
        case .syslog(let host, let port, let isTLS):
            sink = try SyslogExportSink(
                host: host, port: port, isTLS: isTLS, authority: target.authority, formatter: formatter)
        }
        return Delivery(
            from: LedgerFeed(log: log, context: context), to: sink,
            store: gauge.map { GaugedStore(store: kept, gauge: $0) } ?? kept,
            sleep: { try await Task.sleep(for: $0) }, report: report)
    }
}
