import Audit
import Classifiers
import Codecs
import Detection
import Framing
import Kernel
import NIOCore
import Providers
import Screening
import Transport

/// The gateway on one event loop, with the scratch space that exchanges on that loop share between two awaits.
final class Lane: LoopHandler, @unchecked Sendable {
    // SAFE: the scratch space, `screening`, `remembered`, `latest`, `outsideAnswers`, `verdicts` and `random` are touched on one
    // event loop only, never across an await.
    let gateway: Gateway
    let screenScratch = ScreenScratch()
    var scratch: Scratch { self.screenScratch.patterns }
    var screening = Screening()
    var remembered = RememberedDecisions()
    var latest = LatestModel()
    var outsideAnswers = OutsideAnswers()
    var verdicts = Verdicts()
    private var random = NameGenerator()

    init(gateway: Gateway) { self.gateway = gateway }

    func handle(_ inbound: Inbound, on wire: any Wire) async {
        switch inbound {
        case .refused(let refusal): await self.exchange(.unknown, .openAI, wire).refuse(Refusal(refusal))
        case .request(let request):
            let (exchange, wish) = self.exchange(of: request, on: wire)
            switch wish {
            case .liveness: self.answerLiveness(wire)
            case .unknown(let refusal): await exchange.refuse(refusal)
            case .models(let which): await exchange.listModels(request, which)
            case .receipt(let index): await exchange.showReceipt(request, index)
            case .passing(let route): await exchange.pass(request, route)
            case .model(let address): await exchange.run(request, address)
            }
        }
    }

    /// What a request asks for, and the exchange that gives it.
    @inline(never)
    private func exchange(of request: InboundRequest, on wire: any Wire) -> (Exchange, Surface.Wish) {
        let surface = Surface(request)
        return (self.exchange(surface.wish.act, surface.dialect, wire), surface.wish)
    }

    @inline(never)
    private func exchange(_ act: ExchangeEvent.Act, _ dialect: Dialect, _ wire: any Wire) -> Exchange {
        let now = self.gateway.clock.now()
        let id = Identifier<Kernel.Exchange>(at: now, using: &self.random)
        return Exchange(id: id, startedAt: now, act: act, dialect, lane: self, wire: wire)
    }

    private func answerLiveness(_ wire: any Wire) {
        var head = AnswerHead(status: 200)
        head.add("Content-Type", "application/json" as StaticString)
        wire.respond(head, body: ByteBuffer(staticString: #"{"status":"ok"}"#))
    }
}

extension Surface.Wish {
    /// What an event says that was asked for.
    fileprivate var act: ExchangeEvent.Act {
        switch self {
        case .liveness, .unknown: .unknown
        case .models: .models
        case .receipt: .receipt
        case .passing: .passed
        case .model(let address):
            switch address.kind {
            case .chat(.openAIChat), .chat(.bedrockConverse): .chatCompletion
            case .chat(.openAIResponses): .responses
            case .chat(.anthropicMessages): .messages
            case .chat(.gemini): .generateContent
            case .tokenCount: .tokenCount
            case .embeddings: .embedding
            }
        }
    }
}
