import Foundation
import Kernel
import Transparency

/// A file that holds the seed of a signing key in base 64, readable by its owner alone.
enum KeyFile {
    /// Reads the key, and makes one where there is no file.
    /// - Throws: `ServerError` where the file cannot be read or made, holds no seed, or others may read it.
    static func key(at path: String, name: KeyName) throws -> SigningKey {
        try Self.key(Self.seed(at: path), name: name, path)
    }

    /// Reads a key that must be there.
    static func existingKey(at path: String, name: KeyName) throws -> SigningKey {
        try Self.key(Self.existingSeed(at: path), name: name, path)
    }

    /// The bytes of the key, which are made where there is no file.
    static func seed(at path: String) throws -> [UInt8] {
        try Self.made(at: path) ?? Self.existingSeed(at: path)
    }

    private static func existingSeed(at path: String) throws -> [UInt8] {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else {
            throw Self.error(path, "is no file that can be read", hint: "choose another path")
        }
        guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
            throw Self.error(path, "can be read by others than its owner", hint: "chmod 600 \(path)")
        }
        guard let text = String(validating: try Self.read(path), as: UTF8.self),
            let seed = Base64.decode(text.filter { !$0.isNewline })
        else { throw Self.error(path, "holds no key", hint: "restore the key, or choose another path") }
        return seed
    }

    private static func key(_ seed: [UInt8], name: KeyName, _ path: String) throws -> SigningKey {
        guard let key = SigningKey(name: name, seed: Secret(seed)) else {
            throw Self.error(path, "holds no key of 32 bytes", hint: "restore the key, or choose another path")
        }
        return key
    }

    /// Makes the file with a new seed, all or nothing; nil where there is one.
    private static func made(at path: String) throws -> [UInt8]? {
        guard !FileManager.default.fileExists(atPath: path) else { return nil }
        var random = SystemRandomNumberGenerator()
        let seed = (0..<4).flatMap { _ -> [UInt8] in
            let word = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
        }
        do throws(DurableFile.Failure) {
            try DurableFile.create(path, Array((Base64.encode(seed) + "\n").utf8), mode: 0o600)
        } catch {
            if error.reason == EEXIST { return nil }
            throw Self.error(path, "cannot be made: \(error)", hint: "create its folder, or choose another path")
        }
        return seed
    }

    private static func read(_ path: String) throws -> [UInt8] {
        do { return try DurableFile.contents(of: path, limit: 4096) ?? [] } catch {
            throw Self.error(path, "cannot be read: \(error)", hint: "let the user who runs gatehouse read it")
        }
    }

    private static func error(_ path: String, _ reason: String, hint: String) -> ServerError {
        ServerError(.noKey, "the key `\(path)` \(reason)\nhint: \(hint)")
    }
}
