import Framing
import Testing

/// What NIOHTTP1 (llhttp) accepts and we refuse, with the reason for each. NIO is asked too, so that the list stays
/// honest; where it refuses with us (bare LF, folded lines, conflicting lengths) there is nothing to list.
@Suite("Stricter than NIOHTTP1")
struct StricterTests {
    struct Stricter: CustomTestStringConvertible, Sendable {
        let code: FramingError.Code
        let why: String
        let bytes: String
        var testDescription: String { "\(self.code): \(self.why)" }

        init(_ code: FramingError.Code, _ why: String, _ bytes: String) {
            self.code = code
            self.why = why
            self.bytes = bytes
        }
    }

    /// What NIO accepts and we refuse.
    static let stricterRequests: [Stricter] = [
        Stricter(
            .unsupportedMethod, "no method is let through that nobody serves", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Stricter(
            .unsupportedMethod, "CONNECT would turn the connection into a tunnel",
            "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Stricter(.missingHost, "HTTP/1.1 asks for Host", "GET / HTTP/1.1\r\n\r\n"),
        Stricter(
            .repeatedHost, "the next server may take the other one", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        Stricter(
            .malformedHost, "a Host with a path or user may be taken for another",
            "GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n"),
        Stricter(
            .malformedTarget, "an absolute target competes with Host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Stricter(.malformedTarget, "the asterisk is for OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Stricter(.malformedTarget, "a fragment is cut off by some servers", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Stricter(.malformedTarget, "a backslash is a slash to some servers", "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Stricter(.malformedTarget, "a half percent escape has many readings", "GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Stricter(
            .malformedRequestLine, "one empty line before a request is enough",
            "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Stricter(
            .malformedConnection, "NIO itself overlooks an option before a tab",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\t\r\n\r\n"),
        Stricter(.malformedConnection, "options are tokens", "GET / HTTP/1.1\r\nHost: a\r\nConnection: a b\r\n\r\n"),
        Stricter(
            .unsupportedTransferCoding, "chunked is the one coding that is understood",
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        Stricter(
            .transferEncodingInOldVersion, "an HTTP/1.0 server would not know of chunks",
            "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Stricter(
            .malformedContentLength, "nobody sends nineteen digits",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000000000000000\r\n\r\n"),
        Stricter(
            .malformedContentLength, "NIO itself refuses a tab there",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0 \r\n\r\n"),
        Stricter(
            .unsupportedTransferCoding, "the same",
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n"),
        Stricter(
            .repeatedField, "which of two credentials counts?",
            "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"),
        Stricter(
            .unsupportedExpectation, "an expectation that is not met is an error",
            "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n"),
        Stricter(
            .tooManyFields, "a hundred fields are enough",
            "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "x: y\r\n", count: 100))\r\n"),
        Stricter(
            .headTooLong, "32 KiB are enough",
            "GET / HTTP/1.1\r\nHost: a\r\nx: \(String(repeating: "a", count: 33_000))\r\n\r\n"),
        Stricter(
            .targetTooLong, "8 KiB are enough",
            "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]
    static let stricterChunks: [Stricter] = [
        Stricter(.chunkExtension, "extensions hide requests", "1;a=b\r\nx\r\n0\r\n\r\n"),
        Stricter(.chunkSizeTooLong, "eight digits are 4 GiB", "000000001\r\nx\r\n0\r\n\r\n"),
        Stricter(.forbiddenTrailer, "it would come too late to route by", "0\r\nHost: b\r\n\r\n"),
        Stricter(.trailersTooLong, "8 KiB are enough", "0\r\nx: \(String(repeating: "a", count: 9_000))\r\n\r\n"),
    ]
    static let stricterResponses: [Stricter] = [
        Stricter(
            .malformedStatusLine, "nothing comes before the status line",
            "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Stricter(
            .malformedStatusLine, "there are five classes of status", "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n"),
        Stricter(
            .unrequestedUpgrade, "nobody asked for another protocol",
            "HTTP/1.1 101 OK\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
        Stricter(
            .repeatedField, "the type decides whether it is an event stream",
            "HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Type: b\r\nContent-Length: 0\r\n\r\n"),
        Stricter(
            .unsupportedTransferCoding, "chunked is the one coding that is understood",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        Stricter(
            .transferEncodingInOldVersion, "HTTP/1.0 knows no chunks",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Stricter(.closingInterim, "the response proper could not come", "HTTP/1.1 100 OK\r\nConnection: close\r\n\r\n"),
        Stricter(
            .bodyWhereNoneMayBe, "some clients would read the body", "HTTP/1.1 204 OK\r\nContent-Length: 5\r\n\r\n"),
    ]

    @Test("Where we are stricter with requests, NIO is not", arguments: Self.stricterRequests)
    func stricterRequest(_ stricter: Stricter) {
        let bytes = Array(stricter.bytes.utf8)
        #expect(readRequests([bytes]).refusal == stricter.code)
        let theirs = NIOReader.requests(bytes)
        #expect(!theirs.isRefused)
        #expect(theirs.messages.map(\.isComplete) == [true])
    }

    @Test("Where we are stricter with chunks, NIO is not", arguments: Self.stricterChunks)
    func stricterChunk(_ stricter: Stricter) {
        let bytes = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(stricter.bytes)".utf8)
        #expect(readRequests([bytes]).refusal == stricter.code)
        let theirs = NIOReader.requests(bytes)
        #expect(!theirs.isRefused)
        #expect(theirs.messages.map(\.isComplete) == [true])
    }

    @Test("Where we are stricter with responses, NIO is not", arguments: Self.stricterResponses)
    func stricterResponse(_ stricter: Stricter) {
        let bytes = Array(stricter.bytes.utf8)
        #expect(readResponses([bytes]).refusal == stricter.code)
        let theirs = NIOReader.responses(bytes, answersHead: false, atEnd: false)
        #expect(!theirs.isRefused)
        #expect(theirs.messages.map(\.isComplete) == [true])
    }
}
