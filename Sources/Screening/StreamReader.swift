package import Detection
internal import Injection
internal import Normalisation

/// Reads a text that streams in every other way, in a bounded look back: what is encoded or disguised in it.
///
/// A pure state machine beside a `StreamScanner`, which looks at the text as it is. It reads where a long word has ended,
/// which may have been an encoding, every kilobyte, and at the end; the last two kilobytes each time. What it finds in text
/// that was released is a finding all the same: policy may end the stream. Findings are reported once; where an encoding
/// goes on after it was found, the rest is a continuation.
package struct StreamReader: Sendable {
    /// How far a reading looks back.
    package static let lookBack = 2048
    /// No encoding of anything that is looked for is shorter.
    private static let longWord = 16
    /// From here on a word is read before it ends: no more of it is held back.
    private static let tooLong = 192
    /// How much is read for orders, of texts that may be one to a tool.
    private static let longestOrder = 32 * 1024

    private var recent: [UInt8] = []
    /// The offset in the stream of the first byte of `recent`.
    private var origin = 0
    private var word = 0
    private var sinceReading = 0
    /// What was found, by kind and start, and up to where.
    private var known: [ScreenScratch.Place: Int] = [:]
    /// The text from its beginning, where it may be an order, and how much of it was read as one.
    private var order: [UInt8] = []
    private var orderRead = 0
    private var nesting = Nesting()
    /// Whether the text is what a tool is given.
    package let mayBeOrder: Bool

    /// A reader of a new text.
    package init(mayBeOrder: Bool = false) { self.mayBeOrder = mayBeOrder }

    /// Takes the next piece, and reads where that may show something.
    package mutating func append(
        _ chunk: Span<UInt8>, with screen: Screen, _ scratch: ScreenScratch, into findings: inout [Finding]
    ) -> ScanOutcome {
        var next = 0
        while next < chunk.count {
            let end = min(next + Self.lookBack / 2, chunk.count)
            let piece = chunk.extracting(next..<end)
            let isDue = self.count(piece)
            Self.append(piece, to: &self.recent)
            var isWhole = false
            if self.mayBeOrder {
                for index in piece.indices where self.nesting.take(piece[index]) { isWhole = true }
                if self.order.count < Self.longestOrder { Self.append(piece, to: &self.order) }
            }
            self.sinceReading += end - next
            next = end
            if isDue || self.sinceReading >= Self.lookBack / 2 {
                guard self.read(screen, scratch, &findings) == .complete else { return .failed }
            }
            // What a tool is given is JSON: when it closes the tool may be called, whatever else the stream says.
            if isWhole, self.readOrder(screen, scratch, &findings) != .complete { return .failed }
        }
        return .complete
    }

    /// Whether a long word has ended, or gone on for too long.
    private mutating func count(_ piece: Span<UInt8>) -> Bool {
        var isDue = false
        var word = self.word
        for index in piece.indices {
            if piece[index] > 0x20 {
                word += 1
                if word % Self.tooLong == 0 { isDue = true }
            } else {
                if word >= Self.longWord { isDue = true }
                word = 0
            }
        }
        self.word = word
        return isDue
    }

    private static func append(_ piece: Span<UInt8>, to bytes: inout [UInt8]) {
        // SAFE: the pointer does not outlive the closure and the count is the span's.
        unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func readOrder(
        _ screen: Screen, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> ScanOutcome {
        guard self.order.count > self.orderRead else { return .complete }
        self.orderRead = self.order.count
        return screen.findOrders(self.order.span, .toolArguments, scratch, into: &findings)
    }

    /// How deep a JSON text is nested where it has come to.
    private struct Nesting {
        private var depth = 0
        private var isInString = false
        private var isEscaped = false

        /// Whether a byte closes the whole.
        mutating func take(_ byte: UInt8) -> Bool {
            if self.isInString {
                if self.isEscaped {
                    self.isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    self.isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    self.isInString = false
                }
                return false
            }
            switch byte {
            case UInt8(ascii: "\""): self.isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): self.depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                self.depth -= 1
                return self.depth == 0
            default: break
            }
            return false
        }
    }

    /// The text is over.
    package mutating func finish(
        with screen: Screen, _ scratch: ScreenScratch, into findings: inout [Finding]
    ) -> ScanOutcome {
        guard self.read(screen, scratch, &findings) == .complete else { return .failed }
        return self.readOrder(screen, scratch, &findings)
    }

    private mutating func read(
        _ screen: Screen, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> ScanOutcome {
        guard self.sinceReading > 0 else { return .complete }
        self.sinceReading = 0
        if self.recent.count > Self.lookBack {
            var dropped = self.recent.count - Self.lookBack
            while dropped < self.recent.count, self.recent[dropped] & 0xC0 == 0x80 { dropped += 1 }
            self.recent.removeFirst(dropped)
            self.origin += dropped
            self.known = self.known.filter { $0.value > self.origin }
        }
        var found: [Finding] = []
        guard screen.findEncoded(self.recent.span, scratch, into: &found) == .complete else { return .failed }
        for finding in found {
            let (start, end) = (finding.span.lowerBound + self.origin, finding.span.upperBound + self.origin)
            let place = ScreenScratch.Place(kind: finding.kind, start: start)
            // What began before the look back may seem to begin with it.
            let before =
                self.known[place]
                ?? self.known.first { $0.key.kind == finding.kind && $0.key.start < start && $0.value > start }?.value
            guard end > before ?? 0 else { continue }
            self.known[place] = end
            findings.append(
                Finding(
                    kind: finding.kind, span: (before ?? start)..<end, confidence: finding.confidence,
                    severity: finding.severity, detector: finding.detector, isContinuation: before != nil))
        }
        return .complete
    }
}

extension Screen {
    /// What the readings of a text hold that is not there as it is, and what hides in it.
    func findEncoded(
        _ text: Span<UInt8>, _ scratch: ScreenScratch, into findings: inout [Finding]
    ) -> ScanOutcome {
        scratch.seen.removeAll(keepingCapacity: true)
        scratch.keepsDetails = false
        var plain: [Finding] = []
        let readings = scratch.normaliser.read(text)
        guard !readings.views.isEmpty || !readings.facts.isEmpty else { return .complete }
        // What stands there as it is was found by whoever scans the stream.
        if let patterns = self.patterns {
            guard patterns.scan(text, with: scratch.patterns, into: &plain) == .complete else { return .failed }
        }
        let known = plain.count
        guard self.readData(text, readings, at: 0, scratch, &plain) else { return .failed }
        findings += plain[known...]
        return .complete
    }

    /// What a text says that is no one's to say.
    func findOrders(
        _ text: Span<UInt8>, _ channel: TextChannel, _ scratch: ScreenScratch, into findings: inout [Finding]
    ) -> ScanOutcome {
        scratch.seen.removeAll(keepingCapacity: true)
        scratch.keepsDetails = false
        return self.readOrders(text, channel, scratch, &findings) ? .complete : .failed
    }
}
