#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random bytes as the operating system gives them.
enum SystemEntropy {
    /// As many as asked for.
    @Sendable static func bytes(_ count: Int) -> [UInt8] {
        // SAFE: the system fills the whole buffer, which is initialised when it has.
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            unsafe arc4random_buf(start, count)
            filled = count
        }
    }
}
