import Audit
import Detection
import Framing
import Kernel
import NIOCore
import Providers
import Transport

/// The gateway on one event loop, with the scratch space that exchanges on that loop share between two awaits.
final class Lane: LoopHandler, @unchecked Sendable {
    // SAFE: `scratch`, `screening` and `random` are touched on one event loop only, never across an await.
    let gateway: Gateway
    let scratch = Scratch()
    var screening = Screening()
    private var random = NameGenerator()

    init(gateway: Gateway) { self.gateway = gateway }

    func handle(_ inbound: Inbound, on wire: any Wire) async {
        let now = self.gateway.clock.now()
        let id = Identifier<Kernel.Exchange>(at: now, using: &self.random)
        switch inbound {
        case .refused(let refusal):
            let exchange = Exchange(id: id, startedAt: now, act: .unknown, lane: self, wire: wire)
            await exchange.refuse(Refusal(refusal))
        case .request(let request):
            switch Surface(request) {
            case .liveness: self.answerLiveness(wire)
            case .unknown(let refusal):
                let exchange = Exchange(id: id, startedAt: now, act: .unknown, lane: self, wire: wire)
                await exchange.refuse(refusal)
            case .models(let which):
                let exchange = Exchange(id: id, startedAt: now, act: .models, lane: self, wire: wire)
                await exchange.listModels(request, which)
            case .model(let kind):
                let exchange = Exchange(
                    id: id, startedAt: now, act: kind == .chat ? .chatCompletion : .embedding, lane: self, wire: wire)
                await exchange.run(request, kind)
            }
        }
    }

    private func answerLiveness(_ wire: any Wire) {
        var head = AnswerHead(status: 200)
        head.add("Content-Type", "application/json" as StaticString)
        wire.respond(head, body: ByteBuffer(staticString: #"{"status":"ok"}"#))
    }
}
