import Gateway
import Hummingbird
import Kernel
import NIOCore
import Policy

// AuthZEN 1.0: applications ask the policies that the gateway itself asks.
extension Administration {
    /// `POST /access/v1/evaluation`: may this subject do this with that?
    func evaluate(_ request: Request, _ context: AdministratorContext) async throws -> AdminReply {
        try await self.answer(request) { access, body, now throws(PolicyFormatError) in
            try access.evaluation(body, at: now)
        }
    }

    /// `POST /access/v1/evaluations`: several of these at once.
    func evaluateAll(_ request: Request, _ context: AdministratorContext) async throws -> AdminReply {
        try await self.answer(request) { access, body, now throws(PolicyFormatError) in
            try access.evaluations(body, at: now)
        }
    }

    private func answer(
        _ request: Request,
        _ decide: (AuthZEN, [UInt8], Timestamp) throws(PolicyFormatError) -> [UInt8]
    ) async throws -> AdminReply {
        let body = try await request.body.collect(upTo: 1024 * 1024)
        let gateway = self.gateway
        let access = AuthZEN(self.policies.point) { type, id in
            type == "model" ? gateway.facts(ofModel: id).map { .model($0) } : nil
        }
        do throws(PolicyFormatError) {
            let answer = try decide(access, Array(body.readableBytesView), self.clock.now())
            return AdminReply(String(decoding: answer, as: UTF8.self))
        } catch {
            throw AdminError.invalid("\(error)")
        }
    }
}
