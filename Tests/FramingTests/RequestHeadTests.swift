import Framing
import Testing

@Suite("Heads of requests")
struct RequestHeadTests {
    /// What a head says, as text.
    struct Said: Equatable {
        var method = RequestMethod.get
        var path = "/"
        var query: String?
        var minorVersion = 1
        var framing = BodyFraming.empty
        var keepAlive = true
        var expectsContinue = false
    }

    struct Accepted: CustomTestStringConvertible, Sendable {
        let name: String
        let head: String
        let says: Said
        var testDescription: String { self.name }
    }

    static let accepted: [Accepted] = [
        Accepted(name: "the least", head: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", says: Said()),
        Accepted(name: "an empty line before", head: "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", says: Said()),
        Accepted(
            name: "HTTP/1.0 without Host", head: "GET / HTTP/1.0\r\n\r\n",
            says: Said(minorVersion: 0, keepAlive: false)),
        Accepted(
            name: "HTTP/1.0 with keep-alive", head: "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
            says: Said(minorVersion: 0)),
        Accepted(
            name: "HTTP/1.0 with both", head: "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
            says: Said(minorVersion: 0, keepAlive: false)),
        Accepted(
            name: "close", head: "GET / HTTP/1.1\r\nHost: a\r\nConnection: CLOSE\r\n\r\n",
            says: Said(keepAlive: false)),
        Accepted(
            name: "close among other options",
            head: "GET / HTTP/1.1\r\nHost: a\r\nConnection: te\r\nConnection: ,x-a , close, \r\n\r\n",
            says: Said(keepAlive: false)),
        Accepted(
            name: "an upgrade, which is ignored",
            head: "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", says: Said()),
        Accepted(
            name: "a length", head: "POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n",
            says: Said(method: .post, path: "/v1/x", framing: .length(17))),
        Accepted(
            name: "a length of nothing", head: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:0\r\n\r\n",
            says: Said(method: .post)),
        Accepted(
            name: "a length with white space before and leading zeros",
            head: "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \t007\r\n\r\n",
            says: Said(method: .put, framing: .length(7))),
        Accepted(
            name: "the longest length", head: "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999999999\r\n\r\n",
            says: Said(method: .put, framing: .length(999_999_999_999_999_999))),
        Accepted(
            name: "chunks", head: "PATCH / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n",
            says: Said(method: .patch, framing: .chunked)),
        Accepted(
            name: "a body behind GET", head: "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
            says: Said(framing: .length(3))),
        Accepted(
            name: "an expectation",
            head: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n",
            says: Said(method: .post, framing: .length(3), expectsContinue: true)),
        Accepted(
            name: "an expectation without a body", head: "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
            says: Said(method: .post)),
        Accepted(
            name: "an expectation in HTTP/1.0",
            head: "POST / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
            says: Said(method: .post, minorVersion: 0, framing: .length(3), keepAlive: false)),
        Accepted(
            name: "a query", head: "DELETE /v1/files/a%2Fb?x=1?y&z[]=%20 HTTP/1.1\r\nHost: a\r\n\r\n",
            says: Said(method: .delete, path: "/v1/files/a%2Fb", query: "x=1?y&z[]=%20")),
        Accepted(
            name: "an empty query", head: "HEAD /a? HTTP/1.1\r\nHost: a\r\n\r\n",
            says: Said(method: .head, path: "/a", query: "")),
        Accepted(
            name: "an asterisk", head: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            says: Said(method: .options, path: "*")),
        Accepted(
            name: "OPTIONS of a path", head: "OPTIONS /v1 HTTP/1.1\r\nHost: a\r\n\r\n",
            says: Said(method: .options, path: "/v1")),
        Accepted(
            name: "all characters a target may have",
            head: "GET /!$%25&'()*+,-./09:;=?@AZ[]^_`az{|}~ HTTP/1.1\r\nHost: a\r\n\r\n",
            says: Said(path: "/!$%25&'()*+,-./09:;=", query: "@AZ[]^_`az{|}~")),
        Accepted(
            name: "all characters a name may have, an empty value, tabs and bytes above ASCII in a value",
            head: "GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~09azAZ:\r\nx: a\tb \u{E9}\r\n\r\n", says: Said()),
    ]

    @Test("What is clear is accepted", arguments: Self.accepted)
    func accepts(_ accepted: Accepted) throws {
        let bytes = Array(accepted.head.utf8) + Array("rest".utf8)
        var parser = RequestHeadParser()
        let head = try #require(try parser.parse(bytes.span))
        let said = Said(
            method: head.method, path: text(bytes, head.path), query: head.query.map { text(bytes, $0) },
            minorVersion: head.minorVersion, framing: head.framing, keepAlive: head.keepAlive,
            expectsContinue: head.expectsContinue)
        #expect(said == accepted.says)
        #expect(head.byteCount == accepted.head.utf8.count)
    }

    static let hosts = [
        "a", "api.example.com", "localhost:8080", "127.0.0.1", "[::1]", "[2001:db8::1]:443", "[::ffff:1.2.3.4]",
        "my_service", "A-b.C~d", "a:0", "a:65535",
    ]

    @Test("Hosts are names or addresses with an optional port", arguments: Self.hosts)
    func acceptsHost(_ host: String) throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
        var parser = RequestHeadParser()
        let head = try #require(try parser.parse(bytes.span))
        #expect(head.fields[.host].map { text(bytes, $0) } == host)
    }

