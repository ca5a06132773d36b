#if VECTORSCAN
    internal import CVectorscan
#endif

/// Why the library does not compile expressions.
struct VectorscanError: Error {
    /// Which of them, if it is one of them.
    let index: Int?
    let message: String
    /// Whether this processor, or this program, is without the library.
    var isAbsent = false
}

/// Called for each hit: the expression, its start if it is told, its end, the context.
typealias VectorscanHandler = @convention(c) (UInt32, UInt64, UInt64, UInt32, UnsafeMutableRawPointer?) -> Int32

/// Expressions compiled by vectorscan. The one place that knows the library; a program built without it has it refuse all.
@safe
final class VectorscanDatabase: Sendable {
    #if VECTORSCAN
        // SAFE: vectorscan databases are immutable once compiled; owned here alone, freed in deinit.
        private nonisolated(unsafe) let database: OpaquePointer?

        /// Whether the library is built in and the processor has the instructions that it needs.
        static let isUsable = hs_valid_platform() == HS_SUCCESS

        init(_ expressions: [String], tellsStarts: Bool) throws(VectorscanError) {
            guard Self.isUsable else {
                throw VectorscanError(
                    index: nil, message: "the processor lacks the instructions that vectorscan needs", isAbsent: true)
            }
            var text: [CChar] = []
            var starts: [Int] = []
            for expression in expressions {
                starts.append(text.count)
                text.append(contentsOf: expression.utf8.map { CChar(bitPattern: $0) })
                text.append(0)
            }
            var database: OpaquePointer?
            var failure: UnsafeMutablePointer<hs_compile_error_t>?
            // SAFE: the library reads the expressions while the call lasts, and copies what it keeps.
            let status = unsafe text.withUnsafeBufferPointer { text in
                let pointers = unsafe starts.map { unsafe text.baseAddress?.advanced(by: $0) }
                let flag = tellsStarts ? UInt32(HS_FLAG_SOM_LEFTMOST) : 0
                let flags = [UInt32](repeating: flag, count: expressions.count)
                let ids = expressions.indices.map { UInt32($0) }
                return unsafe hs_compile_multi(
                    pointers, flags, ids, UInt32(expressions.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
            }
            guard status == HS_SUCCESS else {
                // SAFE: the library returned the error to us, and we free it once; its message lives until then.
                defer { unsafe hs_free_compile_error(failure) }
                guard let failure = unsafe failure?.pointee else {
                    throw VectorscanError(index: nil, message: "no memory to compile the patterns")
                }
                let reason = unsafe failure.message.map { unsafe String(cString: $0) } ?? "unknown reason"
                let index = Int(unsafe failure.expression)
                throw VectorscanError(index: expressions.indices.contains(index) ? index : nil, message: reason)
            }
            unsafe self.database = database
        }

        deinit {
            // SAFE: nobody scans, since they would hold a reference; freeing nil is allowed.
            _ = unsafe hs_free_database(self.database)
        }

        /// Tells the handler each hit in a text; false if the scan could not be carried out or the handler ended it.
        @inline(__always)
        func scan(
            _ text: UnsafeBufferPointer<UInt8>, with scratch: borrowing VectorscanScratch, identity: UInt64,
            context: UnsafeMutableRawPointer, _ handler: VectorscanHandler
        ) -> Bool {
            // SAFE: the library and the handler use the pointers only while this call lasts.
            guard let base = text.baseAddress, let length = UInt32(exactly: text.count),
                let space = unsafe scratch.prepared(for: self.database, identity: identity)
            else { return false }
            return unsafe base.withMemoryRebound(to: CChar.self, capacity: text.count) { base in
                unsafe hs_scan(self.database, base, length, 0, space, handler, context) == HS_SUCCESS
            }
        }
    #else
        /// This program is built without the library.
        static let isUsable = false

        init(_ expressions: [String], tellsStarts: Bool) throws(VectorscanError) {
            throw VectorscanError(index: nil, message: "this program is built without vectorscan", isAbsent: true)
        }

        func scan(
            _ text: UnsafeBufferPointer<UInt8>, with scratch: borrowing VectorscanScratch, identity: UInt64,
            context: UnsafeMutableRawPointer, _ handler: VectorscanHandler
        ) -> Bool { false }
    #endif
}

/// The library's working memory, reused by all scans of a thread.
@safe
final class VectorscanScratch {
    #if VECTORSCAN
        // SAFE: allocated by vectorscan, owned here alone, freed in deinit.
        private var space: OpaquePointer?
        private var fits: UInt64?

        init() {}

        deinit {
            // SAFE: no scan runs, since it would hold a reference; freeing nil is allowed.
            _ = unsafe hs_free_scratch(self.space)
        }

        /// Made to fit a database; nil if there is no memory for it.
        fileprivate func prepared(for database: OpaquePointer?, identity: UInt64) -> OpaquePointer? {
            if self.fits == identity { return unsafe self.space }
            // SAFE: `space` is nil or came from this function; the library replaces it where it is too small.
            guard unsafe hs_alloc_scratch(database, &self.space) == HS_SUCCESS else { return nil }
            self.fits = identity
            return unsafe self.space
        }
    #else
        init() {}
    #endif
}
