@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe check(start, count) { ReadingInvariants.violations($0) + SegmentInvariants.violations($0) }
}
