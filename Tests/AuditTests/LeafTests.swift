import Audit
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Leaves")
struct LeafTests {
    /// One with every member that there is.
    static let full: Leaf = {
        var leaf = Leaf(
            time: Timestamp(microseconds: 1_795_248_000_123_456), kind: .exchangeEnd,
            id: "exch_01arz3ndektsv4rrffq69g5fav")
        leaf.tenantSequence = 7
        leaf.run = "run_01arz3ndektsv4rrffq69g5fav"
        leaf.runSequence = 2
        leaf.actor = "p:QkFTRTY0IG9mIDE2IGJ5dA"
        leaf.onBehalfOf = ["p:b25l", "p:dHdv"]
        leaf.subjects = ["s:c3ViamVjdA"]
        leaf.resource = "model:fast"
        leaf.provider = "openai"
        leaf.deployment = "gpt-4o-mini"
        leaf.served = "größe \"🦉\"\u{1}\n"
        leaf.operation = "chat.completions"
        leaf.status = 200
        leaf.outcome = "answered"
        leaf.code = "upstream_reset"
        leaf.decision = .forbid
        leaf.remedy = "redact"
        leaf.rules = ["personal-data", "b"]
        leaf.policies = "sha256:3f9a"
        leaf.configuration = "a1b2c3"
        leaf.detectors = "1"
        leaf.microseconds = 7
        leaf.tokens = [412, 187, 100, 20]
        leaf.source = "estimated"
        leaf.sizes = [2048, 1042]
        leaf.attempts = 2
        leaf.isStreamed = true
        leaf.cost = 1234
        leaf.duration = 183_250
        leaf.flags = ["request:pii.email_address:2"]
        leaf.reference = 41
        leaf.payloads = [
            Leaf.Payload(
                kind: .detail, keys: "p:QkFTRTY0IG9mIDE2IGJ5dA/2026-11/metadata", count: 412, cipherHash: "Y2g=",
                commitment: "cGM=")
        ]
        return leaf
    }()

    static let golden: [Leaf] = [
        full,
        Leaf(time: Timestamp(microseconds: 0), kind: .serverStopped, id: "evnt_01arz3ndektsv4rrffq69g5fav"),
    ]

    @Test("A leaf that was written without its place is the same once it has it", arguments: golden)
    func placing(_ leaf: Leaf) throws {
        var writer = JSONWriter()
        let gaps = leaf.writeUnplaced(to: &writer)
        var bytes = writer.bytes
        bytes.insert(contentsOf: String(leaf.tenantSequence).utf8, at: gaps.tenant)
        #expect((gaps.run == nil) == (leaf.run == nil))
        if let run = gaps.run { bytes.insert(contentsOf: String(leaf.runSequence).utf8, at: run) }
        #expect(try leaf.bytes() == bytes)
    }

    @Test("What is written is what the golden file says")
    func goldenFile() throws {
        try GoldenText("Golden/leaves.jsonl").compare(try Self.golden.map { shown(try $0.bytes()) })
    }

    @Test("A leaf is read back as itself", arguments: golden)
    func roundTrip(_ leaf: Leaf) throws { #expect(try Leaf(leaf.bytes()) == leaf) }

    @Test("Members stand in the order of their names, and nothing is between them", arguments: golden)
    func canonical(_ leaf: Leaf) throws {
        let bytes = try leaf.bytes()
        let document = try JSONDocument(bytes)
        #expect(document.written == bytes)
        guard case .object(let members) = document else { return }
        #expect(members.map(\.name) == members.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// Bytes that are no leaf, and why.
    struct Bad: Shown {
        let name: String
        let text: String
        let code: EventFormatError.Code
    }

    static let least = #"{"id":"a","ten":"default","ts":1,"tseq":1,"type":"server.stopped","v":1}"#
    static let bad: [Bad] = [
        Bad(name: "nothing", text: "", code: .malformed), Bad(name: "a list", text: "[]", code: .malformed),
        Bad(name: "cut", text: String(least.dropLast()), code: .malformed),
        Bad(name: "a later version", text: least.replacing("\"v\":1", with: "\"v\":2"), code: .unknownVersion),
        Bad(
            name: "an unknown type", text: least.replacing("server.stopped", with: "server.paused"), code: .unknownKind),
        Bad(name: "white space", text: least.replacing(",", with: ", "), code: .notCanonical),
        Bad(
            name: "an unknown member", text: least.replacing("\"ten\"", with: "\"note\":1,\"ten\""), code: .notCanonical
        ),
        Bad(
            name: "another order", text: least.replacing("{\"id\":\"a\",", with: "{\"ten\":\"x\",\"id\":\"a\","),
            code: .notCanonical),
        Bad(name: "an escape too many", text: least.replacing("\"a\"", with: "\"\\u0061\""), code: .notCanonical),
        Bad(name: "a fraction", text: least.replacing("\"ts\":1", with: "\"ts\":1.5"), code: .malformed),
        Bad(name: "minus nothing", text: least.replacing("\"ts\":1", with: "\"ts\":-0"), code: .notCanonical),
        Bad(
            name: "more than a double holds", text: least.replacing("\"ts\":1", with: "\"ts\":9007199254740993"),
            code: .notCanonical),
        Bad(
            name: "too long", text: least.replacing("\"a\"", with: "\"\(String(repeating: "a", count: 4096))\""),
            code: .tooLong),
    ]

    @Test("What is no leaf is refused, with why", arguments: bad)
    func refused(_ bad: Bad) {
        #expect(throws: EventFormatError(bad.code, "")) { try Leaf(Array(bad.text.utf8)) }
    }

    @Test("A changed byte is refused or is another leaf, and nothing breaks", arguments: 0..<400 as Range<UInt64>)
    func fuzz(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var bytes = try Self.full.bytes()
        for _ in 0...random.below(3) {
            let position = random.below(bytes.count)
            switch random.below(3) {
            case 0: bytes[position] = UInt8(random.below(256))
            case 1: bytes.remove(at: position)
            default: bytes.insert(UInt8(random.below(256)), at: position)
            }
        }
        guard let leaf = try? Leaf(bytes) else { return }
        #expect(try leaf.bytes() == bytes)
    }

    @Test("The longest leaf is taken, and one byte more is not")
    func length() throws {
        var leaf = Leaf(time: Timestamp(microseconds: 0), kind: .serverStopped, id: "")
        leaf.id = String(repeating: "x", count: try Leaf.longest - leaf.bytes().count)
        #expect(try leaf.bytes().count == 4096)
        leaf.id += "x"
        #expect(throws: EventFormatError(.tooLong, "")) { try leaf.bytes() }
    }

    @Test("A leaf that is too long is shortened by what its detail says as well")
    func shorten() throws {
        var leaf = Self.full
        leaf.rules = (0..<16).map { "\($0)" + String(repeating: "r", count: 126) }
        leaf.flags = (0..<32).map { "request:\($0)" + String(repeating: "f", count: 120) + ":1" }
        leaf.shorten()
        #expect(try leaf.bytes().count <= 4096)
        #expect(!leaf.rules.isEmpty && !leaf.flags.isEmpty)
    }

    @Test("Every kind of event is a type of leaf, and the list is closed")
    func kinds() {
        for kind in Event.Kind.allCases where kind != .exchange {
            #expect(Leaf.Kind(rawValue: kind.rawValue) != nil, "\(kind)")
        }
        #expect(Leaf.Kind.allCases.count == 39)
    }
}
