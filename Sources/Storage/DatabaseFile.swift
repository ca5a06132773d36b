import Kernel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The file that a database is in, before SQLite sees it.
enum DatabaseFile {
    /// Makes an empty file that only its owner can read and write; leaves one that exists alone. SQLite gives the files
    /// that it puts beside it the same permissions.
    ///
    /// INVARIANT: it never opens the file. Closing it again would let go of the locks that SQLite holds on it elsewhere
    /// in this process, and another process could then take itself for the last one and remove the log.
    static func create(at path: String) throws(StoreError) {
        // SAFE: the path is a C string for the length of the call.
        if unsafe mknod(path, S_IFREG | 0o600, 0) == 0 { return }
        guard errno == EEXIST else { throw self.error(path, errno) }
        // SAFE: as above.
        guard unsafe access(path, R_OK | W_OK) == 0 else { throw self.error(path, errno) }
        var status = stat()
        // SAFE: as above; the structure outlives the call.
        guard unsafe stat(path, &status) == 0 else { throw self.error(path, errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw self.error(path, EISDIR) }
    }

    private static func error(_ path: String, _ reason: Int32) -> StoreError {
        // SAFE: strerror gives a C string that is valid until the next call on this thread.
        let text = unsafe String(cString: strerror(reason)).lowercased()
        let hint =
            switch reason {
            case ENOENT: "create its directory first, or choose another path"
            case EACCES, EPERM: "let the user who runs gatehouse read and write it and its directory"
            case EROFS: "choose a path on a file system that can be written"
            case EISDIR: "name a file in that directory"
            case ENOSPC, EDQUOT: "free some space"
            default: "choose another path"
            }
        return StoreError(.unavailable, "the database `\(path)` cannot be opened: \(text)\nhint: \(hint)")
    }
}
