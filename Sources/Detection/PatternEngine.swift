/// What looks where patterns may match. Both find the same; a matcher of ours confirms each hit either way.
package enum PatternEngine: String, CaseIterable, Sendable {
    /// The library: half a gigabyte a second.
    case vectorscan
    /// Ours: needs no library and no special processor, and takes longer.
    case swift

    /// The library where it is built in and the processor has the instructions that it needs, otherwise ours.
    package static let preferred: PatternEngine = VectorscanDatabase.isUsable ? .vectorscan : .swift
}
