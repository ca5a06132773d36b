import Foundation
import Synchronization

/// The files of a bundle, by their names: of a folder, or of a tape archive.
package protocol BundleFiles: Sendable {
    /// The names with the sizes, all checked: none leads out of the bundle.
    var sizes: [String: Int64] { get }
    /// So many bytes from there on, fewer at the end.
    func read(_ name: String, from offset: Int64, count: Int) throws(VerificationError) -> [UInt8]
}

extension BundleFiles {
    /// A small file as a whole.
    package func whole(_ name: String, upTo limit: Int = 1 << 20) throws(VerificationError) -> [UInt8] {
        guard let size = self.sizes[name] else {
            throw VerificationError(.malformed, "the bundle has no file `\(name)`")
        }
        guard size <= limit else {
            throw VerificationError(.tooLarge, "`\(name)` has \(size) bytes, expected at most \(limit)")
        }
        return try self.read(name, from: 0, count: Int(size))
    }
}

/// A file that is read from anywhere.
final class RandomAccessFile: Sendable {
    let path: String
    let size: Int64
    private let handle: Mutex<FileHandle>

    init(_ path: String) throws(VerificationError) {
        guard let handle = FileHandle(forReadingAtPath: path), let size = try? handle.seekToEnd() else {
            throw VerificationError(.unreadable, "`\(path)` cannot be read")
        }
        self.path = path
        self.size = Int64(size)
        self.handle = Mutex(handle)
    }

    func read(from offset: Int64, count: Int) throws(VerificationError) -> [UInt8] {
        guard count > 0 else { return [] }
        let bytes: [UInt8]? = self.handle.withLock { handle in
            // At the end of the file there is no data, which is no error.
            do {
                try handle.seek(toOffset: UInt64(offset))
                return Array(try handle.read(upToCount: count) ?? Data())
            } catch {
                return nil
            }
        }
        guard let bytes else { throw VerificationError(.unreadable, "`\(self.path)` cannot be read at \(offset)") }
        return bytes
    }
}

/// A bundle that is one tape archive. Links, absolute names, `..` and names that occur twice are refused.
package struct ArchiveFiles: BundleFiles {
    /// More files than this are refused.
    package static let most = 4_000_000

    package let sizes: [String: Int64]
    private let offsets: [String: Int64]
    private let file: RandomAccessFile

    package init(path: String) throws(VerificationError) {
        let file = try RandomAccessFile(path)
        var sizes: [String: Int64] = [:]
        var offsets: [String: Int64] = [:]
        var offset: Int64 = 0
        while true {
            let header = try file.read(from: offset, count: TarHeader.block)
            let entry = try TarHeader.read(header)
            offset += Int64(TarHeader.block)
            switch entry {
            case .end:
                self.sizes = sizes
                self.offsets = offsets
                self.file = file
                return
            case .folder: continue
            case .file(let name, let size):
                guard offset + size <= file.size else {
                    throw VerificationError(.malformed, "the archive ends inside `\(name)`")
                }
                guard sizes.updateValue(size, forKey: name) == nil else {
                    throw VerificationError(.unsafePath, "`\(name)` is twice in the archive")
                }
                guard sizes.count <= Self.most else {
                    throw VerificationError(.tooLarge, "the archive has more than \(Self.most) files")
                }
                offsets[name] = offset
                offset += size + Int64(TarHeader.padding(size))
            }
        }
    }

    package func read(_ name: String, from offset: Int64, count: Int) throws(VerificationError) -> [UInt8] {
        guard let start = self.offsets[name], let size = self.sizes[name] else {
            throw VerificationError(.malformed, "the bundle has no file `\(name)`")
        }
        return try self.file.read(from: start + offset, count: Int(min(Int64(count), max(0, size - offset))))
    }
}

/// A bundle that was unpacked. Links are refused.
package struct FolderFiles: BundleFiles {
    package let sizes: [String: Int64]
    private let path: String

    package init(path: String) throws(VerificationError) {
        var sizes: [String: Int64] = [:]
        let manager = FileManager.default
        guard let names = manager.enumerator(atPath: path) else {
            throw VerificationError(.unreadable, "the folder `\(path)` cannot be read")
        }
        for case let name as String in names {
            guard let attributes = try? manager.attributesOfItem(atPath: path + "/" + name),
                let type = attributes[.type] as? FileAttributeType
            else { throw VerificationError(.unreadable, "`\(path)/\(name)` cannot be read") }
            if type == .typeDirectory { continue }
            guard type == .typeRegular else {
                throw VerificationError(.unsafePath, "`\(name)` is a link, expected plain files")
            }
            try TarHeader.checkName(name)
            sizes[name] = (attributes[.size] as? NSNumber)?.int64Value ?? 0
        }
        self.sizes = sizes
        self.path = path
    }

    package func read(_ name: String, from offset: Int64, count: Int) throws(VerificationError) -> [UInt8] {
        guard self.sizes[name] != nil else {
            throw VerificationError(.malformed, "the bundle has no file `\(name)`")
        }
        return try RandomAccessFile(self.path + "/" + name).read(from: offset, count: count)
    }
}

/// The lines of one file of a bundle, one after another.
struct BundleLines {
    private let files: any BundleFiles
    private let name: String
    private let longest: Int
    private var offset: Int64 = 0
    private var buffer: [UInt8] = []
    private var position = 0
    private(set) var number = 0

    init(_ files: any BundleFiles, _ name: String, longest: Int) {
        self.files = files
        self.name = name
        self.longest = longest
    }

    /// The next line without its end; nil at the end.
    mutating func next() throws(VerificationError) -> ArraySlice<UInt8>? {
        var searched = self.position
        while true {
            if let end = self.buffer[searched...].firstIndex(of: 0x0A) {
                defer { self.position = end + 1 }
                self.number += 1
                return self.buffer[self.position..<end]
            }
            guard self.buffer.count - self.position <= self.longest else {
                throw VerificationError(.tooLarge, "line \(self.number + 1) of `\(self.name)` is too long")
            }
            let piece = try self.files.read(self.name, from: self.offset, count: 1 << 18)
            guard !piece.isEmpty else {
                guard self.position < self.buffer.count else { return nil }
                throw VerificationError(.malformed, "`\(self.name)` ends inside line \(self.number + 1)")
            }
            self.buffer.removeSubrange(..<self.position)
            searched = self.buffer.count
            self.position = 0
            self.offset += Int64(piece.count)
            self.buffer += piece
        }
    }
}
