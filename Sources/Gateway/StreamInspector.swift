import AgentCodecs
import Codecs
import Conversation
import Detection
import Framing
import Kernel
import NIOCore
import Providers
import Screening
import Surrogates

/// A streamed answer on its way through: which of its bytes may go on, which must wait, which must change.
///
/// A pure state machine. Frames wait in order until the scanner of each text that they carry has settled it, then go on as
/// the bytes that they were; only a frame that holds a part of something to be redacted is patched. Without detectors
/// nothing waits. The usage that was asked for on the caller's behalf is read and, where the caller did not ask, left out.
///
/// It reads the caller's shape: an answer in another one was translated before. What a frame of each shape carries is read
/// in `StreamInspector+Chat.swift` and its neighbours.
struct StreamInspector {
    /// Why a stream is not a good one.
    enum Failure: Error {
        /// It is no stream of the expected shape.
        case malformed(String)
        /// The provider says that it failed.
        case upstream(UpstreamErrorBody)
        /// A text could not be scanned.
        case unscanned
    }

    /// One text of the stream: what a choice says, refuses, thinks, or hands to a tool.
    struct Channel {
        let choice: Int
        let field: UInt64
        let tool: Int
        var scanner: StreamScanner
        /// Looks for what is encoded or disguised.
        var reader = StreamReader()
        /// Looks for what stands for values of the request.
        var restorer = SurrogateScanner()
        /// What was found of it and is not wholly released yet.
        var restorations: [Restoration] = []
        /// Text taken in, in bytes from the stream's start.
        var end = 0
        /// Text of the present batch that the scanner has not seen.
        var fresh: [UInt8] = []
        /// Nothing follows that could change what was found: all of it may be decided.
        var isFinished = false
        /// It says once more what other channels have said, as the last events of some shapes do.
        var isEcho = false
        /// Its number in the transcript, where there is one.
        var text: Int?
        /// Finished, and decided to its end.
        var isDecided = false
        /// What was found and policy has not spoken about.
        var undecided: [Finding] = []
        /// What policy wants redacted and is not wholly released yet.
        var redactions: [Finding] = []
        /// The kinds whose last finding is redacted, and with it whatever continues it.
        var redacted: Set<Finding.Kind> = []
    }

    /// Where a frame carries a piece of a channel's text.
    struct Piece {
        let channel: Int
        let text: Range<Int>
        /// The string's content in the frame's bytes.
        let raw: Range<Int>
    }

    struct Frame {
        let length: Int
        var pieces: [Piece] = []
        /// A member `usage` beside choices, as offsets in the frame: emptied, so that usage is told once.
        var usage: Range<Int>?
        /// Members `logprobs`, which spell the pieces of their choice once more, token by token: emptied with any of them.
        var tokens: [(pieces: Range<Int>, raw: Range<Int>)] = []
        var isDropped = false
    }

    /// Frames that may wait; more of them without settled text are no honest stream.
    private static let frameLimit = 8192

    let shape: WireShape
    let patterns: PatternDatabase?
    let surrogates: SurrogateMap
    /// How answers are read besides, and where; nil where they are not.
    private let reading: (screen: Screen, scratch: ScreenScratch)?
    let wantsUsage: Bool
    private var parser: EventStreamParser
    var tape = JSONTape()
    /// Everything not released yet, and how much of it was taken apart into frames.
    var unreleased = ByteBuffer()
    var parsed = 0
    var frames: [Frame] = []
    var channels: [Channel] = []
    /// What policy has said of each kind so far: whether it is taken out.
    private var verdicts: [Finding.Kind: Bool] = [:]

    /// The last frame that was read, where it held one piece of text alone.
    private var template = FrameTemplate()
    /// The pieces that the frame which is being read holds, and the last of them.
    var piecesRead = 0
    var lastPiece: (raw: Range<Int>, owner: FrameTemplate.Owner)?

    // What the readers of frames learn.

    /// The choices, candidates or blocks that were begun, and whether each is finished.
    var choices: [Int: Bool] = [:]
    /// A chunk with the usage, kept for the stream's end.
    var usageFrame: ByteBuffer?
    /// The event with which a stream of this shape ends has come.
    var isDone = false
    /// What the provider reported, once it did.
    var usage: TokenUsage?
    /// The totals so far, in the shape that tells them so.
    var totals = AnthropicUsage()
    /// The number behind that of the last event, in shapes that number theirs.
    var nextNumber = 0
    /// The model that answers, by the provider's account.
    var servedModel: String?

    /// What was said, where that is wanted.
    var transcript: StreamTranscript?

    /// Bytes of text that came, for an estimate where no usage does.
    var textBytes = 0

