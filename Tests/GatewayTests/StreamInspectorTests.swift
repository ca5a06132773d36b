import Detection
import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite("The stream inspector", .timeLimit(.minutes(5)))
struct StreamInspectorTests {
    /// Takes a stream through an inspector in these pieces, redacting some kinds; what was released after each piece.
    private static func run(
        _ pieces: [[UInt8]], _ kinds: Set<Finding.Kind>, wantsUsage: Bool = false
    ) throws -> (released: [[UInt8]], inspector: StreamInspector) {
        var inspector = StreamInspector(patterns: try House.patterns, wantsUsage: wantsUsage)
        let scratch = Scratch()
        var released: [[UInt8]] = []
        func decide(_ findings: [Finding]) { if !findings.isEmpty { inspector.redact(kinds) } }
        for piece in pieces {
            decide(try inspector.receive(ByteBuffer(bytes: piece), scratch))
            released.append(Array(inspector.release().readableBytesView))
        }
        decide(try inspector.finish(scratch))
        released.append(Array(inspector.release().readableBytesView) + Array(inspector.ending().readableBytesView))
        return (released, inspector)
    }

    private static let words = [
        "to ", "bob@example.com", " and", " eve", "@example.org ", "4111 1111 1111 1111", " +1 212 555 0123", "sk-",
        "word", "é🦉",
        " ghp_16C7e42F292c6912E7710c838347Ae178B4a", "\n", ".", "@", "-----BEGIN ", "\"quoted\"", "\u{0}",
    ]

