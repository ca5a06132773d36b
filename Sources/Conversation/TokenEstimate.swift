package import Kernel

/// A rough count of tokens for text whose provider does not report one.
///
/// One token for every four bytes, rounded up: on English prose within about a quarter of what byte-pair tokenisers give;
/// for other scripts, whose characters take two to four bytes, it tends to count too many. Good for settling a
/// stream that was cut off, not for a bill.
package enum TokenEstimate {
    package static func tokens(inTextOf bytes: Int) -> TokenCount { TokenCount((bytes + 3) / 4) }
}