    /// Looks for nothing where there are no patterns.
    init(
        _ shape: WireShape = .openAIChat, patterns: PatternDatabase?, wantsUsage: Bool,
        surrogates: SurrogateMap = SurrogateMap(), reading: (screen: Screen, scratch: ScreenScratch)? = nil,
        transcript: StreamTranscript? = nil
    ) {
        self.shape = shape
        self.reading = reading
        self.surrogates = surrogates
        self.parser = EventStreamParser(maximumEventBytes: shape.longestEvent)
        self.patterns = patterns
        self.wantsUsage = wantsUsage
        self.transcript = transcript
    }

    /// Whether something was said: a text, a thought, an argument.
    var hasSpoken: Bool { self.textBytes > 0 }

    /// Whether the stream came to a proper end: the event that says so, or a reason to finish for every choice.
    var isComplete: Bool { self.isDone || (!self.choices.isEmpty && self.choices.values.allSatisfy { $0 }) }

    // MARK: Taking in

    /// Takes in bytes as they came. Returns what the detectors found in them and what was settled by them.
    mutating func receive(_ bytes: ByteBuffer, _ scratch: Scratch) throws(Failure) -> [Finding] {
        if self.unreleased.readableBytes == 0 {
            self.unreleased = bytes
            self.parsed = 0
        } else {
            // A buffer that is never empty would grow with all that ever went through it.
            self.unreleased.discardReadBytes()
            self.unreleased.writeImmutableBuffer(bytes)
        }
        try self.takeFrames()
        var findings: [Finding] = []
        for index in self.channels.indices { try self.scan(index, scratch, &findings) }
        return findings
    }

    /// The stream is over: whatever still waits is settled.
    mutating func finish(_ scratch: Scratch) throws(Failure) -> [Finding] {
        var findings: [Finding] = []
        for index in self.channels.indices where !self.channels[index].isFinished {
            self.channels[index].isFinished = true
            try self.scan(index, scratch, &findings)
        }
        return findings
    }

    private mutating func scan(_ index: Int, _ scratch: Scratch, _ findings: inout [Finding]) throws(Failure) {
        guard !self.channels[index].isDecided else { return }
        // What nothing came for is as it was.
        guard self.channels[index].isFinished || !self.channels[index].fresh.isEmpty else { return }
        self.restore(index)
        self.transcribe(index)
        guard let patterns = self.patterns else {
            self.channels[index].fresh.removeAll(keepingCapacity: true)
            self.channels[index].isDecided = self.channels[index].isFinished
            return
        }
        var found: [Finding] = []
        var outcome = ScanOutcome.complete
        if !self.channels[index].fresh.isEmpty {
            // Taken out while it is read, so that its memory can be used again.
            var fresh: [UInt8] = []
            swap(&fresh, &self.channels[index].fresh)
            outcome = self.channels[index].scanner.append(
                fresh.span, with: patterns, scratch: scratch, findings: &found)
            if let reading, outcome == .complete {
                outcome = self.channels[index].reader.append(
                    fresh.span, with: reading.screen, reading.scratch, into: &found)
            }
            fresh.removeAll(keepingCapacity: true)
            swap(&fresh, &self.channels[index].fresh)
        }
        if outcome == .complete, self.channels[index].isFinished {
            outcome = self.channels[index].scanner.finish(with: patterns, scratch: scratch, findings: &found)
            if let reading, outcome == .complete {
                outcome = self.channels[index].reader.finish(with: reading.screen, reading.scratch, into: &found)
            }
            self.channels[index].isDecided = true
        }
        guard outcome == .complete else { throw .unscanned }
        if let text = self.channels[index].text {
            self.transcript?.note(found, in: text)
            let settled = self.settled(index)
            self.transcript?.settle(text, at: settled)
        }
        guard !found.isEmpty else { return }
        self.channels[index].undecided += found
        if self.channels[index].isEcho, found.allSatisfy({ self.verdicts[$0.kind] != nil }) {
            // Counted and decided where it was said first.
            self.carryOut(self.verdicts, in: index)
        } else {
            findings += found
        }
    }

    /// Keeps a channel's fresh text, where that is wanted and it was not said before.
    private mutating func transcribe(_ index: Int) {
        guard self.transcript != nil, !self.channels[index].isEcho, !self.channels[index].fresh.isEmpty else { return }
        let channel = self.channels[index]
        let text =
            channel.text ?? self.transcript?.begin(choice: channel.choice, field: channel.field, tool: channel.tool)
        guard let text else { return }
        self.channels[index].text = text
        self.transcript?.append(channel.fresh, to: text)
    }

