import Codecs
import Hardening
import Kernel
import NIOCore
import Providers
import Transport

extension Exchange {
    /// The request as a model may read it: with what is its to know before it, and what nobody vouched for marked as data.
    /// What policy wanted taken out is taken out before.
    func hardened(_ request: ModelRequest, for model: Model) async throws(Refusal) -> ModelRequest {
        guard case .chat(let shape) = request.kind,
            let hardening = self.terms(of: model.alias)?.hardening
        else { return request }
        let redactions = self.redactions
        let tag = NameGenerator.secret()
        let result =
            request.body.readableBytes > Self.largeBody
            ? await offLoop { Self.harden(request, shape, redactions, hardening, tag) }
            : Self.harden(request, shape, redactions, hardening, tag)
        do throws(RequestError) {
            let (request, transformations) = try result.get()
            self.redactions = []
            self.account.transformations = transformations
            return request
        } catch {
            throw Refusal(error)
        }
    }

    private static func harden(
        _ request: ModelRequest, _ shape: WireShape, _ redactions: [BytePatch], _ hardening: Hardening, _ tag: UInt64
    ) -> Result<(ModelRequest, [String]), RequestError> {
        Result { () throws(RequestError) in
            let clean =
                redactions.isEmpty
                ? request : try ModelRequest(request.address, body: request.body.patched(redactions))
            let body = clean.body
            let outcome = hardening.apply(shape, clean.tape, body.readableBytesUInt8Span, tag: tag)
            guard !outcome.patches.isEmpty else { return (clean, []) }
            let hardened = try ModelRequest(
                request.address, body: body.patched(outcome.patches), marks: outcome.marks)
            return (hardened, outcome.transformations)
        }
    }
}
