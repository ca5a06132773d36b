import Framing
import Providers
import Transport

/// What a request asks for, read off its method and path.
///
/// Every route of OpenAI's API is served with and without `/v1`, and below `/openai`, since clients differ in what they
/// take for the base URL.
enum Surface {
    case model(ModelRequest.Kind)
    /// The list of models, or one of them.
    case models(String?)
    case liveness
    case unknown(Refusal)

    init(_ request: InboundRequest) {
        // What nearly all requests ask for, recognised without making a string.
        if request.head.method == .post, request.hasPath("/v1/chat/completions") {
            self = .model(.chat)
            return
        }
        let path = request.path
        var route = path[...]
        for prefix in ["/openai", "/v1"] where route.hasPrefix(prefix + "/") { route = route.dropFirst(prefix.count) }
        let method = request.head.method
        func expecting(_ expected: RequestMethod, _ surface: Surface) -> Surface {
            method == expected
                ? surface : .unknown(.wrongMethod(method.rawValue, allowed: expected == .get ? "GET" : "POST"))
        }
        switch route {
        case "/chat/completions": self = expecting(.post, .model(.chat))
        case "/embeddings": self = expecting(.post, .model(.embeddings))
        case "/models": self = expecting(.get, .models(nil))
        case "/healthz": self = expecting(.get, .liveness)
        default:
            // An alias may hold slashes, which newer clients send as %2F and older ones as they are.
            guard route.hasPrefix("/models/"), let alias = Self.decoded(route.dropFirst(8)), !alias.isEmpty else {
                self = .unknown(.unknownRoute(path))
                return
            }
            self = expecting(.get, .models(alias))
        }
    }

    /// Percent-decoding (RFC 3986, section 2.1), once; nil where it is malformed or not UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Self.hexadecimal),
                let low = rest.popFirst().flatMap(Self.hexadecimal)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
