import Framing
import Testing

@Suite("Chunked bodies")
struct ChunkedDecoderTests {
    struct Accepted: CustomTestStringConvertible, Sendable {
        let body: String
        let content: String
        var testDescription: String { self.body.debugDescription }
    }

    static let accepted: [Accepted] = [
        Accepted(body: "0\r\n\r\n", content: ""),
        Accepted(body: "5\r\nhello\r\n0\r\n\r\n", content: "hello"),
        Accepted(body: "5\r\nhello\r\n1\r\n,\r\n00000006\r\n\r\nyou\n\r\n000\r\n\r\n", content: "hello,\r\nyou\n"),
        Accepted(
            body: "1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0a\r\n0123456789\r\n0\r\n\r\n",
            content: "abcdefghijklmnopqrstuvwxyz0123456789"),
        Accepted(body: "1\r\na\r\n0\r\nx: y\r\nempty:\r\nx-long: a\tb  c:\u{E9}\r\n\r\n", content: "a"),
        Accepted(body: "0\r\ncontent-length-and-more-than-that: y\r\ncontent-lengtt: 5\r\n\r\n", content: ""),
        Accepted(body: "3\r\n0\r\n\r\n0\r\n\r\n", content: "0\r\n"),
    ]

    @Test("The content is what is in the chunks", arguments: Self.accepted)
    func accepts(_ accepted: Accepted) {
        let bytes = Array(accepted.body.utf8)
        let transcript = readChunks([bytes + Array("GET /".utf8)])
        #expect(String(decoding: transcript.content, as: UTF8.self) == accepted.content)
        #expect(transcript.refusal == nil)
        #expect(transcript.end == bytes.count)
        #expect(Invariants.ofChunks(bytes) == [])
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let code: FramingError.Code
        let body: String
        var testDescription: String { "\(self.code): \(self.body.debugDescription)" }

        init(_ code: FramingError.Code, _ body: String) {
            self.code = code
            self.body = body
        }
    }

