import Foundation
import Testing

@testable import Framing

@Suite("Messages of an AWS event stream")
struct EventMessageTests {
    static func message(_ kind: String = "contentBlockDelta", _ payload: String = "{}") -> [UInt8] {
        var bytes: [UInt8] = []
        EventMessageWriter.append(
            headers: [(":event-type", kind), (":content-type", "application/json"), (":message-type", "event")],
            payload: Array(payload.utf8).span, to: &bytes)
        return bytes
    }

    static func message(head: [UInt8], payload: String = "") -> [UInt8] {
        var bytes: [UInt8] = []
        EventMessageWriter.append(head: head, payload: Array(payload.utf8).span, to: &bytes)
        return bytes
    }

    @Test("The checksum is that of zip: the standard's check value, and the definition bit by bit")
    func checksum() {
        let digits = Array("123456789".utf8)
        #expect(Checksum.of(digits.span, 0..<9) == 0xCBF4_3926)
        #expect(Checksum.of(digits.span, 3..<3) == 0)
        var generator = SplitMix(seed: 1)
        for _ in 0..<50 {
            let bytes = (0..<generator.below(300)).map { _ in UInt8(generator.below(256)) }
            #expect(Checksum.of(bytes.span, 0..<bytes.count) == MessageInvariants.checksum(bytes[...]))
        }
    }