    /// Finds what stands for values of the request in a channel's fresh text.
    private mutating func restore(_ index: Int) {
        guard !self.surrogates.isEmpty else { return }
        var found: [Restoration] = []
        let fresh = self.channels[index].fresh
        self.channels[index].restorer.append(fresh.span, self.surrogates, into: &found)
        if self.channels[index].isFinished { self.channels[index].restorer.finish(self.surrogates, into: &found) }
        self.channels[index].restorations += found
    }

    /// Up to where a channel's text is decided.
    func settled(_ index: Int) -> Int {
        let scanned = self.patterns == nil ? self.channels[index].end : self.channels[index].scanner.settled
        return self.surrogates.isEmpty ? scanned : min(scanned, self.channels[index].restorer.settled)
    }

    /// Policy has spoken: of what was found since it spoke last, these kinds are taken out.
    ///
    /// What continues a finding that was longer than may be held back goes the way of its beginning.
    mutating func redact(_ kinds: Set<Finding.Kind>) {
        for index in self.channels.indices where !self.channels[index].undecided.isEmpty {
            for finding in self.channels[index].undecided {
                self.verdicts[finding.kind] = kinds.contains(finding.kind)
            }
            self.carryOut(self.verdicts, in: index)
        }
    }

    private mutating func carryOut(_ verdicts: [Finding.Kind: Bool], in index: Int) {
        for finding in self.channels[index].undecided {
            if !finding.isContinuation {
                if verdicts[finding.kind] == true {
                    self.channels[index].redacted.insert(finding.kind)
                } else {
                    self.channels[index].redacted.remove(finding.kind)
                }
            }
            if self.channels[index].redacted.contains(finding.kind) {
                self.channels[index].redactions.append(finding)
            }
        }
        self.channels[index].undecided.removeAll(keepingCapacity: true)
    }

    private mutating func takeFrames() throws(Failure) {
        while true {
            let event: StreamEvent?
            let bytes = self.unreleased
            do throws(FramingError) {
                event = try self.parser.next(bytes.readableBytesUInt8Span, from: self.parsed)
            } catch {
                throw .malformed("a stream that cannot be read: \(error.message)")
            }
            guard let event else { return }
            self.parsed = event.frame.upperBound
            try self.take(event, bytes)
            guard self.frames.count < Self.frameLimit else { throw .malformed("too many events without text") }
        }
    }

    private mutating func take(_ event: StreamEvent, _ bytes: ByteBuffer) throws(Failure) {
        var frame = Frame(length: event.frame.count)
        defer { self.frames.append(frame) }
        if event.isDone {
            frame.isDropped = true  // written anew, behind the usage, where the shape has it
            guard self.shape == .openAIChat else { return }
            self.isDone = true
            self.template.forget()
            for index in self.channels.indices { self.channels[index].isFinished = true }
            return
        }
        let data: Range<Int>
        switch event.data {
        case .absent: return
        case .line(let range): data = range
        case .lines: throw .malformed("an event whose data is spread over several lines")
        }
        // Clients of this shape do not see events without a name: an answer of these would look empty.
        if self.shape == .anthropicMessages, event.name == nil { throw .malformed("an event without a name") }
        guard let content = bytes.getSlice(at: bytes.readerIndex + data.lowerBound, length: data.count) else { return }
        let text = content.readableBytesUInt8Span
        let offset = data.lowerBound - event.frame.lowerBound
        if let piece = self.template.piece(in: text), let owner = self.template.owner {
            self.add(plain: text.extracting(piece), at: piece.lowerBound + offset, owner, into: &frame)
            return
        }
        self.template.forget()
        self.piecesRead = 0
        do throws(JSONError) { try self.tape.read(text) } catch {
            throw .malformed("an event that is not JSON: \(error)")
        }
        try self.read(text, at: offset, content, into: &frame)
        guard self.piecesRead == 1, let (piece, owner) = self.lastPiece, !frame.isDropped, frame.usage == nil,
            frame.tokens.isEmpty
        else { return }
        self.template.learn(text, piece: piece, of: owner)
    }

    private mutating func read(
        _ text: Span<UInt8>, at offset: Int, _ content: ByteBuffer, into frame: inout Frame
    ) throws(Failure) {
        guard self.tape.kind(self.tape.root) == .object else { throw .malformed("an event that is not an object") }
        if let error = UpstreamErrorBody(self.tape, of: self.tape.root, text) { throw .upstream(error) }
        switch self.shape {
        case .openAIChat: self.readChunk(text, at: offset, content, into: &frame)
        case .openAIResponses: try self.readResponsesEvent(text, at: offset, into: &frame)
        case .anthropicMessages: self.readMessagesEvent(text, at: offset, into: &frame)
        case .gemini: self.readCandidates(text, at: offset, into: &frame)
        case .bedrockConverse: throw .malformed("a stream in a shape that no caller speaks")
        }
    }
}