    static let refused: [Refused] = [
        Refused(.malformedChunkSize, "\r\nhello\r\n0\r\n\r\n"),
        Refused(.malformedChunkSize, " 5\r\nhello\r\n0\r\n\r\n"),
        Refused(.malformedChunkSize, "5 \r\nhello\r\n0\r\n\r\n"),
        Refused(.malformedChunkSize, "5\t\r\nhello\r\n0\r\n\r\n"),
        Refused(.malformedChunkSize, "+5\r\nhello\r\n0\r\n\r\n"),
        Refused(.malformedChunkSize, "-5\r\nhello\r\n0\r\n\r\n"),
        Refused(.malformedChunkSize, "0x5\r\nhello\r\n0\r\n\r\n"),
        Refused(.malformedChunkSize, "g\r\n"),
        Refused(.malformedChunkSize, "5,5\r\n"),
        Refused(.malformedChunkSize, "5\0\r\n"),
        Refused(.malformedChunkSize, ";a\r\n"),
        Refused(.chunkSizeTooLong, "000000005\r\nhello\r\n0\r\n\r\n"),
        Refused(.chunkSizeTooLong, "100000000\r\n"),
        Refused(.chunkSizeTooLong, "ffffffffffffffff\r\n"),
        Refused(.chunkSizeTooLong, "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        Refused(.chunkExtension, "5;\r\nhello\r\n0\r\n\r\n"),
        Refused(.chunkExtension, "5;a=b\r\nhello\r\n0\r\n\r\n"),
        Refused(.chunkExtension, "5\r\nhello\r\n0;a\r\n\r\n"),
        Refused(.bareLineFeed, "5\nhello\r\n0\r\n\r\n"),
        Refused(.bareLineFeed, "\n5\r\nhello\r\n0\r\n\r\n"),
        Refused(.bareCarriageReturn, "5\rhello\r\n0\r\n\r\n"),
        Refused(.bareCarriageReturn, "5\r\r\nhello\r\n0\r\n\r\n"),
        Refused(.malformedChunkEnd, "5\r\nhello, 0\r\n\r\n"),
        Refused(.malformedChunkEnd, "5\r\nhello0\r\n\r\n"),
        Refused(.bareLineFeed, "5\r\nhello\n0\r\n\r\n"),
        Refused(.bareCarriageReturn, "5\r\nhello\r0\r\n\r\n"),
        Refused(.malformedChunkSize, "5\r\nhello\r\n\r\n0\r\n\r\n"),
        Refused(.bareLineFeed, "0\r\n\n"),
        Refused(.bareLineFeed, "0\n\r\n"),
        Refused(.bareCarriageReturn, "0\r\n\r\r\n"),
        Refused(.malformedTrailer, "0\r\nx\r\n\r\n"),
        Refused(.malformedTrailer, "0\r\n: y\r\n\r\n"),
        Refused(.malformedTrailer, "0\r\nx : y\r\n\r\n"),
        Refused(.malformedTrailer, "0\r\nGET / HTTP/1.1\r\n\r\n"),
        Refused(.forbiddenTrailer, "0\r\nx: y\r\nContent-Length: 5\r\n\r\n"),
        Refused(.forbiddenTrailer, "0\r\nTRANSFER-ENCODING: chunked\r\n\r\n"),
        Refused(.forbiddenTrailer, "0\r\nConnection: close\r\n\r\n"),
        Refused(.forbiddenTrailer, "0\r\nhost: a\r\n\r\n"),
        Refused(.forbiddenTrailer, "0\r\nExpect: 100-continue\r\n\r\n"),
        Refused(.foldedLine, "0\r\n x: y\r\n\r\n"),
        Refused(.foldedLine, "0\r\nx: y\r\n z\r\n\r\n"),
        Refused(.controlCharacter, "0\r\nx: \0\r\n\r\n"),
        Refused(.bareLineFeed, "0\r\nx: y\n\r\n"),
        Refused(.bareLineFeed, "0\r\nx\n: y\r\n\r\n"),
        Refused(.bareCarriageReturn, "0\r\nx: y\rz\r\n\r\n"),
        Refused(.trailersTooLong, "0\r\nx: \(String(repeating: "a", count: 9_000))\r\n\r\n"),
        Refused(.trailersTooLong, "0\r\n\(String(repeating: "x: y\r\n", count: 2_000))\r\n"),
    ]

    @Test("What is ambiguous is refused", arguments: Self.refused)
    func refuses(_ refused: Refused) {
        let bytes = Array(refused.body.utf8)
        let transcript = readChunks([bytes])
        #expect(transcript.refusal == refused.code)
        #expect(transcript.end == nil)
        #expect(Invariants.ofChunks(bytes) == [])
    }

    @Test("The largest size is announced without overflow")
    func largest() throws {
        let bytes = Array("FFFFFFFF\r\nab".utf8)
        var decoder = ChunkedDecoder()
        #expect(try decoder.next(bytes.span, from: 0) == .data(10..<12))
        #expect(try decoder.next(bytes.span, from: 12) == .needsMore)
    }

    @Test("The bound of trailers is exact and covers all of them")
    func trailerBound() {
        let bytes = Array("0\r\nab: c\r\nd: e\r\n\r\n".utf8)
        #expect(readChunks([bytes], maximumTrailerBytes: 13).refusal == nil)
        #expect(readChunks([bytes], maximumTrailerBytes: 12).refusal == .trailersTooLong)
        #expect(readChunks([Array("0\r\n\r\n".utf8)], maximumTrailerBytes: 0).refusal == nil)
    }

    @Test("Behind the end it says so again")
    func afterEnd() throws {
        let bytes = Array("0\r\n\r\nGET".utf8)
        var decoder = ChunkedDecoder()
        #expect(try decoder.next(bytes.span, from: 0) == .end(5))
        #expect(try decoder.next(bytes.span, from: 5) == .end(5))
    }
}
