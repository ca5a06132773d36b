import Framing
import Testing

@Suite("Requests that are refused")
struct RequestRefusalTests {
    struct Refused: CustomTestStringConvertible, Sendable {
        let code: FramingError.Code
        let head: String
        var testDescription: String { "\(self.code): \(self.head.debugDescription)" }

        init(_ code: FramingError.Code, _ head: String) {
            self.code = code
            self.head = head
        }

        /// A request that has these field lines besides Host.
        init(_ code: FramingError.Code, fields: String) {
            self.init(code, "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n")
        }
    }

    static let lines: [Refused] = [
        Refused(.bareLineFeed, "GET / HTTP/1.1\nHost: a\n\n"),
        Refused(.bareLineFeed, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.bareLineFeed, fields: "x: 1\ny: 2"),
        Refused(.bareLineFeed, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        Refused(.bareCarriageReturn, "GET / HTTP/1.1\rHost: a\r\r"),
        Refused(.bareCarriageReturn, fields: "x: 1\ry: 2"),
        Refused(.bareCarriageReturn, fields: "x: 1\r\r\ny: 2"),
        Refused(.bareCarriageReturn, "\r\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.controlCharacter, fields: "x: a\0b"),
        Refused(.controlCharacter, fields: "x: \u{1}"),
        Refused(.controlCharacter, fields: "x: a\u{0B}b"),
        Refused(.controlCharacter, fields: "x: \u{1F}"),
        Refused(.controlCharacter, fields: "x: \u{7F}"),
        Refused(.controlCharacter, fields: "x\0: a"),
        Refused(.controlCharacter, "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.controlCharacter, "\u{16}\u{3}\u{1}"),
    ]

    static let requestLines: [Refused] = [
        Refused(.malformedRequestLine, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET /\r\n\r\n"),
        Refused(.malformedRequestLine, "GET / \r\n\r\n"),
        Refused(.malformedRequestLine, "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET  HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET / http/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET / HTTP/11\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET / HTTP/1.x\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "GET / HTTPS/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedRequestLine, "/ HTTP/1.1\r\n\r\n"),
        Refused(.malformedRequestLine, "GET\r\n\r\n"),
        Refused(.malformedRequestLine, "HTTP/1.1\r\n\r\n"),
        Refused(.malformedRequestLine, "GE\r\n\r\n"),
        Refused(.unsupportedMethod, "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.unsupportedMethod, "POTS / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.unsupportedMethod, "GETX / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.unsupportedMethod, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.unsupportedMethod, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.unsupportedMethod, "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.unsupportedVersion, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        Refused(.unsupportedVersion, "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
        Refused(.unsupportedVersion, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Refused(.malformedTarget, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "OPTIONS *?a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET ?a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /a  HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /\"<> HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.malformedTarget, "GET /a?b=% HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refused(.targetTooLong, "GET /\(String(repeating: "a", count: 8192)) HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]

    static let fields: [Refused] = [
        Refused(.foldedLine, fields: "x: 1\r\n 2"),
        Refused(.foldedLine, fields: "x: 1\r\n\t2"),
        Refused(.foldedLine, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        Refused(.foldedLine, fields: " "),
        Refused(.missingColon, fields: "x"),
        Refused(.missingColon, fields: "Transfer-Encoding"),
        Refused(.malformedFieldName, fields: "x : 1"),
        Refused(.malformedFieldName, fields: "Content-Length : 1"),
        Refused(.malformedFieldName, fields: "Transfer-Encoding\t: chunked"),
        Refused(.malformedFieldName, fields: ": 1"),
        Refused(.malformedFieldName, fields: "a b: 1"),
        Refused(.malformedFieldName, fields: "a(b): 1"),
        Refused(.malformedFieldName, fields: "a\"b: 1"),
        Refused(.malformedFieldName, fields: "a/b: 1"),
        Refused(.malformedFieldName, fields: "a@b: 1"),
        Refused(.malformedFieldName, fields: "a[: 1"),
        Refused(.malformedFieldName, fields: "a{: 1"),
        Refused(.malformedFieldName, fields: "a\\: 1"),
        Refused(.malformedFieldName, fields: "aaaaaaaaa\u{E9}aaaaaaa: 1"),
        Refused(.malformedFieldName, fields: "aaaaaaaaa\u{80}aaaaaaa: 1"),
        Refused(.malformedConnection, fields: "Connection: a b"),
        Refused(.malformedConnection, fields: "Connection: close;x"),
        Refused(.malformedConnection, fields: "Connection: x,\tclose"),
        Refused(.malformedConnection, fields: "Connection: close\t"),
        Refused(.malformedConnection, fields: "Connection: \"close\""),
        Refused(.tooManyFields, fields: (0..<100).map { "x: \($0)" }.joined(separator: "\r\n")),
        Refused(.headTooLong, fields: "x: \(String(repeating: "a", count: 32 << 10))"),
        Refused(.headTooLong, fields: (0..<50).map { "x\($0): \(String(repeating: "a", count: 700))\r\n" }.joined()),
        Refused(.repeatedField, fields: "Authorization: Bearer a\r\nauthorization: Bearer b"),
        Refused(.repeatedField, fields: "x-api-key: a\r\nX-API-Key: a"),
        Refused(.repeatedField, fields: "api-key: a\r\napi-key: a"),
        Refused(.repeatedField, fields: "x-goog-api-key: a\r\nx-goog-api-key: a"),
        Refused(.repeatedField, fields: "proxy-authorization: a\r\nproxy-authorization: a"),
        Refused(.repeatedField, fields: "Content-Type: a\r\nContent-Type: b"),
        Refused(.repeatedField, fields: "Idempotency-Key: a\r\nIdempotency-Key: a"),
        Refused(.repeatedField, fields: "OpenAI-Organization: a\r\nOpenAI-Organization: b"),
        Refused(.repeatedField, fields: "OpenAI-Project: a\r\nOpenAI-Project: b"),
        Refused(.repeatedField, fields: "Origin: a\r\nOrigin: b"),
        Refused(.repeatedField, fields: "Expect: 100-continue\r\nExpect: 100-continue"),
        Refused(.unsupportedExpectation, fields: "Expect: 200-ok"),
        Refused(.unsupportedExpectation, fields: "Expect:"),
        Refused(.unsupportedExpectation, fields: "Expect: 100-continue, 100-continue"),
    ]

    static let hosts: [Refused] =
        [
            Refused(.missingHost, "GET / HTTP/1.1\r\n\r\n"),
            Refused(.missingHost, "GET / HTTP/1.1\r\nX-Host: a\r\n\r\n"),
            Refused(.repeatedHost, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
            Refused(.repeatedHost, "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"),
            Refused(.repeatedHost, "GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n"),
            Refused(.malformedHost, "GET / HTTP/1.0\r\nHost: a/b\r\n\r\n"),
        ]
        + [
            "", " ", ":80", "a:", "a:b", "a:65536", "a:000080", "a b", "a,b", "a/b", "a@b", "a?b", "a#b", "a%41",
            "user@host", "http://a", "[::1", "[]", "[:]", "::1", "[::1]x", "[::1]:", "[g::1]", "[fe80::1%25eth0]",
            "a\u{E9}", "a\"", "a\\b", "(a)", "a:80:80", "a;b",
        ].map { Refused(.malformedHost, "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n") }

    static let lengths: [Refused] =
        [
            "", " ", "+1", "-1", "1 1", "1,1", "1, 1", "1;a", "0x1", "1.0", "1e3", "a", "\u{FF11}", "1\t2", "1 ", "1\t",
            "1000000000000000000", "18446744073709551616", "0000000000000000001",
        ].map { Refused(.malformedContentLength, fields: "Content-Length: \($0)") } + [
            Refused(.repeatedContentLength, fields: "Content-Length: 1\r\nContent-Length: 2"),
            Refused(.repeatedContentLength, fields: "Content-Length: 1\r\nx: y\r\ncontent-length: 1"),
            Refused(.repeatedTransferEncoding, fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            Refused(.repeatedTransferEncoding, fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
            Refused(.conflictingLengths, fields: "Content-Length: 1\r\nTransfer-Encoding: chunked"),
            Refused(.conflictingLengths, fields: "Transfer-Encoding: chunked\r\nContent-Length: 0"),
            Refused(
                .transferEncodingInOldVersion, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ]
        + [
            "", "gzip", "identity", "gzip, chunked", "chunked, chunked", "chunked, gzip", "chunked,", ",chunked",
            "chunked;q=1", "\"chunked\"", "xchunked", "chunke", "chunked x", "chunked ", "chunked\t", "\u{E9}chunked",
        ].map { Refused(.unsupportedTransferCoding, fields: "Transfer-Encoding: \($0)") }

    @Test("Lines end in CR LF and hold no control characters", arguments: Self.lines)
    func refusesLine(_ refused: Refused) { self.check(refused) }

    @Test("The first line has one reading", arguments: Self.requestLines)
    func refusesRequestLine(_ refused: Refused) { self.check(refused) }

    @Test("Fields have one reading", arguments: Self.fields)
    func refusesField(_ refused: Refused) { self.check(refused) }

    @Test("There is one Host, and it is one", arguments: Self.hosts)
    func refusesHost(_ refused: Refused) { self.check(refused) }

    @Test("The length of the body has one reading", arguments: Self.lengths)
    func refusesLength(_ refused: Refused) { self.check(refused) }

    private func check(_ refused: Refused) {
        let bytes = Array(refused.head.utf8)
        let transcript = readRequests([bytes])
        #expect(transcript.refusal == refused.code)
        #expect(transcript.messages.isEmpty)
        #expect(Invariants.ofRequests(bytes) == [])
    }
}
