/// The fields that the gateway knows by name. Recognised once, when the head is read, in any case.
package enum KnownField: UInt8, Sendable, CaseIterable {
    /// Any field that is not in this list.
    case other

    // How the message is cut out of the connection.
    case host, contentLength, transferEncoding, connection, keepAlive, proxyConnection, upgrade, te, trailer, expect

    // What the body is.
    case contentType, contentEncoding, accept, acceptEncoding, cacheControl

    // Who is asking.
    case authorization, xAPIKey, apiKey, xGoogAPIKey, cookie, setCookie, proxyAuthorization, proxyAuthenticate
    case wwwAuthenticate, origin, openaiOrganization, openaiProject

    // Who is speaking.
    case userAgent, server, via, forwarded, xForwardedFor, xForwardedHost, xForwardedProto
    case openaiVersion, openaiBeta, anthropicVersion, anthropicBeta

    // Which exchange it is, and whether to try again.
    case date, location, idempotencyKey, requestID, xRequestID, traceparent, tracestate
    case retryAfter, xShouldRetry, openaiProcessingMS

    /// The name in lower case, or an empty string for ``other``.
    package var name: StaticString {
        switch self {
        case .other: ""
        case .host: "host"
        case .contentLength: "content-length"
        case .transferEncoding: "transfer-encoding"
        case .connection: "connection"
        case .keepAlive: "keep-alive"
        case .proxyConnection: "proxy-connection"
        case .upgrade: "upgrade"
        case .te: "te"
        case .trailer: "trailer"
        case .expect: "expect"
        case .contentType: "content-type"
        case .contentEncoding: "content-encoding"
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .cacheControl: "cache-control"
        case .authorization: "authorization"
        case .xAPIKey: "x-api-key"
        case .apiKey: "api-key"
        case .xGoogAPIKey: "x-goog-api-key"
        case .cookie: "cookie"
        case .setCookie: "set-cookie"
        case .proxyAuthorization: "proxy-authorization"
        case .proxyAuthenticate: "proxy-authenticate"
        case .wwwAuthenticate: "www-authenticate"
        case .origin: "origin"
        case .openaiOrganization: "openai-organization"
        case .openaiProject: "openai-project"
        case .userAgent: "user-agent"
        case .server: "server"
        case .via: "via"
        case .forwarded: "forwarded"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedHost: "x-forwarded-host"
        case .xForwardedProto: "x-forwarded-proto"
        case .openaiVersion: "openai-version"
        case .openaiBeta: "openai-beta"
        case .anthropicVersion: "anthropic-version"
        case .anthropicBeta: "anthropic-beta"
        case .date: "date"
        case .location: "location"
        case .idempotencyKey: "idempotency-key"
        case .requestID: "request-id"
        case .xRequestID: "x-request-id"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        case .retryAfter: "retry-after"
        case .xShouldRetry: "x-should-retry"
        case .openaiProcessingMS: "openai-processing-ms"
        }
    }

    /// Whether the field is for this connection only and must not be forwarded (RFC 9110, section 7.6.1). Fields that
    /// Connection names are so too: see ``HeaderFields/isNominated(_:in:)``.
    package var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .proxyAuthorization, .proxyAuthenticate, .te, .trailer,
            .transferEncoding, .upgrade:
            true
        default: false
        }
    }

    /// Whether a request that has it twice is ambiguous: which of two credentials counts?
    var isSingleInRequest: Bool {
        switch self {
        case .authorization, .xAPIKey, .apiKey, .xGoogAPIKey, .proxyAuthorization, .contentType, .expect,
            .idempotencyKey, .openaiOrganization, .openaiProject, .origin:
            true
        default: false
        }
    }

    /// The field whose name is in `range`, which holds token characters only.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var candidate = Self.candidate(length: range.count, initial: bytes[range.lowerBound] | 0x20)
        // The two pairs that share length and initial.
        if candidate == .xGoogAPIKey, bytes[range.lowerBound + 2] | 0x20 == UInt8(ascii: "s") {
            candidate = .xShouldRetry
        }
        if candidate == .openaiVersion, bytes[range.lowerBound + 7] | 0x20 == UInt8(ascii: "p") {
            candidate = .openaiProject
        }
        self = bytes.equals(range, ignoringCase: candidate.name) ? candidate : .other
    }

    /// The only field with a name of this length and initial (but see above), or ``other``.
    private static func candidate(length: Int, initial: UInt8) -> KnownField {
        switch length {
        case 2: .te
        case 3: .via
        case 4: initial == UInt8(ascii: "h") ? .host : .date
        case 6:
            switch initial {
            case UInt8(ascii: "a"): .accept
            case UInt8(ascii: "e"): .expect
            case UInt8(ascii: "o"): .origin
            case UInt8(ascii: "c"): .cookie
            default: .server
            }
        case 7:
            switch initial {
            case UInt8(ascii: "a"): .apiKey
            case UInt8(ascii: "u"): .upgrade
            default: .trailer
            }
        case 8: .location
        case 9: initial == UInt8(ascii: "x") ? .xAPIKey : .forwarded
        case 10:
            switch initial {
            case UInt8(ascii: "c"): .connection
            case UInt8(ascii: "u"): .userAgent
            case UInt8(ascii: "r"): .requestID
            case UInt8(ascii: "k"): .keepAlive
            case UInt8(ascii: "t"): .tracestate
            default: .setCookie
            }
        case 11:
            switch initial {
            case UInt8(ascii: "t"): .traceparent
            case UInt8(ascii: "r"): .retryAfter
            default: .openaiBeta
            }
        case 12: initial == UInt8(ascii: "c") ? .contentType : .xRequestID
        case 13: initial == UInt8(ascii: "a") ? .authorization : .cacheControl
        case 14:
            switch initial {
            case UInt8(ascii: "c"): .contentLength
            case UInt8(ascii: "o"): .openaiVersion
            case UInt8(ascii: "x"): .xGoogAPIKey
            default: .anthropicBeta
            }
        case 15:
            switch initial {
            case UInt8(ascii: "a"): .acceptEncoding
            case UInt8(ascii: "i"): .idempotencyKey
            default: .xForwardedFor
            }
        case 16:
            switch initial {
            case UInt8(ascii: "c"): .contentEncoding
            case UInt8(ascii: "x"): .xForwardedHost
            case UInt8(ascii: "w"): .wwwAuthenticate
            default: .proxyConnection
            }
        case 17:
            switch initial {
            case UInt8(ascii: "t"): .transferEncoding
            case UInt8(ascii: "a"): .anthropicVersion
            default: .xForwardedProto
            }
        case 18: .proxyAuthenticate
        case 19: initial == UInt8(ascii: "o") ? .openaiOrganization : .proxyAuthorization
        case 20: .openaiProcessingMS
        default: .other
        }
    }
}
