import Foundation
import Kernel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The file that a database is in, before SQLite sees it.
enum DatabaseFile {
    /// Makes an empty file that only its owner can read and write; leaves one that exists alone. SQLite gives the files
    /// that it puts beside it the same permissions.
    static func create(at path: String) throws(StoreError) {
        // SAFE: the path is a valid C string for the length of the call.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor < 0 else {
            _ = close(descriptor)
            return
        }
        let reason = errno
        // SAFE: strerror gives a C string that is valid until the next call on this thread.
        let text = unsafe String(cString: strerror(reason)).lowercased()
        let hint: String
        switch reason {
        case ENOENT: hint = "create its directory first, or choose another path"
        case EACCES, EPERM: hint = "let the user who runs gatehouse read and write it and its directory"
        case EROFS: hint = "choose a path on a file system that can be written"
        case EISDIR: hint = "name a file in that directory"
        case ENOSPC, EDQUOT: hint = "free some space"
        default: hint = "choose another path"
        }
        throw StoreError(.unavailable, "the database `\(path)` cannot be opened: \(text)\nhint: \(hint)")
    }
}
