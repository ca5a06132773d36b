package import CloudCodecs
package import Codecs
package import Kernel
package import NIOCore

/// Amazon Bedrock's Converse, signed with an access key or with an API key as bearer.
package struct BedrockService: ModelService {
    package enum Credential: Sendable {
        case accessKey(RequestSigner.Credentials)
        case apiKey(Secret<String>)
    }

    private let start: ServiceHead
    private let authority: String
    private let basePath: String
    private let signer: RequestSigner?
    package let secrets: [Secret<String>]

    package init(authority: String, basePath: String, region: String, credential: Credential?) {
        self.authority = authority
        self.basePath = basePath
        switch credential {
        case nil:
            self.start = ServiceHead(authority: authority, credentials: [])
            self.signer = nil
            self.secrets = []
        case .accessKey(let credentials):
            self.start = ServiceHead(authority: authority, credentials: [])
            self.signer = RequestSigner(credentials: credentials, region: region)
            self.secrets = [credentials.secretAccessKey] + (credentials.sessionToken.map { [$0] } ?? [])
        case .apiKey(let key):
            self.start = ServiceHead(authority: authority, credentials: [("Authorization", "Bearer \(key.reveal())")])
            self.signer = nil
            self.secrets = [key]
        }
    }

    package func native(_ kind: ModelRequest.Kind) -> ModelRequest.Kind? {
        if case .chat = kind { .chat(.bedrockConverse) } else { nil }
    }

    package func encoding(_ model: Model) -> EncodingOptions {
        // It fetches nothing for us, and we fetch nothing for callers.
        EncodingOptions(
            model: model.providerModel, defaultMaximumOutput: model.maximumOutput ?? 4096, allowsRemoteMedia: false)
    }

    package func head(_ call: ServiceCall, at clock: any WallClock) -> ByteBuffer {
        let path =
            "\(self.basePath)/model/\(call.model.percentEncoded)/\(call.isStreamed ? "converse-stream" : "converse")"
        var fields: [(name: String, value: String)] = [("Content-Type", "application/json")]
        if let signer = self.signer {
            let signed = signer.fields(
                signing: "POST", path: path,
                fields: [
                    RequestSigner.Field("host", self.authority),
                    RequestSigner.Field("content-type", "application/json"),
                ], body: call.body.readableBytesUInt8Span, at: clock.now())
            fields += signed.map { ($0.name, $0.value) }
        }
        return self.start.head("POST", path, fields)
    }
}