    /// A stream of random words in random chunks, fields, choices and tool calls, with comments and usage in between.
    static func random(_ random: inout SplitMix) -> [UInt8] {
        var stream = random.chance(50) ? Stream.opening : ""
        let choices = 1 + random.below(3)
        for _ in 0..<(5 + random.below(30)) {
            let choice = random.below(choices)
            let text = (0..<(1 + random.below(4))).map { _ in random.pick(Self.words) }.joined()
            switch random.below(12) {
            case 0: stream += ": keep-alive\n\n"
            case 1: stream += Stream.text(text, field: "reasoning_content", choice: choice)
            case 2:
                stream += Stream.chunk(
                    #"{"tool_calls":[{"index":\#(random.below(2)),"function":{"arguments":\#(Stream.quoted(text))}}]}"#,
                    choice: choice)
            case 3:
                stream += Stream.text(
                    text, choice: choice, more: #","usage":{"prompt_tokens":1,"completion_tokens":1}"#)
            case 4: stream += "\r\n" + Stream.text(text, choice: choice).replacing("\n", with: "\r\n")
            case 5: stream += Stream.chunk("{}", choice: choice, finish: #""""#)
            default: stream += Stream.text(text, choice: choice)
            }
        }
        for choice in 0..<choices { stream += Stream.finish(choice: choice) }
        if random.chance(50) { stream += Stream.usage(3, 4) }
        return Array((stream + Stream.done).utf8)
    }

    @Test(
        "A frame that is like the one before is taken as what it would be read as", arguments: 0..<30 as Range<UInt64>)
    func templates(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let words = ["mail ", "bob@example.com", " or call", " +1 212 555 0123", ". ", "4111 1111 1111 1111"]
        let texts = (0..<60).map { _ in random.pick(words) }
        let kinds = Set(Finding.Kind.allCases)
        // Names that nobody reads make each frame another; otherwise they are the same but for their text.
        let alike = texts.map { Stream.text($0) }
        let unlike = texts.enumerated().map { Stream.text($1, more: #","n\#($0)":\#($0)"#) }
        func read(_ frames: [String]) throws -> (text: String, bytes: Int) {
            let stream = Stream.opening + frames.joined() + Stream.finish() + Stream.done
            let (released, inspector) = try Self.run([Array(stream.utf8)], kinds)
            return (Stream.read(shown(released.joined())), inspector.textBytes)
        }
        let (first, second) = (try read(alike), try read(unlike))
        #expect(first == second)
        #expect(first.text.contains("[REDACTED:"))
    }

    @Test("What differs in more than its piece, or holds more than plain text, is not taken for the same")
    func templateMatches() {
        let known = #"{"a":"x\u0041","n":null}"#
        var template = FrameTemplate()
        func piece(_ payload: String) -> String? {
            template.piece(in: Array(payload.utf8).span).map { shown(Array(payload.utf8)[$0]) }
        }
        #expect(piece(known) == nil, "nothing was learned")
        let owner = FrameTemplate.Owner(field: 1, choice: 0, tool: 0, isWhole: false, isEcho: false)
        template.learn(Array(known.utf8).span, piece: 6..<13, of: owner)
        #expect(piece(#"{"a":"hello there","n":null}"#) == "hello there")
        #expect(piece(#"{"a":"y","n":null}"#) == "y")
        for other in [
            #"{"a":"","n":null}"#, #"{"a":"é","n":null}"#, #"{"a":"\n","n":null}"#, #"{"a":"x","n":nule}"#, "",
            #"{"b":"x","n":null}"#, #"{"a":"x","n":null} "#, #"{"a":"x","b":"y","n":null}"#, #"{"a":"#, "\u{1}",
            "{\"a\":\"x\ty\",\"n\":null}",
        ] { #expect(piece(other) == nil, "\(other)") }
        template.forget()
        #expect(piece(#"{"a":"y","n":null}"#) == nil)
    }

    @Test("However a stream is cut into reads, the same bytes are released", arguments: 0..<30 as Range<UInt64>)
    func anyReads(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let stream = Self.random(&random)
        let kinds: Set<Finding.Kind> = random.chance(50) ? .all : [.email, .githubToken]
        let wantsUsage = random.chance(50)
        let whole = try Self.run([stream], kinds, wantsUsage: wantsUsage)
        for longest in [1, 7, 100, 1000] {
            let pieces = random.pieces(of: stream, longest: longest)
            let cut = try Self.run(pieces, kinds, wantsUsage: wantsUsage)
            #expect(shown(cut.released.joined()) == shown(whole.released.joined()), "pieces of at most \(longest)")
            #expect(cut.inspector.usage == whole.inspector.usage)
            #expect(cut.inspector.textBytes == whole.inspector.textBytes)
            #expect(cut.inspector.isComplete)
        }
    }

    @Test("Where nothing is redacted, a stream passes byte for byte", arguments: 0..<30 as Range<UInt64>)
    func untouched(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let stream = Self.random(&random)
        let pieces = random.pieces(of: stream, longest: 50)
        let released = shown(try Self.run(pieces, []).released.joined())
        // But for usage, which is told once or not at all.
        let expected = shown(stream).replacing(
            #""usage":{"prompt_tokens":1,"completion_tokens":1}"#, with: #""usage":null"#
        )
        .replacing(Stream.usage(3, 4), with: "")
        #expect(released == expected)
    }

    @Test("No word of what is redacted is released, whatever the stream", arguments: 0..<60 as Range<UInt64>)
    func nothingLeaks(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let pieces = random.pieces(of: Self.random(&random), longest: 60)
        let released = shown(try Self.run(pieces, .all).released.joined())
        for choice in 0..<3 {
            let texts = [
                Stream.read(released, choice: choice), Stream.read(released, "reasoning_content", choice: choice),
                Stream.arguments(released, tool: 0, choice: choice),
                Stream.arguments(released, tool: 1, choice: choice),
            ]
            for text in texts {
                // A text that is interrupted by another one is decided in parts: only whole words count.
                var findings: [Finding] = []
                let bytes = Array(text.utf8)
                _ = try House.patterns.scan(bytes.span, with: Scratch(), into: &findings)
                #expect(!findings.contains { $0.kind == .githubToken }, "\(text.debugDescription)")
            }
        }
    }

    @Test("Of one text, no more is held back than the scanner needs", arguments: [1, 10, 100])
    func heldBack(_ size: Int) throws {
        var random = SplitMix(seed: UInt64(size))
        let text = (0..<700).map { _ in random.pick(Self.words) }.joined()
        let deltas = random.pieces(of: Array(text.utf8), longest: size).map { shown($0) }
        var inspector = StreamInspector(patterns: try House.patterns, wantsUsage: false)
        let scratch = Scratch()
        var (taken, released, largest) = (0, 0, 0)
        for delta in deltas {
            _ = try inspector.receive(ByteBuffer(string: Stream.text(delta)), scratch)
            inspector.redact([])
            taken += delta.utf8.count
            released += Stream.read(String(buffer: inspector.release())).utf8.count
            largest = max(largest, taken - released)
        }
        #expect(largest <= StreamScanner.longestHold + size + 8)
    }

    @Test("A long stream does not make the inspector grow")
    func memory() throws {
        var inspector = StreamInspector(patterns: try House.patterns, wantsUsage: true)
        let scratch = Scratch()
        func check(_ when: Comment) {
            let buffers = Mirror(reflecting: inspector).children.compactMap { $0.value as? ByteBuffer }
            #expect(!buffers.isEmpty)
            #expect(buffers.allSatisfy { $0.storageCapacity <= 64 * 1024 }, when)
            let frames = Mirror(reflecting: inspector).descendant("frames") as? [Any]
            #expect(frames.map { $0.count < 10 } == true, when)
            let channels = Mirror(reflecting: inspector).descendant("channels") as? [Any]
            #expect(channels.map { $0.count < 10 } == true, when)
        }
        for number in 0..<3000 {
            // Each word is held back until the next one comes, so that something always waits.
            _ = try inspector.receive(ByteBuffer(string: Stream.text(" word\(number)")), scratch)
            _ = inspector.release()
        }
        check("of one text")
        for number in 0..<1000 {
            for field in ["content", "reasoning"] {
                _ = try inspector.receive(ByteBuffer(string: Stream.text(" word\(number)", field: field)), scratch)
                _ = inspector.release()
            }
        }
        check("of two texts in turn")
        for number in 0..<1000 {
            let call = Stream.chunk(#"{"tool_calls":[{"index":\#(number),"function":{"arguments":"word"}}]}"#)
            _ = try inspector.receive(ByteBuffer(string: call), scratch)
            _ = inspector.release()
        }
        check("of many tool calls")
    }

    @Test("A stream of nothing but comments passes, and one that never ends a frame is refused")
    func noFrames() throws {
        var inspector = StreamInspector(patterns: try House.patterns, wantsUsage: false)
        let scratch = Scratch()
        for _ in 0..<10_000 {
            _ = try inspector.receive(ByteBuffer(string: ": still here\n\n"), scratch)
            #expect(inspector.release().readableBytes == 14)
        }
        #expect(!inspector.isComplete)
        #expect(throws: StreamInspector.Failure.self) {
            for _ in 0..<20 {
                _ = try inspector.receive(ByteBuffer(string: String(repeating: "x", count: 100_000)), scratch)
            }
        }
    }
}
