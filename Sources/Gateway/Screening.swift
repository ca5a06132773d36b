import Detection
import Kernel
import NIOCore

/// The text of a JSON body, gathered into one piece for the detectors, and the way back from what they find to the body.
///
/// Every string value counts as text, whatever field it is in and whether we know that field: what a provider may read is
/// inspected. Left out are the model's name and payloads of encoded media, which are no text.
struct Screening {
    private struct Segment {
        let node: JSONTape.Node
        let range: Range<Int>
    }

    private(set) var text: [UInt8] = []
    private var segments: [Segment] = []

    /// Gathers what stands below `root`. Memory is used again from call to call.
    mutating func gather(_ tape: JSONTape, below root: JSONTape.Node, _ body: ByteBuffer) {
        let bytes = body.readableBytesUInt8Span
        self.text.removeAll(keepingCapacity: true)
        self.segments.removeAll(keepingCapacity: true)
        tape.forEachStringValue(below: root) { name, value in
            if let name, Self.isMedia(name, value, tape, bytes) || tape.isString(name, "model", in: bytes) { return }
            let start = self.text.count
            tape.appendText(of: value, in: bytes, to: &self.text)
            guard self.text.count > start else { return }
            self.segments.append(Segment(node: value, range: start..<self.text.count))
            // Keeps the end of one text from reading on into the next.
            self.text.append(0)
        }
    }

    /// Base64 of an image, a sound or a file: in a data URL, or in a field that holds nothing else.
    private static func isMedia(
        _ name: JSONTape.Node, _ value: JSONTape.Node, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) -> Bool {
        guard tape[value].range.count > 64 else { return false }
        let isURL = tape.isString(name, "url", in: bytes) || tape.isString(name, "file_data", in: bytes)
        guard isURL || tape.isString(name, "data", in: bytes) || tape.isString(name, "b64_json", in: bytes)
            || tape.isString(name, "embedding", in: bytes)
        else { return false }
        var content = tape[value].range
        if isURL {
            guard let comma = content.prefix(128).first(where: { bytes[$0] == UInt8(ascii: ",") }) else { return false }
            content = (comma + 1)..<content.upperBound
        }
        return content.allSatisfy { offset in
            switch bytes[offset] {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// The changes to the body that put marks in the place of findings.
    func patches(for findings: [Finding], _ tape: JSONTape, _ body: ByteBuffer) -> [BytePatch] {
        let findings = findings.nonOverlapping()
        return self.segments.compactMap { segment in
            let inside = findings.filter { $0.span.overlaps(segment.range) }
            guard !inside.isEmpty else { return nil }
            let local = inside.map { $0.shifted(by: -segment.range.lowerBound) }
            let redacted = Redaction.redact(self.text.span.extracting(segment.range), local)
            var content: [UInt8] = []
            JSONString.appendEscaped(redacted.span, to: &content)
            return BytePatch(tape[segment.node].range, content)
        }
    }
}

extension Finding {
    /// The same finding in a text that begins elsewhere; cut at the text's start.
    func shifted(by distance: Int) -> Finding {
        let lower = max(0, self.span.lowerBound + distance)
        return Finding(
            kind: self.kind, span: lower..<max(lower, self.span.upperBound + distance), confidence: self.confidence,
            severity: self.severity, detector: self.detector, isContinuation: self.isContinuation)
    }
}
