import Codecs
import Detection
import Framing
import Kernel
import NIOCore
import Providers
import Surrogates

// What may go on, and how it ends.
extension StreamInspector {
    /// The bytes that may go on now, redactions carried out.
    mutating func release() -> ByteBuffer {
        var released = ByteBuffer()
        var clean = 0
        var count = 0
        for frame in self.frames {
            guard self.isSettled(frame) else { break }
            count += 1
            let patches = self.patches(for: frame, at: clean)
            guard frame.isDropped || !patches.isEmpty else {
                clean += frame.length
                continue
            }
            self.move(clean, to: &released)
            clean = 0
            if let original = self.unreleased.readSlice(length: frame.length), !frame.isDropped {
                released.writeImmutableBuffer(original.patched(patches))
            }
            self.parsed -= frame.length
        }
        self.move(clean, to: &released)
        self.frames.removeFirst(count)
        for index in self.channels.indices
        where !self.channels[index].redactions.isEmpty || !self.channels[index].restorations.isEmpty {
            let settled = self.settled(index)
            let first = self.frames.lazy.flatMap(\.pieces).first { $0.channel == index }?.text.lowerBound ?? settled
            self.channels[index].redactions.removeAll { $0.span.upperBound <= first }
            self.channels[index].restorations.removeAll { $0.span.upperBound <= first }
        }
        return released
    }

    /// The choices that were begun and not finished; the first one where none was.
    var openChoices: [Int] {
        self.choices.isEmpty ? [0] : self.choices.filter { !$0.value }.keys.sorted()
    }

    /// What ends a complete stream: the usage, where the caller asked for it, and the shape's last event where it is ours
    /// to send.
    mutating func ending() -> ByteBuffer {
        switch self.shape {
        case .openAIChat:
            var ending = self.usageFrame ?? ByteBuffer()
            ending.writeStaticString("data: [DONE]\n\n")
            return ending
        case .anthropicMessages where !self.isDone:
            return ByteBuffer(staticString: "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
        case .anthropicMessages, .openAIResponses, .gemini, .bedrockConverse: return ByteBuffer()
        }
    }

    private mutating func move(_ count: Int, to released: inout ByteBuffer) {
        guard count > 0, let bytes = self.unreleased.readSlice(length: count) else { return }
        self.parsed -= count
        if released.readableBytes == 0 { released = bytes } else { released.writeImmutableBuffer(bytes) }
    }

    private func isSettled(_ frame: Frame) -> Bool {
        frame.pieces.allSatisfy {
            self.channels[$0.channel].isFinished || $0.text.upperBound <= self.settled($0.channel)
        }
    }

    private func patches(for frame: Frame, at offset: Int) -> [BytePatch] {
        var patches = frame.usage.map { [BytePatch($0, Array("null".utf8))] } ?? []
        var tokens = frame.tokens[...]
        for (number, piece) in frame.pieces.enumerated() {
            let findings = self.channels[piece.channel].redactions.filter { $0.span.overlaps(piece.text) }
            let restorations = self.channels[piece.channel].restorations.filter { $0.span.overlaps(piece.text) }
            guard !findings.isEmpty || !restorations.isEmpty,
                let raw = self.unreleased.getSlice(
                    at: self.unreleased.readerIndex + offset + piece.raw.lowerBound, length: piece.raw.count)
            else { continue }
            var text: [UInt8] = []
            JSONString.appendUnescaped(raw.readableBytesUInt8Span, to: &text)
            // The mark stands where the finding begins; the pieces that it runs on into just lose their part of it.
            let local = findings.map { finding in
                finding.span.lowerBound < piece.text.lowerBound
                    ? finding.continued(from: piece.text.lowerBound) : finding.shifted(by: -piece.text.lowerBound)
            }
            var content: [UInt8] = []
            let marks = local.nonOverlapping().map {
                Replacement($0.span.clamped(to: 0..<text.count), Array(Redaction.mark(for: $0).utf8))
            }
            let values = restorations.map { restoration in
                Replacement(
                    restoration.span.clamped(to: piece.text).shifted(by: -piece.text.lowerBound),
                    restoration.span.lowerBound < piece.text.lowerBound ? [] : restoration.value)
            }
            JSONString.appendEscaped(Replacement.apply(marks.joined(with: values), to: text.span).span, to: &content)
            patches.append(BytePatch(piece.raw, content))
            tokens = tokens.drop { $0.pieces.upperBound <= number }
            while let spelled = tokens.first, spelled.pieces.contains(number) {
                patches.append(BytePatch(spelled.raw, Array("null".utf8)))
                tokens.removeFirst()
            }
        }
        return patches
    }
}

extension Finding {
    /// The rest of a finding in a piece of text that begins at `start`, inside it: it leaves no mark of its own.
    fileprivate func continued(from start: Int) -> Finding {
        Finding(
            kind: self.kind, span: 0..<(self.span.upperBound - start), confidence: self.confidence,
            severity: self.severity, detector: self.detector, isContinuation: true)
    }
}