    /// From the format's description in the AWS documentation: an empty message, and one with a payload only.
    @Test("Messages have the bytes that the format asks for")
    func knownBytes() {
        #expect(
            Self.message(head: []) == [
                0, 0, 0, 0x10, 0, 0, 0, 0, 0x05, 0xC2, 0x48, 0xEB, 0x7D, 0x98, 0xC8, 0xFF,
            ])
        #expect(
            Self.message(head: [], payload: "{'foo':'bar'}") == [
                0, 0, 0, 0x1D, 0, 0, 0, 0, 0xFD, 0x52, 0x8C, 0x5A, 0x7B, 0x27, 0x66, 0x6F, 0x6F, 0x27, 0x3A, 0x27, 0x62,
                0x61, 0x72, 0x27, 0x7D, 0xC3, 0x65, 0x39, 0x36,
            ])
    }

    @Test("What is written is read, however it is cut", arguments: 0..<10)
    func roundTrip(_ seed: Int) {
        var generator = SplitMix(seed: UInt64(seed))
        let sent = (0..<8).map { number in
            (kind: "kind\(number)", payload: String(repeating: "ä\(number)", count: generator.below(60)))
        }
        let bytes = Array(sent.map { Self.message($0.kind, $0.payload) }.joined())
        for _ in 0..<20 {
            let read = readMessages(generator.fragments(of: bytes))
            #expect(read.refusal == nil)
            #expect(read.unread.isEmpty)
            #expect(read.messages.map { $0.kind } == sent.map { Array($0.kind.utf8) })
            #expect(read.messages.map { $0.payload } == sent.map { Array($0.payload.utf8) })
        }
        #expect(MessageInvariants.violations(bytes) == [])
    }

    @Test("Every kind of header is read over, and a text is found behind them")
    func everyHeader() throws {
        func named(_ name: String, _ kind: UInt8, _ value: [UInt8]) -> [UInt8] {
            [UInt8(name.utf8.count)] + Array(name.utf8) + [kind] + value
        }
        let head =
            named("t", 0, []) + named("f", 1, []) + named("byte", 2, [1]) + named("short", 3, [1, 2])
            + named("int", 4, [1, 2, 3, 4]) + named("long", 5, Array(repeating: 9, count: 8))
            + named("bytes", 6, [0, 2, 0xFF, 0xFE]) + named("time", 8, Array(repeating: 0, count: 8))
            + named("uuid", 9, Array(repeating: 7, count: 16)) + named("text", 7, [0, 2, 0x68, 0x69])
        let bytes = Self.message(head: head, payload: "x")
        var parser = EventMessageParser()
        let message = try #require(try parser.next(bytes.span, from: 0))
        func text(_ name: StaticString) -> String? {
            message.header(name, in: bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }
        }
        #expect(text("text") == "hi")
        #expect(text("bytes") == nil)
        #expect(text("tex") == nil)
        #expect(text("absent") == nil)
        #expect(Array(bytes[message.payload]) == Array("x".utf8))
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let name: String
        let code: FramingError.Code
        let bytes: [UInt8]
        var testDescription: String { self.name }
    }

    static func prelude(_ length: UInt32, _ headers: UInt32) -> [UInt8] {
        let words = [length, headers].flatMap { word in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
        }
        let checksum = Checksum.of(words.span, 0..<8)
        return words + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum >> UInt32($0)) }
    }

    static let refused: [Refused] = [
        Refused(name: "too short", code: .malformedMessagePrelude, bytes: prelude(15, 0)),
        Refused(name: "no length", code: .malformedMessagePrelude, bytes: prelude(0, 0)),
        Refused(name: "headers longer than the message", code: .malformedMessagePrelude, bytes: prelude(100, 85)),
        Refused(name: "headers of 4 GB", code: .malformedMessagePrelude, bytes: prelude(100, .max)),
        Refused(name: "headers over their limit", code: .malformedMessagePrelude, bytes: prelude(900_000, 131_073)),
        Refused(name: "over the limit", code: .messageTooLong, bytes: prelude((1 << 20) + 1, 0)),
        Refused(name: "4 GB", code: .messageTooLong, bytes: prelude(.max, 0)),
        Refused(
            name: "text, not messages", code: .messageChecksumMismatch, bytes: Array("HTTP/1.1 200 OK\r\n".utf8)),
        Refused(name: "an empty name", code: .malformedMessageHeader, bytes: message(head: [0, 0])),
        Refused(name: "a name that does not end", code: .malformedMessageHeader, bytes: message(head: [5, 97, 98])),
        Refused(name: "a name without a kind", code: .malformedMessageHeader, bytes: message(head: [1, 97])),
        Refused(name: "an unknown kind", code: .malformedMessageHeader, bytes: message(head: [1, 97, 10])),
        Refused(name: "a text without a length", code: .malformedMessageHeader, bytes: message(head: [1, 97, 7, 0])),
        Refused(name: "a text too short", code: .malformedMessageHeader, bytes: message(head: [1, 97, 7, 0, 2, 97])),
        Refused(
            name: "a text that is not UTF-8", code: .malformedMessageHeader,
            bytes: message(head: [1, 97, 7, 0, 1, 0xFF])),
        Refused(name: "a name that is not UTF-8", code: .malformedMessageHeader, bytes: message(head: [1, 0xFF, 0])),
        Refused(name: "a name twice", code: .malformedMessageHeader, bytes: message(head: [1, 97, 0, 1, 97, 1])),
        Refused(
            name: "65 headers", code: .malformedMessageHeader,
            bytes: message(head: (0..<65).flatMap { [2, 97, UInt8($0), 0] })),
    ]

    @Test("What is malformed is refused by name, and nothing is read behind it", arguments: Self.refused)
    func refuses(_ refused: Refused) {
        let good = Self.message()
        let read = readMessages([good + refused.bytes + good])
        #expect(read.refusal == refused.code)
        #expect(read.messages.count == 1)
        #expect(MessageInvariants.violations(good + refused.bytes + good) == [])
    }

    @Test("No bit of a message can turn over unseen")
    func damage() {
        let bytes = Self.message("a", "payload")
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                #expect(readMessages([damaged]).refusal == .messageChecksumMismatch)
            }
        }
    }

    @Test("A truncated message is no message and leaves its bytes unread")
    func truncated() {
        let bytes = Self.message()
        for count in bytes.indices {
            let read = readMessages([bytes + bytes[..<count]])
            #expect(read == MessageTranscript(messages: readMessages([bytes]).messages, unread: Array(bytes[..<count])))
        }
    }

    @Test("A message may be as long as the limit, and no longer; the length is refused before the bytes come")
    func limit() {
        let bytes = Self.message()
        #expect(readMessages([bytes], maximumMessageBytes: bytes.count).messages.count == 1)
        #expect(readMessages([bytes], maximumMessageBytes: bytes.count - 1).refusal == .messageTooLong)
        #expect(readMessages([Array(bytes[..<12])], maximumMessageBytes: bytes.count - 1).refusal == .messageTooLong)
    }

    @Test("Random damage breaks no invariant, with checksums wrong or put right", arguments: 0..<10)
    func mutations(_ seed: Int) {
        var generator = SplitMix(seed: UInt64(seed))
        var refusals: Set<String> = []
        for _ in 0..<60 {
            var bytes = Self.message("k", "{\"a\":1}") + Self.message() + Self.message(head: [1, 97, 4, 0, 0, 0, 1])
            for _ in 0..<(1 + generator.below(3)) {
                bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
            }
            #expect(MessageInvariants.violations(bytes) == [])
            let mended = readMessages([MessageInvariants.withChecksums(bytes)])
            if let refusal = mended.refusal { refusals.insert("\(refusal)") }
        }
        // Or damage behind the checksums would never be seen.
        #expect(refusals.contains("malformed_message_header"))
    }

    @Test("The fuzzer's corpus breaks no invariant")
    func corpus() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fuzz/Corpora/event-message").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        for file in files {
            #expect(
                MessageInvariants.violations(Array(try Data(contentsOf: file))) == [], "\(file.lastPathComponent)")
        }
        #expect(files.count >= 20)
    }
}
