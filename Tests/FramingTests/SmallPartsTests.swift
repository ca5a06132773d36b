import Testing

@testable import Framing

@Suite("Names, bytes, digits and codes")
struct SmallPartsTests {
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    @Test("Classes of bytes are those of the grammars")
    func classes() {
        let token = Set((Self.letters + "!#$%&'*+-.^_`|~").utf8)
        let host = Set((Self.letters + "-._~").utf8)
        let target = Set(UInt8(0x21)...UInt8(0x7E)).subtracting("\"#<>\\".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(byte.isToken == token.contains(byte))
            #expect(byte.isHost == host.contains(byte))
            #expect(byte.isTarget == target.contains(byte))
            #expect(byte.isControl == (byte < 32 && byte != 9 || byte == 127))
            #expect(byte.hexadecimal == UInt8(String(UnicodeScalar(byte)), radix: 16))
        }
    }

    @Test("Scanning eight bytes at a time finds what scanning one by one finds", arguments: 0..<8)
    func scanning(_ seed: Int) {
        var generator = SplitMix(seed: UInt64(seed))
        let common = Array("aZ-".utf8)
        for _ in 0..<500 {
            var bytes = (0..<generator.below(40)).map { _ in generator.pick(common) }
            for _ in 0..<generator.below(4) where !bytes.isEmpty {
                bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
            }
            let start = generator.below(bytes.count + 1)
            let end = start + generator.below(bytes.count - start + 1)
            func first(_ isFound: (UInt8) -> Bool) -> Int { bytes[start..<end].firstIndex(where: isFound) ?? end }
            #expect(bytes.span.firstControl(from: start, to: end) == first(\.isControl))
            #expect(bytes.span.firstNonToken(from: start, to: end) == first { !$0.isToken })
            #expect(bytes.span.firstLineEnd(from: start, to: end) == first { $0 == 10 || $0 == 13 })
        }
    }

    @Test("Each byte is found at each place of a word")
    func everyByteEverywhere() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<9 {
                var bytes = Array(repeating: UInt8(ascii: "-"), count: 17)
                bytes[place] = byte
                #expect(bytes.span.firstControl(from: 0, to: 17) == (byte.isControl ? place : 17))
                #expect(bytes.span.firstNonToken(from: 0, to: 17) == (byte.isToken ? 17 : place))
                #expect(bytes.span.firstLineEnd(from: 0, to: 17) == (byte == 10 || byte == 13 ? place : 17))
            }
        }
    }

    @Test("Every known field is recognised in any case, and nothing like it", arguments: KnownField.allCases)
    func knownFields(_ known: KnownField) {
        guard known != .other else { return }
        let name = "\(known.name)"
        func read(_ name: String) -> KnownField {
            let bytes = Array(name.utf8)
            return KnownField(bytes.span, 0..<bytes.count)
        }
        #expect(read(name) == known)
        #expect(read(name.uppercased()) == known)
        #expect(read(name + "x") == .other)
        for index in name.utf8.indices {
            for other in "aAzZ0-_~!^" where other.lowercased() != String(name[index]) {
                let changed = name[..<index] + String(other) + name[name.index(after: index)...]
                #expect(read(String(changed)) == .other, "\(changed)")
            }
        }
    }

    @Test("Fields for this connection only are those of RFC 9110, and the two of proxies")
    func hopByHop() {
        let names = KnownField.allCases.filter(\.isHopByHop).map { "\($0.name)" }.sorted()
        #expect(
            names == [
                "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
                "trailer", "transfer-encoding", "upgrade",
            ])
    }

    static let numbers = [0, 1, 9, 10, 15, 16, 255, 256, 4096, 65_535, 1_000_000_007, Int.max]

    @Test("Digits are those of the standard library", arguments: Self.numbers)
    func digits(_ number: Int) {
        func text(_ digits: Digits) -> String {
            var text = ""
            for index in digits.span.indices { text.unicodeScalars.append(UnicodeScalar(digits.span[index])) }
            return text
        }
        #expect(text(Digits(decimal: number)) == String(number))
        #expect(text(Digits(hexadecimal: number)) == String(number, radix: 16))
    }

    /// The statuses that requests are answered with. A reviewer should see a change here.
    static let statuses: [Int: [String]] = [
        414: ["target_too_long"],
        417: ["unsupported_expectation"],
        431: ["head_too_long", "too_many_fields", "trailers_too_long"],
        501: ["unsupported_method", "unsupported_transfer_coding"],
        502: [
            "body_where_none_may_be", "closing_interim", "event_too_long", "malformed_message_header",
            "malformed_message_prelude", "malformed_status_line", "message_checksum_mismatch", "message_too_long",
            "unrequested_upgrade",
        ],
        505: ["unsupported_version"],
    ]

    @Test("Every code has its status and a message of its own that quotes nothing")
    func codes() {
        let codes = FramingError.Code.allCases
        for code in codes {
            let status = Self.statuses.first { $0.value.contains(code.description) }?.key ?? 400
            #expect(code.status == status, "\(code)")
            let message = FramingError(code).message
            #expect(message.first?.isUppercase == false || message.hasPrefix("HTTP"))
            #expect(!message.hasSuffix(".") && !message.contains("\n"))
            #expect(FramingError(code).description == "\(code): \(message)")
        }
        #expect(Set(codes.map { FramingError($0).message }).count == codes.count)
        #expect(codes.count == 42)
    }
}
