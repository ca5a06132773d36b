// Detection finds what is dangerous in text.

/// One fact about a text: something dangerous of a known kind lies in these bytes.
///
/// A finding never holds the text that it is about, so it can be logged, stored and shown. What is done about it is
/// for policy to say.
package struct Finding: Hashable, Sendable {
    /// What was found.
    package let kind: Kind
    /// Where: UTF-8 byte offsets in the text that was scanned, or from the start of the stream.
    package let span: Range<Int>
    /// How sure the detector is.
    package let confidence: Confidence
    /// How bad it is if the bytes get into wrong hands.
    package let severity: Severity
    /// Who found it.
    package let detector: DetectorVersion
    /// Whether these bytes belong to a finding already reported, which was longer than a stream may hold back.
    ///
    /// Only ``StreamScanner`` makes such findings. They are to be removed like any other, but not counted again, and
    /// their mark is empty.
    package let isContinuation: Bool

    /// Creates a finding.
    package init(
        kind: Kind, span: Range<Int>, confidence: Confidence, severity: Severity, detector: DetectorVersion,
        isContinuation: Bool = false
    ) {
        self.kind = kind
        self.span = span
        self.confidence = confidence
        self.severity = severity
        self.detector = detector
        self.isContinuation = isContinuation
    }
}

extension Finding {
    /// How bad a finding is, from a nuisance to an open door.
    package enum Severity: UInt8, Comparable, Hashable, Sendable {
        case low
        case medium
        case high
        case critical

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// How sure a detector is, in percent.
    package struct Confidence: Comparable, Hashable, Sendable {
        /// From 0, a guess, to 100, certain.
        package let percent: UInt8

        /// Creates a confidence; more than 100 percent is taken as 100.
        package init(percent: UInt8) { self.percent = min(percent, 100) }

        /// The same from 0 to 1.
        package var fraction: Double { Double(self.percent) / 100 }

        package static func < (left: Self, right: Self) -> Bool { left.percent < right.percent }
    }
}

/// Which detector found something, and in which version: two findings of the same version were found by the same rules.
package struct DetectorVersion: Hashable, Sendable, CustomStringConvertible {
    /// The detector's stable name, such as `patterns`.
    package let name: String
    /// A hash over everything that decides what it finds.
    package let contentHash: UInt64

    /// Creates the identity of a detector.
    package init(name: String, contentHash: UInt64) {
        self.name = name
        self.contentHash = contentHash
    }

    /// The name and the hash in 16 hexadecimal digits: `patterns@00f3…`.
    package var description: String {
        let digits = String(self.contentHash, radix: 16)
        return "\(self.name)@\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }
}
