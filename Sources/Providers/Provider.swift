// Providers talk to models: they turn a request into bytes for one kind of server, or answer it themselves.

package import Kernel
package import Transport

/// Something that answers requests to models.
package protocol Provider: Sendable {
    /// As it is called in the configuration.
    var name: String { get }

    /// Answers a request, streamed where the request asks for it.
    /// `model` is what the provider calls it; `redactions` is what policy wants changed in the body.
    func answer(
        _ request: ModelRequest, model: Model, redactions: [BytePatch], over wire: any Wire,
        _ context: OperationContext
    ) async throws(ProviderError) -> ProviderAnswer

    /// Passes on a request to a route that has no shape of its own here.
    func pass(
        _ request: PassedRequest, over wire: any Wire, _ context: OperationContext
    ) async throws(ProviderError) -> UpstreamResponse

    /// A message of the provider without what must not reach the caller, such as the key we use.
    func scrubbed(_ message: String) -> String
}

extension Provider {
    package func pass(
        _ request: PassedRequest, over wire: any Wire, _ context: OperationContext
    ) async throws(ProviderError) -> UpstreamResponse {
        throw .unsupported(
            RequestError(
                code: "unsupported_operation",
                message:
                    "the provider `\(self.name)` has nothing at `\(request.route.path)`, expected one of kind openai or azure"
            ))
    }
}

/// What a provider sends back, and how it becomes what the caller expects.
package struct ProviderAnswer: Sendable {
    package let response: UpstreamResponse
    /// Turns the answer into the caller's shape; nil where it is in it.
    package let translation: AnswerTranslation?
    /// What of the request has no place in the provider's shape, or was changed to fit: one name each.
    package let dropped: [String]

    package init(_ response: UpstreamResponse, translation: AnswerTranslation? = nil, dropped: [String] = []) {
        self.response = response
        self.translation = translation
        self.dropped = dropped
    }
}

/// Why a provider gave no answer at all.
package enum ProviderError: Error {
    /// The way to it failed.
    case transport(TransportError)
    /// It cannot do what is asked for.
    case unsupported(RequestError)
}

/// An alias and what stands behind it. A class, so that handing it on costs one reference count.
package final class Model: Sendable {
    /// The name that callers use.
    package let alias: String
    package let provider: any Provider
    /// The name that the provider uses.
    package let providerModel: String
    /// The most output tokens that it gives, where a request does not say and the provider's shape must.
    package let maximumOutput: TokenCount?
    /// The aliases of models that are asked in its place where it fails, in order.
    package let fallbacks: [String]

    package init(
        alias: String, provider: any Provider, providerModel: String, maximumOutput: TokenCount? = nil,
        fallbacks: [String] = []
    ) {
        self.fallbacks = fallbacks
        self.alias = alias
        self.provider = provider
        self.providerModel = providerModel
        self.maximumOutput = maximumOutput
    }
}

/// The models that can be asked for.
package struct ModelCatalog: Sendable {
    private let models: [String: Model]
    /// In alphabetical order.
    package let aliases: [String]

    package init(_ models: [Model]) {
        self.models = Dictionary(models.map { ($0.alias, $0) }, uniquingKeysWith: { first, _ in first })
        self.aliases = self.models.keys.sorted()
    }

    package subscript(alias: String) -> Model? { self.models[alias] }
}
