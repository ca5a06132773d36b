import Codecs
import Framing
import Providers
import Transport

/// What a request asks for, read off its method and path.
///
/// Every route of OpenAI's API is served with and without `/v1`, and below `/openai`, Anthropic's also below `/anthropic`,
/// Gemini's below `/gemini`, since clients differ in what they take for the base URL.
struct Surface {
    enum Wish {
        case model(ModelRequest.Address)
        /// A route of OpenAI's API that goes to a provider as it is.
        case passing(PassedRoute)
        /// The list of models, or one of them.
        case models(String?)
        /// The proof that a leaf is in the log.
        case receipt(Int64)
        case liveness
        case unknown(Refusal)
    }

    let dialect: Dialect
    let wish: Wish

    init(_ request: InboundRequest) {
        // What nearly all requests ask for, recognised without making a string.
        if request.head.method == .post, request.hasPath("/v1/chat/completions") {
            self.init(.openAI, .model(ModelRequest.Address(.chat(.openAIChat))))
            return
        }
        var router = Router(request)
        self.init(router.dialect, router.wish())
    }

    private init(_ dialect: Dialect, _ wish: Wish) {
        self.dialect = dialect
        self.wish = wish
    }
}

/// Takes a path apart.
private struct Router {
    let request: InboundRequest
    let path: String
    private(set) var dialect = Dialect.openAI
    /// What is left of the path behind base and version.
    private var route: Substring

    init(_ request: InboundRequest) {
        self.request = request
        self.path = request.path
        self.route = self.path[...]
        if self.strip("/anthropic") {
            self.dialect = .anthropic
            _ = self.strip("/v1")
        } else if self.strip("/gemini") {
            self.dialect = .gemini
            _ = self.strip("/v1beta") || self.strip("/v1")
        } else if self.strip("/v1beta") {
            self.dialect = .gemini
        } else {
            _ = self.strip("/openai")
            _ = self.strip("/v1")
            let isMessages = self.route == "/messages" || self.route.hasPrefix("/messages/")
            // The list of models is at one path for all three; header fields tell who asks.
            let isList = self.route == "/models" || self.route.hasPrefix("/models/")
            let fields = request.head.fields
            if isMessages || isList && fields.contains(.anthropicVersion) {
                self.dialect = .anthropic
            } else if isList, self.geminiMethod != nil || fields.contains(.xGoogAPIKey) {
                self.dialect = .gemini
            }
        }
    }

    private mutating func strip(_ prefix: String) -> Bool {
        guard self.route.hasPrefix(prefix + "/") else { return false }
        self.route = self.route.dropFirst(prefix.count)
        return true
    }

    /// What stands behind the colon of `/models/name:method`.
    private var geminiMethod: Substring? {
        guard let colon = self.route.lastIndex(of: ":") else { return nil }
        let method = self.route[self.route.index(after: colon)...]
        return ["generateContent", "streamGenerateContent", "countTokens"].contains(method) ? method : nil
    }

    mutating func wish() -> Surface.Wish {
        switch self.dialect {
        case .openAI: self.openAI()
        case .anthropic: self.anthropic()
        case .gemini: self.gemini()
        }
    }

    private mutating func openAI() -> Surface.Wish {
        if self.strip("/deployments") { return self.deployment() }
        switch self.route {
        case "/chat/completions": return self.post(.chat(.openAIChat))
        case "/responses": return self.post(.chat(.openAIResponses))
        case "/embeddings": return self.post(.embeddings)
        case "/models": return self.expecting(.get, .models(nil))
        case "/healthz": return self.expecting(.get, .liveness)
        default: break
        }
        if self.route.hasPrefix("/models/") { return self.oneModel() }
        if self.route.hasPrefix("/receipts/") {
            guard let index = Int64(self.route.dropFirst(10)), index >= 0 else {
                return .unknown(.unknownRoute(self.path))
            }
            return self.expecting(.get, .receipt(index))
        }
        switch PassedRoute.named(self.route, self.request.head.method) {
        case .route(let route): return .passing(route)
        case .wrongMethod(let allowed):
            return .unknown(.wrongMethod(self.request.head.method.rawValue, allowed.rawValue))
        case nil: return .unknown(.unknownRoute(self.path))
        }
    }

