package import Kernel
package import NIOCore
package import Policy
import Providers
package import Transport

/// A decision point of somebody else, asked over AuthZEN 1.0: what it forbids is forbidden, and so is everything while it
/// cannot be asked.
package struct OutsidePolicy: Sendable {
    /// Where and how, towards any server of that protocol.
    private let endpoint: UpstreamEndpoint
    private let head: ServiceHead
    private let target: String
    /// How long one answer may take, connection included.
    private let patience: TimeAmount
    /// How long an answer counts for the same question; nil where each is asked anew.
    package let keeping: Duration?

    /// `path` is what stands before `/access/v1/evaluation`.
    package init(
        endpoint: UpstreamEndpoint, authority: String, path: String, token: Secret<String>?, patience: TimeAmount,
        keeping: Duration?
    ) {
        self.endpoint = endpoint
        self.head = ServiceHead(
            authority: authority, credentials: token.map { [("Authorization", "Bearer \($0.reveal())")] } ?? [])
        self.target = "\(path)/access/v1/evaluation"
        self.patience = patience
        self.keeping = keeping
    }

    /// Bytes of an answer at most.
    private static let answerLimit = 64 * 1024

    /// Asks. Whatever is not an answer within the time is a decision that forbids and says why.
    /// - Throws: only where nobody waits for the decision any more.
    package func decide(
        _ question: [UInt8], _ exchange: String, over wire: any Wire
    ) async throws(TransportError) -> Decision {
        let request = OutboundRequest(
            head: self.head.posting(to: self.target, [("X-Request-ID", exchange)]), body: ByteBuffer(bytes: question),
            responseTimeout: self.patience, idleTimeout: self.patience, limit: self.patience)
        do throws(TransportError) {
            let answer = try await wire.call(request, at: self.endpoint)
            defer { answer.body.discard() }
            guard answer.status == 200 else { return Decision(withoutEvaluationFor: "status \(answer.status)") }
            var body = ByteBuffer()
            while let piece = try await answer.body.next() {
                body.writeImmutableBuffer(piece)
                guard body.readableBytes <= Self.answerLimit else {
                    return Decision(withoutEvaluationFor: "an answer of more than \(Self.answerLimit) bytes")
                }
            }
            return Self.read(body)
        } catch {
            if error.code == .cancelled || error.code == .clientGone { throw error }
            return Decision(withoutEvaluationFor: "\(error)")
        }
    }

    private static func read(_ body: ByteBuffer) -> Decision {
        do throws(PolicyFormatError) {
            return try Decision(evaluationResponse: Array(body.readableBytesView))
        } catch {
            return Decision(withoutEvaluationFor: "an answer that is none: \(error)")
        }
    }
}

/// What outside decision points answered on one event loop, where the operator lets answers count for a while.
struct OutsideAnswers {
    /// Answers at most; then it begins anew.
    private static let limit = 4096

    private var snapshot: Gateway.Snapshot?
    private var answers: [[UInt8]: (decision: Decision, end: Timestamp)] = [:]

    func answer(to question: [UInt8], at now: Timestamp, _ snapshot: Gateway.Snapshot) -> Decision? {
        guard self.snapshot === snapshot, let answer = self.answers[question], now < answer.end else { return nil }
        return answer.decision
    }

    mutating func keep(
        _ decision: Decision, to question: [UInt8], until end: Timestamp, _ snapshot: Gateway.Snapshot
    ) {
        if self.snapshot !== snapshot || self.answers.count >= Self.limit {
            self.snapshot = snapshot
            self.answers.removeAll(keepingCapacity: true)
        }
        self.answers[question] = (decision, end)
    }
}
