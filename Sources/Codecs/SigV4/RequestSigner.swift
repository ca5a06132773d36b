package import Kernel

/// Signs requests to AWS (Signature Version 4, header form): what Bedrock takes instead of a bearer key, and S3.
///
/// Sign last: a byte of the body that changes after it makes the signature wrong. Cost: five short hashes and one over
/// the body.
package struct RequestSigner: Sendable {
    /// An access key, and the token that goes with a temporary one.
    package struct Credentials: Sendable {
        package let accessKeyID: String
        package let secretAccessKey: Secret<String>
        package let sessionToken: Secret<String>?

        package init(accessKeyID: String, secretAccessKey: Secret<String>, sessionToken: Secret<String>? = nil) {
            self.accessKeyID = accessKeyID
            self.secretAccessKey = secretAccessKey
            self.sessionToken = sessionToken
        }
    }

    /// A header as it goes out.
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    static let algorithm = "AWS4-HMAC-SHA256"

    private let credentials: Credentials
    private let region: String
    private let service: String

    package init(credentials: Credentials, region: String, service: String = "bedrock") {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The fields to add to a request: the time, the session token where there is one, and the signature over method,
    /// path, query, all `fields` (`host` must be among them) and the body.
    ///
    /// `path` and `query` are as they stand on the request line, percent-encoded.
    package func fields(
        signing method: String, path: String, query: String = "", fields: [Field], body: Span<UInt8>,
        at time: Timestamp
    ) -> [Field] {
        let moment = Self.basicForm(of: time)
        var added = [Field("x-amz-date", moment)]
        if let token = self.credentials.sessionToken { added.append(Field("x-amz-security-token", token.reveal())) }
        let payload = Digest.hexadecimal(of: body)
        // S3 wants to be told what was hashed, and takes paths as they are.
        let isStorage = self.service == "s3"
        if isStorage { added.append(Field("x-amz-content-sha256", payload)) }
        let request = CanonicalRequest(
            method: method, path: path, query: query, fields: fields + added, payload: payload,
            normalisesPath: !isStorage, encodesPath: !isStorage)
        let signature = self.signature(of: request, at: time)
        let credential = "\(self.credentials.accessKeyID)/\(self.scope(moment))"
        added.append(
            Field(
                "authorization",
                "\(Self.algorithm) Credential=\(credential), SignedHeaders=\(request.signedFields), Signature=\(signature)"
            ))
        return added
    }

    /// The signature alone, in lower-case hexadecimal.
    func signature(of request: CanonicalRequest, at time: Timestamp) -> String {
        let moment = Self.basicForm(of: time)
        var key = Array("AWS4\(self.credentials.secretAccessKey.reveal())".utf8)
        for part in [String(moment.prefix(8)), self.region, self.service, "aws4_request"] {
            key = Digest.authenticated(Array(part.utf8), key: key)
        }
        let text = self.textToSign(request, at: time)
        return Digest.hexadecimal(Digest.authenticated(Array(text.utf8), key: key))
    }

    /// What the key signs.
    func textToSign(_ request: CanonicalRequest, at time: Timestamp) -> String {
        let moment = Self.basicForm(of: time)
        let digest = Digest.hexadecimal(of: Array(request.text.utf8).span)
        return "\(Self.algorithm)\n\(moment)\n\(self.scope(moment))\n\(digest)"
    }

    private func scope(_ moment: String) -> String {
        "\(moment.prefix(8))/\(self.region)/\(self.service)/aws4_request"
    }

    /// ISO 8601 without separators and fractions, such as `20261121T081530Z`.
    static func basicForm(of time: Timestamp) -> String {
        let digits = "\(time)".utf8.prefix { $0 != UInt8(ascii: ".") }
        return String(decoding: digits.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }, as: UTF8.self)
            + "Z"
    }
}
