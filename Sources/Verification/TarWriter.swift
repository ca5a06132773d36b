import Foundation

/// Where an archive goes: behind what was written, and back to a header whose size became known.
package protocol ArchiveOutput: AnyObject {
    func append(_ bytes: [UInt8]) throws(VerificationError)
    func overwrite(_ bytes: [UInt8], at offset: Int64) throws(VerificationError)
}

/// Writes a tape archive: the same files in the same order give the same bytes.
struct TarWriter {
    private let output: any ArchiveOutput
    private var offset: Int64 = 0
    private var open: (name: String, header: Int64)?

    init(_ output: any ArchiveOutput) { self.output = output }

    mutating func add(_ name: String, _ bytes: [UInt8]) throws(VerificationError) {
        try self.begin(name)
        try self.write(bytes)
        try self.end()
    }

    /// Begins a file whose size is not known yet.
    mutating func begin(_ name: String) throws(VerificationError) {
        precondition(self.open == nil, "one file at a time")
        self.open = (name, self.offset)
        try self.put([UInt8](repeating: 0, count: TarHeader.block))
    }

    mutating func write(_ bytes: [UInt8]) throws(VerificationError) { try self.put(bytes) }

    mutating func end() throws(VerificationError) {
        guard let open = self.open else { return }
        let size = self.offset - open.header - Int64(TarHeader.block)
        guard size <= TarHeader.largest else {
            throw VerificationError(.tooLarge, "`\(open.name)` is too large for an archive: export it in parts")
        }
        try self.put([UInt8](repeating: 0, count: TarHeader.padding(size)))
        try self.output.overwrite(TarHeader.bytes(name: open.name, size: size), at: open.header)
        self.open = nil
    }

    /// Two blocks of zeros.
    mutating func finish() throws(VerificationError) {
        try self.put([UInt8](repeating: 0, count: 2 * TarHeader.block))
    }

    private mutating func put(_ bytes: [UInt8]) throws(VerificationError) {
        guard !bytes.isEmpty else { return }
        try self.output.append(bytes)
        self.offset += Int64(bytes.count)
    }
}

/// An archive in a new file.
package final class ArchiveFile: ArchiveOutput {
    private let path: String
    private let handle: FileHandle
    private var size: UInt64 = 0

    /// Makes the file; one that is there already is not touched.
    package init(path: String) throws(VerificationError) {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: path) else {
            throw VerificationError(.unreadable, "`\(path)` is there already, expected the name of a new file")
        }
        guard manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw VerificationError(.unreadable, "`\(path)` cannot be written") }
        self.path = path
        self.handle = handle
    }

    package func append(_ bytes: [UInt8]) throws(VerificationError) {
        do {
            try self.handle.write(contentsOf: Data(bytes))
            self.size += UInt64(bytes.count)
        } catch {
            throw VerificationError(.unreadable, "`\(self.path)` cannot be written: \(error)")
        }
    }

    package func overwrite(_ bytes: [UInt8], at offset: Int64) throws(VerificationError) {
        do {
            try self.handle.seek(toOffset: UInt64(offset))
            try self.handle.write(contentsOf: Data(bytes))
            try self.handle.seek(toOffset: self.size)
        } catch {
            throw VerificationError(.unreadable, "`\(self.path)` cannot be written: \(error)")
        }
    }

    /// Everything is on the disk when it returns.
    package func close() throws(VerificationError) {
        do {
            try self.handle.synchronize()
            try self.handle.close()
        } catch {
            throw VerificationError(.unreadable, "`\(self.path)` cannot be written: \(error)")
        }
    }
}
