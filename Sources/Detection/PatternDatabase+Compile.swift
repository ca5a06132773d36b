internal import CVectorscan

extension PatternDatabase {
    /// The library's form of the triggers; nil for none, of which it knows no form.
    static func compile(_ patterns: [Pattern]) throws(PatternError) -> OpaquePointer? {
        guard !patterns.isEmpty else { return nil }
        guard hs_valid_platform() == HS_SUCCESS else {
            throw PatternError(
                code: .unsupportedMachine, message: "the processor lacks the instructions that vectorscan needs")
        }
        var text: [CChar] = []
        var starts: [Int] = []
        for pattern in patterns {
            starts.append(text.count)
            text.append(contentsOf: pattern.matcher.trigger.utf8.map { CChar(bitPattern: $0) })
            text.append(0)
        }
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        // SAFE: the library reads the expressions while the call lasts, and copies what it keeps.
        let status = unsafe text.withUnsafeBufferPointer { text in
            let expressions = unsafe starts.map { unsafe text.baseAddress?.advanced(by: $0) }
            let flags = [UInt32](repeating: 0, count: patterns.count)
            let ids = patterns.indices.map { UInt32($0) }
            return unsafe hs_compile_multi(
                expressions, flags, ids, UInt32(patterns.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        }
        if status == HS_SUCCESS { return unsafe database }
        // SAFE: the library returned the error to us, and we free it once.
        defer { unsafe hs_free_compile_error(failure) }
        throw unsafe Self.error(failure?.pointee, in: patterns)
    }

    private static func error(_ failure: hs_compile_error_t?, in patterns: [Pattern]) -> PatternError {
        guard let failure = unsafe failure else {
            return PatternError(code: .outOfMemory, message: "no memory to compile the patterns")
        }
        // SAFE: the library's message is a C string that lives until the error is freed.
        let reason = unsafe failure.message.map { unsafe String(cString: $0) } ?? "unknown reason"
        let index = Int(unsafe failure.expression)
        guard patterns.indices.contains(index) else {
            return PatternError(code: .outOfMemory, message: "the patterns do not compile: \(reason)")
        }
        let pattern = patterns[index]
        return PatternError(
            code: .invalidPattern,
            message: "pattern `\(pattern.kind.rawValue)` does not compile: `\(pattern.matcher.trigger)`: \(reason)")
    }

    /// FNV-1a over the definitions: tells versions apart, protects nothing.
    static func hash(of patterns: [Pattern]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let definitions = ["revision \(PatternTable.revision)"] + patterns.map(\.definition)
        for byte in definitions.joined(separator: "\n").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