    @Test("Fields keep their order, their names and their values without white space around")
    func fields() throws {
        let bytes = Array(
            "GET / HTTP/1.1\r\nhOsT:\ta:1  \r\nX-A: 1\r\nx-a:  2 , 3\t\r\nEmpty:\r\nBlank: \t \r\n\r\n".utf8)
        var parser = RequestHeadParser()
        let head = try #require(try parser.parse(bytes.span))
        #expect(head.fields.lines.map { text(bytes, $0.name) } == ["hOsT", "X-A", "x-a", "Empty", "Blank"])
        #expect(head.fields.lines.map { text(bytes, $0.value) } == ["a:1", "1", "2 , 3", "", ""])
        #expect(head.fields.lines.map(\.known) == [.host, .other, .other, .other, .other])
        #expect(head.fields[.authorization] == nil)
        #expect(head.fields[.other] == nil)
        #expect(!head.fields.contains(.other))
    }

    @Test("A lookup finds the first line, and repetition of list fields is known")
    func repetition() throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nAccept: x\r\nVia: 1\r\naccept: y\r\n\r\n".utf8)
        var parser = RequestHeadParser()
        let head = try #require(try parser.parse(bytes.span))
        #expect(head.fields[.accept].map { text(bytes, $0) } == "x")
        #expect(head.fields.isRepeated(.accept))
        #expect(!head.fields.isRepeated(.via))
        #expect(!head.fields.isRepeated(.other))
    }

    @Test("Fields that Connection names are for this connection only")
    func nominated() throws {
        let bytes = Array(
            """
            GET / HTTP/1.1\r
            Host: a\r
            Connection: close, X-One\r
            X-One: 1\r
            x-two: 2\r
            X-Three: 3\r
            X-Thre\u{7E}: 4\r
            Connection: X-TWO\r
            \r\n
            """.utf8)
        var parser = RequestHeadParser()
        let head = try #require(try parser.parse(bytes.span))
        let nominated = head.fields.lines.filter { head.fields.isNominated($0, in: bytes.span) }
        #expect(nominated.map { text(bytes, $0.name) } == ["X-One", "x-two"])
    }

    @Test("A parser goes on to the next head, and forgets the former one")
    func pipelined() throws {
        let first = Array(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close, x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
                .utf8)
        let second = Array("PUT /b HTTP/1.1\r\nHost: b\r\nx: 1\r\nContent-Length: 2\r\n\r\n".utf8)
        var parser = RequestHeadParser()
        let one = try #require(try parser.parse(first.span))
        let two = try #require(try parser.parse(second.span))
        #expect(one.fields.lines.count == 4)
        #expect(two.fields.lines.count == 3)
        #expect(two.framing == .length(2) && two.keepAlive && !two.expectsContinue)
        #expect(!two.fields.contains(.expect))
        let isNominated = two.fields.lines.map { two.fields.isNominated($0, in: second.span) }
        #expect(isNominated == [false, false, false])
    }

    @Test("A head that was begun can be forgotten")
    func reset() throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var parser = RequestHeadParser()
        #expect(try parser.parse(bytes.span.extracting(0..<20)) == nil)
        parser.reset()
        #expect(try parser.parse(bytes.span) != nil)
    }

    @Test("Limits are exact")
    func limits() throws {
        let target = "/" + String(repeating: "a", count: 99)
        let fields = (0..<10).map { "x-\($0): 1\r\n" }.joined()
        let bytes = Array("OPTIONS \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
        func parse(_ limits: HeadLimits) -> FramingError.Code? { readRequests([bytes], limits: limits).refusal }
        #expect(parse(HeadLimits(bytes: bytes.count, fields: 11, target: 100)) == nil)
        #expect(parse(HeadLimits(bytes: bytes.count - 1, fields: 11, target: 100)) == .headTooLong)
        #expect(parse(HeadLimits(bytes: bytes.count, fields: 10, target: 100)) == .tooManyFields)
        #expect(parse(HeadLimits(bytes: bytes.count, fields: 11, target: 99)) == .targetTooLong)
        #expect(parse(HeadLimits(bytes: bytes.count, fields: 11, target: .max)) == nil)
        #expect(parse(HeadLimits(bytes: 50, fields: 11, target: 100)) == .headTooLong)
    }

    @Test("A limit is kept without waiting for the end of the line")
    func endlessLines() {
        let long = Array(repeating: UInt8(ascii: "a"), count: 40_000)
        #expect(readRequests([Array("GET /".utf8) + long.prefix(8_300)]).refusal == .targetTooLong)
        #expect(readRequests([Array("GET / HTTP/1.1\r\nHost: a\r\nx: ".utf8) + long]).refusal == .headTooLong)
        #expect(readRequests([Array("GET / HTTP/1.1\r\nHost: a\r\nx: ".utf8) + long.prefix(30_000)]).refusal == nil)
    }
}

/// The text of a range.
func text(_ bytes: [UInt8], _ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
