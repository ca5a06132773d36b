package import Detection
package import Kernel
package import NIOCore
import Providers
package import Transport

/// A classifier behind an HTTP server.
package struct ClassifierService: Sendable {
    /// What becomes of a text that it cannot judge.
    package enum FailureMode: String, CaseIterable, Sendable {
        /// It is refused.
        case closed
        /// It passes, and a finding `custom.<name>.unavailable` says so.
        case open
    }

    package let classifier: Classifier
    package let failureMode: FailureMode
    /// How long an answer counts for the same text; nil where each text is judged anew.
    package let keeping: Duration?
    private let endpoint: UpstreamEndpoint
    private let head: ServiceHead
    private let target: String
    private let patience: TimeAmount

    /// `path` is what stands before the path of its dialect.
    package init(
        _ classifier: Classifier, endpoint: UpstreamEndpoint, authority: String, path: String, token: Secret<String>?,
        patience: TimeAmount, failureMode: FailureMode, keeping: Duration?
    ) {
        self.classifier = classifier
        self.endpoint = endpoint
        self.head = ServiceHead(
            authority: authority, credentials: token.map { [("Authorization", "Bearer \($0.reveal())")] } ?? [])
        self.target = path + classifier.dialect.path
        self.patience = patience
        self.failureMode = failureMode
        self.keeping = keeping
    }

    /// Bytes of an answer at most.
    private static let answerLimit = 1024 * 1024

    /// What it finds in one window of text.
    /// - Throws: `ClassifierFailure` where it gives no answer in time, or none that can be read.
    package func findings(in text: [UInt8], over wire: any Wire) async throws(ClassifierFailure) -> [Finding] {
        let answer = try await self.answer(to: self.classifier.request(about: text.span), over: wire)
        return try self.classifier.findings(in: answer, about: text.span)
    }

    private func answer(to question: [UInt8], over wire: any Wire) async throws(ClassifierFailure) -> [UInt8] {
        let request = OutboundRequest(
            head: self.head.posting(to: self.target), body: ByteBuffer(bytes: question), responseTimeout: self.patience,
            idleTimeout: self.patience, limit: self.patience)
        let result: Result<[UInt8], ClassifierFailure>
        do throws(TransportError) {
            let answer = try await wire.call(request, at: self.endpoint)
            defer { answer.body.discard() }
            var body: [UInt8] = []
            while let piece = try await answer.body.next(), body.count <= Self.answerLimit {
                body += piece.readableBytesView
            }
            result =
                if answer.status != 200 {
                    .failure(ClassifierFailure("it answered with status \(answer.status)"))
                } else if body.count > Self.answerLimit {
                    .failure(ClassifierFailure("its answer is longer than \(Self.answerLimit) bytes"))
                } else {
                    .success(body)
                }
        } catch {
            result = .failure(
                ClassifierFailure(
                    "it did not answer: \(error.code)",
                    isCancellation: error.code == .cancelled || error.code == .clientGone))
        }
        return try result.get()
    }
}
