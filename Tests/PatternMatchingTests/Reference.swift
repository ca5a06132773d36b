import CVectorscan

/// What the pattern library finds, to be compared with.
enum Reference {
    /// A place where an expression matches.
    struct Hit: Hashable, Comparable {
        let pattern: Int
        let start: Int
        let end: Int

        static func < (left: Hit, right: Hit) -> Bool {
            (left.end, left.pattern, left.start) < (right.end, right.pattern, right.start)
        }
    }

    /// Expressions that the library has compiled.
    @safe
    final class Database {
        private let database: OpaquePointer?
        private var scratch: OpaquePointer?

        /// Nil where the library refuses one of them.
        init?(_ expressions: [String], tellsStarts: Bool) {
            var compiled: OpaquePointer?
            var failure: UnsafeMutablePointer<hs_compile_error_t>?
            var text: [CChar] = []
            var offsets: [Int] = []
            for expression in expressions {
                offsets.append(text.count)
                text.append(contentsOf: expression.utf8.map { CChar(bitPattern: $0) })
                text.append(0)
            }
            // SAFE: the library reads the expressions while the call lasts, and copies what it keeps.
            let status = unsafe text.withUnsafeBufferPointer { text in
                let pointers = unsafe offsets.map { unsafe text.baseAddress?.advanced(by: $0) }
                let flag = tellsStarts ? UInt32(HS_FLAG_SOM_LEFTMOST) : 0
                let flags = [UInt32](repeating: flag, count: expressions.count)
                let ids = expressions.indices.map { UInt32($0) }
                return unsafe hs_compile_multi(
                    pointers, flags, ids, UInt32(expressions.count), UInt32(HS_MODE_BLOCK), nil, &compiled, &failure)
            }
            guard status == HS_SUCCESS else {
                unsafe hs_free_compile_error(failure)
                return nil
            }
            unsafe self.database = compiled
            guard unsafe hs_alloc_scratch(compiled, &self.scratch) == HS_SUCCESS else { return nil }
        }

        deinit {
            // SAFE: nobody scans, since they would hold a reference.
            _ = unsafe hs_free_scratch(self.scratch)
            _ = unsafe hs_free_database(self.database)
        }

        /// All hits in a text, sorted.
        func hits(in text: [UInt8]) -> [Hit] {
            var hits: Set<Hit> = []
            // SAFE: the library and the callback use the pointers only while the call lasts; the context is `hits`.
            unsafe withUnsafeMutablePointer(to: &hits) { hits in
                unsafe text.withUnsafeBytes { bytes in
                    guard let start = bytes.baseAddress else { return }
                    _ = unsafe hs_scan(
                        self.database, start.assumingMemoryBound(to: CChar.self), UInt32(bytes.count), 0, self.scratch,
                        { pattern, from, to, _, context in
                            _ = unsafe context?.assumingMemoryBound(to: Set<Hit>.self).pointee.insert(
                                Hit(pattern: Int(pattern), start: Int(from), end: Int(to)))
                            return 0
                        }, hits)
                }
            }
            return hits.sorted()
        }
    }
}
