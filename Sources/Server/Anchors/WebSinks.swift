import Anchors
import AsyncHTTPClient
import CloudCodecs
import Crypto
import Kernel
import NIOCore
import NIOHTTP1
import Settings
import Transparency

/// How anchors and witnesses are called over HTTP.
enum AnchorCall {
    static let patience = TimeAmount.seconds(10)
    static let longestReply = 1 << 16

    /// A whole call; what comes back is cut off at a length that no honest answer has.
    static func send(
        _ request: HTTPClientRequest, within patience: TimeAmount = Self.patience
    ) async throws -> (status: Int, body: [UInt8]) {
        let response = try await HTTPClient.shared.execute(request, timeout: patience)
        let body = try await response.body.collect(upTo: Self.longestReply)
        return (Int(response.status.code), Array(body.readableBytesView))
    }

    /// - Throws: `AnchorError` where the status is none of success.
    static func expectSuccess(_ reply: (status: Int, body: [UInt8])) throws {
        guard (200..<300).contains(reply.status) else {
            let text = String(decoding: reply.body.prefix(200), as: UTF8.self)
            throw AnchorError(.sink, "it answers \(reply.status): \(text.filter { !$0.isNewline })")
        }
    }
}

/// Posts checkpoints to a URL as JSON.
struct WebhookSink: AnchorSink {
    let name: String
    var isOutside: Bool { true }
    private let url: String
    private let token: Secret<String>?

    init(name: String, url: String, token: Secret<String>?) {
        self.name = name
        self.url = url
        self.token = token
    }

    func take(_ checkpoint: SignedCheckpoint, at time: Timestamp) async throws {
        var request = HTTPClientRequest(url: self.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token.reveal())") }
        request.body = .bytes(ByteBuffer(bytes: checkpoint.json(at: time)))
        try AnchorCall.expectSuccess(try await AnchorCall.send(request))
    }
}

/// Puts checkpoints into a bucket of S3, an object each, locked so that nobody can change or remove it before its time.
struct BucketSink: AnchorSink {
    let name: String
    var isOutside: Bool { true }
    private let place: Settings.AnchorBucket
    private let signer: RequestSigner

    init(name: String, place: Settings.AnchorBucket, credentials: RequestSigner.Credentials) {
        self.name = name
        self.place = place
        self.signer = RequestSigner(credentials: credentials, region: place.region, service: "s3")
    }

    func take(_ checkpoint: SignedCheckpoint, at time: Timestamp) async throws {
        let body = Array(checkpoint.encoded.utf8)
        let host: String
        var path = "/" + self.key(of: checkpoint, at: time)
        let scheme: String
        if let endpoint = self.place.endpoint {
            let port = endpoint.port == (endpoint.isTLS ? 443 : 80) ? "" : ":\(endpoint.port)"
            host = "\(endpoint.host)\(port)"
            scheme = endpoint.isTLS ? "https" : "http"
            path = "\(endpoint.path)/\(self.place.bucket)\(path)"
        } else {
            host = "\(self.place.bucket).s3.\(self.place.region).amazonaws.com"
            scheme = "https"
        }
        var fields = [
            RequestSigner.Field("host", host), RequestSigner.Field("content-type", "text/plain; charset=utf-8"),
            // A lock is only taken with a checksum of the body.
            RequestSigner.Field("x-amz-sdk-checksum-algorithm", "SHA256"),
            RequestSigner.Field("x-amz-checksum-sha256", Base64.encode(Array(SHA256.hash(data: body)))),
        ]
        if self.place.lock != .none {
            let until = time.advanced(by: .seconds(86_400 * self.place.days))
            fields += [
                RequestSigner.Field("x-amz-object-lock-mode", self.place.lock.rawValue.uppercased()),
                RequestSigner.Field("x-amz-object-lock-retain-until-date", "\(until)"),
            ]
        }
        fields += self.signer.fields(signing: "PUT", path: path, fields: fields, body: body.span, at: time)
        var request = HTTPClientRequest(url: "\(scheme)://\(host)\(path)")
        request.method = .PUT
        for field in fields where field.name != "host" { request.headers.add(name: field.name, value: field.value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        try AnchorCall.expectSuccess(try await AnchorCall.send(request))
    }

    /// Of letters that need no escapes: the log by the hash of its name, the size so that names sort, and the time.
    private func key(of checkpoint: SignedCheckpoint, at time: Timestamp) -> String {
        let log = Hash.plain(Array(checkpoint.checkpoint.origin.utf8).span).hexadecimal
        let size = String(checkpoint.checkpoint.size)
        let padded = String(repeating: "0", count: 19 - size.utf8.count) + size
        return "\(self.place.prefix)/\(log)/\(padded)-\(time.unixSeconds).txt"
    }
}

/// A witness somewhere on the network (c2sp.org/tlog-witness).
struct RemoteWitness: CheckpointWitness {
    let name: String
    let key: VerifierKey
    private let url: String

    /// `url` is what stands before `/add-checkpoint`.
    init(name: String, url: String, key: VerifierKey) {
        self.name = name
        self.url = url
        self.key = key
    }

    func add(_ request: AddCheckpointRequest) async throws -> WitnessReply {
        var call = HTTPClientRequest(url: "\(self.url)/add-checkpoint")
        call.method = .POST
        call.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
        call.body = .bytes(ByteBuffer(string: request.encoded))
        let reply = try await AnchorCall.send(call)
        switch reply.status {
        case 200: return .cosigned(try NoteSignature.lines(reply.body[...]))
        case 409:
            let text = String(decoding: reply.body, as: UTF8.self)
            guard text.hasSuffix("\n"), let size = DecimalNumber.parse(text.dropLast()) else {
                return .refused(status: 409, "without a size")
            }
            return .isAt(size: size)
        default:
            let text = String(decoding: reply.body.prefix(200), as: UTF8.self)
            return .refused(status: reply.status, text.filter { !$0.isNewline })
        }
    }
}
