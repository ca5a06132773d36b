// Providers talk to models: they turn a request into bytes for one kind of server, or answer it themselves.

package import Kernel
package import Transport

/// Something that answers requests to models.
package protocol Provider: Sendable {
    /// As it is called in the configuration.
    var name: String { get }

    /// Answers a request with OpenAI's shape, streamed where the request asks for it.
    /// `model` is what the provider calls it; `redactions` is what policy wants changed in the body.
    func answer(
        _ request: ModelRequest, model: String, redactions: [BytePatch], over wire: any Wire,
        _ context: OperationContext
    ) async throws(ProviderError) -> UpstreamResponse

    /// A message of the provider without what must not reach the caller, such as the key we use.
    func scrubbed(_ message: String) -> String
}

/// Why a provider gave no answer at all.
package enum ProviderError: Error {
    /// The way to it failed.
    case transport(TransportError)
    /// It cannot do what is asked for.
    case unsupported(RequestError)
}

/// An alias and what stands behind it.
package struct Model: Sendable {
    /// The name that callers use.
    package let alias: String
    package let provider: any Provider
    /// The name that the provider uses.
    package let providerModel: String

    package init(alias: String, provider: any Provider, providerModel: String) {
        self.alias = alias
        self.provider = provider
        self.providerModel = providerModel
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
