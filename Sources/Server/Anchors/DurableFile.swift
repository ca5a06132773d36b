#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Small files that must be on the disk when the call returns.
enum DurableFile {
    /// What the system says.
    struct Failure: Error, CustomStringConvertible {
        let reason: Int32

        var description: String {
            // SAFE: strerror gives a C string that is valid until the next call on this thread.
            unsafe String(cString: strerror(self.reason)).lowercased()
        }
    }

    /// The bytes of a file; nil where there is none.
    static func contents(of path: String, limit: Int) throws(Failure) -> [UInt8]? {
        // SAFE: the path is a C string for the length of the call.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure(reason: errno)
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            // SAFE: the buffer has room for what is asked for.
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe read(file, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Failure(reason: errno) }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw Failure(reason: EFBIG) }
        return Array(bytes.prefix(count))
    }

    /// Makes a file that is not there yet: all of it or none.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(Failure) {
        try Self.put(path, flags: O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode, bytes)
        try Self.synchroniseFolder(of: path)
    }

    /// Puts a file in the place of another: the old one or the new one is there, never a part.
    static func replace(_ path: String, _ bytes: [UInt8]) throws(Failure) {
        let new = path + ".new"
        try Self.put(new, flags: O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600, bytes)
        // SAFE: the paths are C strings for the length of the call.
        guard unsafe rename(new, path) == 0 else { throw Failure(reason: errno) }
        try Self.synchroniseFolder(of: path)
    }

    /// Adds to the end of a file, which is made where there is none.
    static func append(_ path: String, _ bytes: [UInt8]) throws(Failure) {
        try Self.put(path, flags: O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640, bytes)
    }

    private static func put(_ path: String, flags: Int32, _ mode: mode_t, _ bytes: [UInt8]) throws(Failure) {
        // SAFE: the path is a C string for the length of the call.
        let file = unsafe open(path, flags, mode)
        guard file >= 0 else { throw Failure(reason: errno) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            // SAFE: the buffer outlives the call, which reads no more than it has.
            let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(reason: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw Failure(reason: errno) }
    }

    /// A new name is durable when its folder is.
    private static func synchroniseFolder(of path: String) throws(Failure) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        // SAFE: the path is a C string for the length of the call.
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(reason: errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw Failure(reason: errno) }
    }
}
