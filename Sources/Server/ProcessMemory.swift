import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the process asks of the allocator and the kernel.
enum ProcessMemory {
    private typealias Trim = @convention(c) (Int) -> CInt
    private typealias Tune = @convention(c) (CInt, CInt) -> CInt

    /// Has the allocator keep what long bodies leave behind. It gives memory back to the kernel from 128 KB on otherwise,
    /// and each body of 100 KB then costs some thirty page faults: a sixth of the processor time that it takes here.
    static func keepFreed() {
        // SAFE: where the C library has a function of this name, it is `int mallopt(int, int)`.
        guard let symbol = unsafe dlsym(nil, "mallopt") else { return }
        let tune = unsafe unsafeBitCast(symbol, to: Tune.self)
        _ = tune(-3, 1 << 20)  // M_MMAP_THRESHOLD: from here on a mapping of its own
        _ = tune(-1, 8 << 20)  // M_TRIM_THRESHOLD: so much may wait at a heap's end
    }

    /// Lets go of the program's and its libraries' pages that are in memory now, most of which only the start needed:
    /// reading the configuration, compiling patterns and policies. What is used again comes back from the page cache within
    /// microseconds. What the allocator keeps for later goes back as well.
    static func releaseWhatStartNeeded() {
        // SAFE: where the C library has a function of this name, it is `int malloc_trim(size_t)`.
        if let trim = unsafe dlsym(nil, "malloc_trim") { _ = unsafe unsafeBitCast(trim, to: Trim.self)(0) }
        guard let maps = try? String(contentsOfFile: "/proc/self/smaps", encoding: .utf8) else { return }
        var range: Range<UInt>?
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if let found = Self.ofFile(words) {
                range = found
            } else if words.first?.hasSuffix(":") != true {
                range = nil
            } else if words.first == "Anonymous:", words.dropFirst().first == "0", let untouched = range {
                // SAFE: the pages are a file's, nobody can write to them and nobody has, so what is let go of is read again
                // as it was.
                unsafe madvise(
                    UnsafeMutableRawPointer(bitPattern: untouched.lowerBound), untouched.count, MADV_DONTNEED)
            }
        }
    }

    /// The addresses of a mapping of a file that cannot be written to. Its line is such as
    /// `7f10-7f20 r-xp 00001000 fe:00 1234 /usr/bin/gatehouse`.
    private static func ofFile(_ words: [Substring]) -> Range<UInt>? {
        guard words.count >= 6, words[1].hasPrefix("r-"), words[4] != "0", words[5].hasPrefix("/") else { return nil }
        let bounds = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        return bounds.count == 2 && bounds[0] < bounds[1] ? bounds[0]..<bounds[1] : nil
    }
}
