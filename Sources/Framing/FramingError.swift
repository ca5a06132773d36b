/// Why bytes were refused. Every refusal is final for its connection: what follows cannot be told apart from it.
package struct FramingError: Error, Equatable, Sendable {
    /// What was wrong.
    package let code: Code

    /// An error with the message of its code.
    package init(_ code: Code) {
        self.code = code
    }

    /// One sentence for the log and the sender. It never quotes what was received.
    package var message: String { self.code.name.message }
}

extension FramingError: CustomStringConvertible {
    package var description: String { "\(self.code): \(self.message)" }
}

extension FramingError {
    /// A kind of refusal, stable over releases: its description is the name that tests and metrics use.
    package struct Code: Hashable, Sendable, CustomStringConvertible, CaseIterable {
        fileprivate let name: Name

        /// The name in the form of an API's codes, such as `bare_line_feed`.
        package var description: String {
            String(self.name.rawValue.flatMap { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" })
        }

        package static var allCases: [Code] { Name.allCases.map(Code.init(name:)) }

        /// The HTTP status to answer a *request* with that was refused for this. A refused *response* is a 502,
        /// whatever the code.
        package var status: Int {
            switch self.name {
            case .targetTooLong: 414
            case .unsupportedExpectation: 417
            case .headTooLong, .tooManyFields, .trailersTooLong: 431
            case .unsupportedMethod, .unsupportedTransferCoding: 501
            case .malformedStatusLine, .unrequestedUpgrade, .closingInterim, .bodyWhereNoneMayBe, .eventTooLong,
                .malformedMessagePrelude, .malformedMessageHeader, .messageTooLong, .messageChecksumMismatch:
                502
            case .unsupportedVersion: 505
            default: 400
            }
        }
    }
}

extension FramingError.Code {
    // Lines, of heads, chunk sizes and trailers alike.
    package static let bareLineFeed = Self(name: .bareLineFeed)
    package static let bareCarriageReturn = Self(name: .bareCarriageReturn)
    package static let controlCharacter = Self(name: .controlCharacter)

    // The first line.
    package static let malformedRequestLine = Self(name: .malformedRequestLine)
    package static let malformedTarget = Self(name: .malformedTarget)
    package static let targetTooLong = Self(name: .targetTooLong)
    package static let unsupportedMethod = Self(name: .unsupportedMethod)
    package static let unsupportedVersion = Self(name: .unsupportedVersion)
    package static let malformedStatusLine = Self(name: .malformedStatusLine)
    package static let unrequestedUpgrade = Self(name: .unrequestedUpgrade)
    package static let closingInterim = Self(name: .closingInterim)

    // Fields.
    package static let headTooLong = Self(name: .headTooLong)
    package static let tooManyFields = Self(name: .tooManyFields)
    package static let foldedLine = Self(name: .foldedLine)
    package static let missingColon = Self(name: .missingColon)
    package static let malformedFieldName = Self(name: .malformedFieldName)
    package static let malformedConnection = Self(name: .malformedConnection)
    package static let repeatedField = Self(name: .repeatedField)
    package static let missingHost = Self(name: .missingHost)
    package static let repeatedHost = Self(name: .repeatedHost)
    package static let malformedHost = Self(name: .malformedHost)
    package static let unsupportedExpectation = Self(name: .unsupportedExpectation)

    // How long the body is.
    package static let malformedContentLength = Self(name: .malformedContentLength)
    package static let repeatedContentLength = Self(name: .repeatedContentLength)
    package static let unsupportedTransferCoding = Self(name: .unsupportedTransferCoding)
    package static let repeatedTransferEncoding = Self(name: .repeatedTransferEncoding)
    package static let transferEncodingInOldVersion = Self(name: .transferEncodingInOldVersion)
    package static let conflictingLengths = Self(name: .conflictingLengths)
    package static let bodyWhereNoneMayBe = Self(name: .bodyWhereNoneMayBe)

    // Chunks and trailers.
    package static let malformedChunkSize = Self(name: .malformedChunkSize)
    package static let chunkSizeTooLong = Self(name: .chunkSizeTooLong)
    package static let chunkExtension = Self(name: .chunkExtension)
    package static let malformedChunkEnd = Self(name: .malformedChunkEnd)
    package static let malformedTrailer = Self(name: .malformedTrailer)
    package static let forbiddenTrailer = Self(name: .forbiddenTrailer)
    package static let trailersTooLong = Self(name: .trailersTooLong)

    // Event streams.
    package static let eventTooLong = Self(name: .eventTooLong)

    // Event streams of AWS.
    package static let malformedMessagePrelude = Self(name: .malformedMessagePrelude)
    package static let malformedMessageHeader = Self(name: .malformedMessageHeader)
    package static let messageTooLong = Self(name: .messageTooLong)
    package static let messageChecksumMismatch = Self(name: .messageChecksumMismatch)

    // Forms.
    package static let malformedForm = Self(name: .malformedForm)
}

extension FramingError.Code {
    fileprivate enum Name: String, CaseIterable {
        case bareLineFeed, bareCarriageReturn, controlCharacter
        case malformedRequestLine, malformedTarget, targetTooLong, unsupportedMethod, unsupportedVersion
        case malformedStatusLine, unrequestedUpgrade, closingInterim
        case headTooLong, tooManyFields, foldedLine, missingColon, malformedFieldName, malformedConnection
        case repeatedField, missingHost, repeatedHost, malformedHost, unsupportedExpectation
        case malformedContentLength, repeatedContentLength, unsupportedTransferCoding, repeatedTransferEncoding
        case transferEncodingInOldVersion, conflictingLengths, bodyWhereNoneMayBe
        case malformedChunkSize, chunkSizeTooLong, chunkExtension, malformedChunkEnd, malformedTrailer
        case forbiddenTrailer, trailersTooLong, eventTooLong
        case malformedMessagePrelude, malformedMessageHeader, messageTooLong, messageChecksumMismatch
        case malformedForm

        var message: String {
            switch self {
            case .bareLineFeed: "a line ends in LF alone, expected CR LF"
            case .bareCarriageReturn: "a CR is not followed by LF"
            case .controlCharacter: "a line holds a control character other than tab"
            case .malformedRequestLine: "expected a request line: method, target and version between single spaces"
            case .malformedTarget:
                "expected a target that begins with a slash and holds only characters a URL allows, or * for OPTIONS"
            case .targetTooLong: "the target is longer than the limit"
            case .unsupportedMethod: "expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
            case .unsupportedVersion: "expected HTTP/1.1 or HTTP/1.0"
            case .malformedStatusLine: "expected a status line: version, a status from 100 to 599, reason"
            case .unrequestedUpgrade: "the upstream switched protocols although nobody asked"
            case .closingInterim: "an interim response says that the connection closes behind it"
            case .headTooLong: "the head is longer than the limit"
            case .tooManyFields: "the head has more fields than the limit"
            case .foldedLine: "a field line begins with white space, folded lines are not allowed"
            case .missingColon: "a field line has no colon"
            case .malformedFieldName: "expected a field name of token characters directly before the colon"
            case .malformedConnection: "expected a list of tokens in Connection"
            case .repeatedField: "a field that may occur once occurs twice"
            case .missingHost: "HTTP/1.1 needs a Host field"
            case .repeatedHost: "expected one Host field, found several"
            case .malformedHost: "expected a host name or address and an optional port in Host"
            case .unsupportedExpectation: "expected 100-continue or nothing in Expect"
            case .malformedContentLength: "expected one decimal number and nothing else in Content-Length"
            case .repeatedContentLength: "expected one Content-Length field, found several"
            case .unsupportedTransferCoding: "expected exactly chunked in Transfer-Encoding"
            case .repeatedTransferEncoding: "expected one Transfer-Encoding field, found several"
            case .transferEncodingInOldVersion: "HTTP/1.0 has no Transfer-Encoding"
            case .conflictingLengths: "both Transfer-Encoding and Content-Length are present"
            case .bodyWhereNoneMayBe: "a response that can have no body announces one"
            case .malformedChunkSize: "expected a chunk size in hexadecimal digits and CR LF"
            case .chunkSizeTooLong: "a chunk size has more than eight digits"
            case .chunkExtension: "chunk extensions are not accepted"
            case .malformedChunkEnd: "expected CR LF after the bytes of a chunk"
            case .malformedTrailer: "expected a trailer line: field name, colon, value"
            case .forbiddenTrailer: "a trailer that only a head may have"
            case .trailersTooLong: "the trailers are longer than the limit"
            case .eventTooLong: "an event is longer than the limit"
            case .malformedMessagePrelude: "the lengths at the beginning of a message do not fit each other"
            case .malformedMessageHeader:
                "expected headers of a message with different names, a known type and text in UTF-8"
            case .messageTooLong: "a message is longer than the limit"
            case .messageChecksumMismatch: "a message does not have the checksum that it states"
            case .malformedForm: "expected parts with names between the boundaries that the content type states"
            }
        }
    }
}
