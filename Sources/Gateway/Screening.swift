import Detection
import Kernel
import NIOCore
import Screening

/// The text of a JSON body, gathered into one piece for the detectors, and the way back from what they find to the body.
///
/// Every string value counts as text, whatever field it is in and whether we know that field: what a provider may read is
/// inspected. The name of a member stands before its value, because `password` tells what the value is. Left out are the
/// model's name and payloads of encoded media, which are no text.
struct Screening: Sendable {
    struct Segment: Sendable {
        let node: JSONTape.Node
        let range: Range<Int>
    }

    private(set) var text: [UInt8] = []
    private(set) var segments: [Segment] = []
    /// The parts of the text, and who speaks in them; empty where nobody asked.
    private(set) var spoken: [ScreenedSegment] = []
    /// The values that are media and no text.
    private(set) var media: [JSONTape.Node] = []
    private var channels = ChannelMap()

    /// Where the contents stand in `text`: what says whose turn it is or of which type something is, is none. It is short;
    /// whatever is longer is read, however it is called.
    var contents: [Range<Int>] {
        self.segments.map(\.range).filter { range in
            guard range.count <= 32 else { return true }
            let name = self.text[..<range.lowerBound].suffix(6)
            return !name.elementsEqual("role: ".utf8) && !name.elementsEqual("type: ".utf8)
        }
    }

    /// Gathers what stands below `root`, and who speaks where if that matters. Memory is used again from call to call.
    mutating func gather(
        _ tape: JSONTape, below root: JSONTape.Node, _ body: ByteBuffer, tellsChannels: Bool = false,
        isAnswer: Bool = false
    ) {
        let bytes = body.readableBytesUInt8Span
        self.spoken.removeAll(keepingCapacity: true)
        if tellsChannels {
            if isAnswer {
                self.channels.readAnswer(tape, below: root, bytes)
            } else {
                self.channels.read(tape, below: root, bytes)
            }
        }
        self.text.removeAll(keepingCapacity: true)
        self.segments.removeAll(keepingCapacity: true)
        self.media.removeAll(keepingCapacity: true)
        let model = tape.member("model", of: root, in: bytes)
        tape.forEachStringValue(below: root) { name, value in
            if value == model { return }
            if let name {
                if Self.isMedia(name, value, tape, bytes) { return self.media.append(value) }
                tape.appendText(of: name, in: bytes, to: &self.text)
                self.text.append(UInt8(ascii: ":"))
                self.text.append(UInt8(ascii: " "))
            }
            let start = self.text.count
            tape.appendText(of: value, in: bytes, to: &self.text)
            guard self.text.count > start else { return }
            self.segments.append(Segment(node: value, range: start..<self.text.count))
            if tellsChannels {
                let (channel, turn) = self.channels.place(at: tape[value].range.lowerBound)
                let isLabel = name.map { Self.isLabel($0, tape[value].range.count, tape, bytes) } ?? false
                self.spoken.append(
                    ScreenedSegment(channel: channel, range: start..<self.text.count, turn: isLabel ? nil : turn))
            }
            // Keeps the end of one text from reading on into the next.
            self.text.append(0)
        }
    }

    /// Whether a string only says what something is, or which one, and is no part of what is said.
    private static func isLabel(_ name: JSONTape.Node, _ length: Int, _ tape: JSONTape, _ bytes: Span<UInt8>) -> Bool {
        guard length <= 64 else { return false }
        let names: [StaticString] = ["role", "type", "id", "name", "tool_call_id", "call_id", "tool_use_id", "status"]
        return names.contains { tape.isString(name, $0, in: bytes) }
    }

    /// Base64 of an image, a sound or a file: in a data URL, or in a field that holds nothing else.
    private static func isMedia(
        _ name: JSONTape.Node, _ value: JSONTape.Node, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) -> Bool {
        guard tape[value].range.count > 64 else { return false }
        let isURL = tape.isString(name, "url", in: bytes) || tape.isString(name, "file_data", in: bytes)
        guard
            isURL || tape.isString(name, "data", in: bytes) || tape.isString(name, "b64_json", in: bytes)
                || tape.isString(name, "embedding", in: bytes)
        else { return false }
        var content = tape[value].range
        if isURL {
            // Another URL is text all the way: a provider may fetch it, and whoever answers reads it.
            guard let comma = content.prefix(128).first(where: { bytes[$0] == UInt8(ascii: ",") }),
                bytes.extracting(content.lowerBound..<comma).isEncodedDataURL
            else { return false }
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

    /// The same changes to an answer, and those that empty `logprobs` of the choices that they are in: these spell the
    /// text once more, token by token.
    static func withoutTokens(_ patches: [BytePatch], _ tape: JSONTape, _ body: ByteBuffer) -> [BytePatch] {
        let bytes = body.readableBytesUInt8Span
        guard !patches.isEmpty, let choices = tape.member("choices", of: tape.root, in: bytes) else { return patches }
        var all = patches
        // Both are in order, and neither is looked at twice.
        var patch = 0
        var next = tape.firstElement(of: choices)
        while let choice = next {
            next = tape.element(after: choice, of: choices)
            let range = tape[choice].range
            while patch < patches.count, patches[patch].range.lowerBound < range.lowerBound { patch += 1 }
            guard patch < patches.count, patches[patch].range.lowerBound < range.upperBound,
                let tokens = tape.member("logprobs", of: choice, in: bytes), tape.kind(tokens) != .null
            else { continue }
            all.append(BytePatch(tape[tokens].range, Array("null".utf8)))
        }
        return all
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

extension Span<UInt8> {
    /// Whether it is what stands before the comma of a data URL in base64 (RFC 2397), such as `data:image/png;base64`.
    fileprivate var isEncodedDataURL: Bool {
        let (scheme, encoding): (StaticString, StaticString) = ("data:", ";base64")
        let tail = self.count - encoding.utf8CodeUnitCount
        return tail >= scheme.utf8CodeUnitCount && self.holds(scheme, at: 0) && self.holds(encoding, at: tail)
    }

    /// Whether a text in lower case stands at an offset, in any case.
    private func holds(_ text: StaticString, at start: Int) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount {
            // SAFE: `offset` is below the static string's own count.
            let expected = unsafe text.utf8Start[offset]
            let byte = self[start + offset]
            guard byte == expected || (0x41...0x5A).contains(byte) && byte | 0x20 == expected else { return false }
        }
        return true
    }
}
