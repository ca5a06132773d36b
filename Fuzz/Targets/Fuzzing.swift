/// Ends the process with a message, which the fuzzer takes for a find, if `invariants` names something violated.
func check(_ start: UnsafePointer<UInt8>?, _ count: Int, _ invariants: ([UInt8]) -> [String]) -> CInt {
    // SAFE: the fuzzer lends `count` bytes for the time of the call, and they are copied.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let violations = invariants(bytes)
    precondition(violations.isEmpty, violations.joined(separator: ", "))
    return 0
}