    /// Azure's paths name the model: `/openai/deployments/{model}/chat/completions`.
    private mutating func deployment() -> Surface.Wish {
        let parts = self.route.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let model = Self.decoded(parts[0]), Self.isModelName(model) else {
            return .unknown(.unknownRoute(self.path))
        }
        switch parts[1] {
        case "chat/completions": return self.post(.chat(.openAIChat), model: model)
        case "embeddings": return self.post(.embeddings, model: model)
        default:
            guard case .route(var route) = PassedRoute.named("/" + parts[1], self.request.head.method) else {
                return .unknown(.unknownRoute(self.path))
            }
            route.model = model
            return .passing(route)
        }
    }

    private func anthropic() -> Surface.Wish {
        switch self.route {
        case "/messages": return self.post(.chat(.anthropicMessages))
        case "/messages/count_tokens": return self.post(.tokenCount(.anthropicMessages))
        case "/models": return self.expecting(.get, .models(nil))
        default: return self.route.hasPrefix("/models/") ? self.oneModel() : .unknown(.unknownRoute(self.path))
        }
    }

    private func gemini() -> Surface.Wish {
        if self.route == "/models" { return self.expecting(.get, .models(nil)) }
        guard self.route.hasPrefix("/models/") else { return .unknown(.unknownRoute(self.path)) }
        guard let method = self.geminiMethod else {
            // What is posted to a model and none of its methods is nothing that is there.
            return self.request.head.method == .post && self.route.contains(":")
                ? .unknown(.unknownRoute(self.path)) : self.oneModel()
        }
        guard let model = Self.decoded(self.route.dropFirst(8).dropLast(method.count + 1)), Self.isModelName(model)
        else { return .unknown(.unknownRoute(self.path)) }
        switch method {
        case "countTokens": return self.post(.tokenCount(.gemini), model: model)
        case "streamGenerateContent":
            return self.post(.chat(.gemini), model: model, isStreamed: true)
        default: return self.post(.chat(.gemini), model: model, isStreamed: false)
        }
    }

    private func post(
        _ kind: ModelRequest.Kind, model: String? = nil, isStreamed: Bool? = nil
    ) -> Surface.Wish {
        var address = ModelRequest.Address(kind, model: model, isStreamed: isStreamed)
        if kind.shape == .anthropicMessages {
            address.version = self.request.text(of: .anthropicVersion)
            address.beta = self.request.text(of: .anthropicBeta)
        }
        if kind == .chat(.gemini), isStreamed == true { address.isArray = !self.hasEventStream }
        return self.expecting(.post, .model(address))
    }

    /// Whether `alt=sse` asks for an event stream; without it Gemini's streams are a JSON array.
    private var hasEventStream: Bool {
        guard let query = self.request.head.query else { return false }
        return self.request.text(query).split(separator: "&").contains("alt=sse")
    }

    private func oneModel() -> Surface.Wish {
        // An alias may hold slashes, which newer clients send as %2F and older ones as they are.
        guard let alias = Self.decoded(self.route.dropFirst(8)), !alias.isEmpty else {
            return .unknown(.unknownRoute(self.path))
        }
        return self.expecting(.get, .models(alias))
    }

    private func expecting(_ expected: RequestMethod, _ wish: Surface.Wish) -> Surface.Wish {
        let method = self.request.head.method
        guard method != expected else { return wish }
        return .unknown(.wrongMethod(method.rawValue, expected == .get ? "GET" : "POST"))
    }

    private static func isModelName(_ name: String) -> Bool { !name.isEmpty && name.utf8.count <= 256 }

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
