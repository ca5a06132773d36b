import Framing
import Testing

@Suite("Heads of responses")
struct ResponseHeadTests {
    struct Accepted: CustomTestStringConvertible, Sendable {
        let head: String
        let status: Int
        let framing: BodyFraming
        var keepAlive = true
        var answersHead = false
        var reason = ""
        var testDescription: String { self.head.debugDescription }
    }

    static let accepted: [Accepted] = [
        Accepted(head: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", status: 200, framing: .length(5), reason: "OK"),
        Accepted(head: "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", status: 200, framing: .empty),
        Accepted(head: "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n", status: 200, framing: .length(1)),
        Accepted(
            head: "HTTP/1.1 529 Too  much\tnow \u{E9}\r\nTransfer-Encoding: Chunked\r\n\r\n", status: 529,
            framing: .chunked, reason: "Too  much\tnow \u{E9}"),
        Accepted(head: "HTTP/1.1 200 OK\r\n\r\n", status: 200, framing: .untilClose, keepAlive: false, reason: "OK"),
        Accepted(
            head: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n", status: 200, framing: .length(5),
            keepAlive: false, reason: "OK"),
        Accepted(
            head: "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", status: 200, framing: .length(5), keepAlive: false,
            reason: "OK"),
        Accepted(
            head: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n", status: 200,
            framing: .length(5), reason: "OK"),
        Accepted(
            head: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", status: 200, framing: .untilClose,
            keepAlive: false, reason: "OK"),
        Accepted(head: "HTTP/1.1 100 Continue\r\n\r\n", status: 100, framing: .empty, reason: "Continue"),
        Accepted(head: "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n", status: 103, framing: .empty, reason: "Early"),
        Accepted(head: "HTTP/1.1 204 No\r\n\r\n", status: 204, framing: .empty, reason: "No"),
        Accepted(head: "HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n", status: 204, framing: .empty, reason: "No"),
        Accepted(head: "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", status: 304, framing: .empty, reason: "No"),
        Accepted(
            head: "HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n", status: 304, framing: .empty, reason: "No"),
        Accepted(
            head: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", status: 200, framing: .empty, answersHead: true,
            reason: "OK"),
        Accepted(
            head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", status: 200, framing: .empty,
            answersHead: true, reason: "OK"),
        Accepted(head: "HTTP/1.1 200 OK\r\n\r\n", status: 200, framing: .empty, answersHead: true, reason: "OK"),
        Accepted(
            head: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nServer: a\r\nServer: b\r\nHost: a/b\r\nExpect: x\r\n\r\n",
            status: 200, framing: .length(1), reason: "OK"),
    ]

    @Test("What is clear is accepted", arguments: Self.accepted)
    func accepts(_ accepted: Accepted) throws {
        let bytes = Array(accepted.head.utf8) + Array("rest".utf8)
        var parser = ResponseHeadParser()
        let head = try #require(try parser.parse(bytes.span, answersHead: accepted.answersHead))
        #expect(head.status == accepted.status)
        #expect(head.framing == accepted.framing)
        #expect(head.keepAlive == accepted.keepAlive)
        #expect(text(bytes, head.reason) == accepted.reason)
        #expect(head.byteCount == accepted.head.utf8.count)
        #expect(head.isInterim == (accepted.status < 200))
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let code: FramingError.Code
        let head: String
        var testDescription: String { "\(self.code): \(self.head.debugDescription)" }

        init(_ code: FramingError.Code, _ head: String) {
            self.code = code
            self.head = head
        }
    }

    static let refused: [Refused] = [
        Refused(.bareLineFeed, "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        Refused(.bareCarriageReturn, "HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n"),
        Refused(.controlCharacter, "HTTP/1.1 200 O\0K\r\n\r\n"),
        Refused(.malformedStatusLine, "\r\nHTTP/1.1 200 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1  200 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1\t200 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1 20 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1 2000 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1 +20 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1 099 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1 600 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1 200OK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1 200\tOK\r\n\r\n"),
        Refused(.malformedStatusLine, "HTTP/1.1\r\n\r\n"),
        Refused(.malformedStatusLine, "http/1.1 200 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "ICY 200 OK\r\n\r\n"),
        Refused(.malformedStatusLine, "<html>\r\n\r\n"),
        Refused(.unsupportedVersion, "HTTP/2.0 200 OK\r\n\r\n"),
        Refused(.unsupportedVersion, "HTTP/1.3 200 OK\r\n\r\n"),
        Refused(.unrequestedUpgrade, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        Refused(.foldedLine, "HTTP/1.1 200 OK\r\nx: 1\r\n 2\r\n\r\n"),
        Refused(.missingColon, "HTTP/1.1 200 OK\r\nx\r\n\r\n"),
        Refused(.malformedFieldName, "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n"),
        Refused(.malformedConnection, "HTTP/1.1 200 OK\r\nConnection: a b\r\n\r\n"),
        Refused(.repeatedField, "HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Type: b\r\n\r\n"),
        Refused(.malformedContentLength, "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n"),
        Refused(.malformedContentLength, "HTTP/1.1 304 OK\r\nContent-Length: x\r\n\r\n"),
        Refused(.repeatedContentLength, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"),
        Refused(.unsupportedTransferCoding, "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
        Refused(.unsupportedTransferCoding, "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n"),
        Refused(
            .repeatedTransferEncoding,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Refused(.conflictingLengths, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
        Refused(.transferEncodingInOldVersion, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Refused(.bodyWhereNoneMayBe, "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n"),
        Refused(.bodyWhereNoneMayBe, "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Refused(.bodyWhereNoneMayBe, "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n"),
        Refused(.closingInterim, "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n"),
        Refused(.closingInterim, "HTTP/1.0 100 Continue\r\n\r\n"),
        Refused(.headTooLong, "HTTP/1.1 200 \(String(repeating: "a", count: 33_000))"),
        Refused(.tooManyFields, "HTTP/1.1 200 OK\r\n\(String(repeating: "x: y\r\n", count: 101))\r\n"),
    ]

    @Test("What is ambiguous is refused", arguments: Self.refused)
    func refuses(_ refused: Refused) {
        let bytes = Array(refused.head.utf8)
        let transcript = readResponses([bytes])
        #expect(transcript.refusal == refused.code)
        #expect(transcript.messages.isEmpty)
        #expect(Invariants.ofResponses(bytes) == [])
    }

    @Test("Interim responses come before the response proper")
    func interim() {
        let bytes = Array(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                .utf8)
        let messages = readResponses([bytes]).messages
        #expect(messages.map(\.head.status) == [100, 103, 200])
        #expect(messages.map(\.head.isInterim) == [true, true, false])
        #expect(messages.last?.content == Array("ok".utf8))
    }

    @Test("Nothing of a former head stays")
    func pipelined() throws {
        let first = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n".utf8)
        let second = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n".utf8)
        var parser = ResponseHeadParser()
        #expect(try parser.parse(first.span)?.framing == .chunked)
        let head = try #require(try parser.parse(second.span))
        #expect(head.framing == .length(2) && head.keepAlive)
        #expect(try parser.parse(first.span.extracting(0..<30)) == nil)
        parser.reset()
        #expect(try parser.parse(second.span)?.framing == .length(2))
    }
}
