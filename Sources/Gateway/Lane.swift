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
    // SAFE: the scratch space, `screening`, `remembered`, `outsideAnswers`, `verdicts` and `random` are touched on one event loop
    // only, never across an await.
    let gateway: Gateway
    let screenScratch = ScreenScratch()
    var scratch: Scratch { self.screenScratch.patterns }
    var screening = Screening()
    var remembered = RememberedDecisions()
    var outsideAnswers = OutsideAnswers()
    var verdicts = Verdicts()
    private var random = NameGenerator()

    init(gateway: Gateway) { self.gateway = gateway }

    func handle(_ inbound: Inbound, on wire: any Wire) async {
        let now = self.gateway.clock.now()
        let id = Identifier<Kernel.Exchange>(at: now, using: &self.random)
        func exchange(_ act: ExchangeEvent.Act, _ dialect: Dialect) -> Exchange {
            Exchange(id: id, startedAt: now, act: act, dialect, lane: self, wire: wire)
        }
        switch inbound {
        case .refused(let refusal):
            await exchange(.unknown, .openAI).refuse(Refusal(refusal))
        case .request(let request):
            let surface = Surface(request)
            switch surface.wish {
            case .liveness: self.answerLiveness(wire)
            case .unknown(let refusal): await exchange(.unknown, surface.dialect).refuse(refusal)
            case .models(let which): await exchange(.models, surface.dialect).listModels(request, which)
            case .receipt(let index): await exchange(.receipt, surface.dialect).showReceipt(request, index)
            case .passing(let route): await exchange(.passed, surface.dialect).pass(request, route)
            case .model(let address):
                let act: ExchangeEvent.Act =
                    switch address.kind {
                    case .chat(.openAIChat), .chat(.bedrockConverse): .chatCompletion
                    case .chat(.openAIResponses): .responses
                    case .chat(.anthropicMessages): .messages
                    case .chat(.gemini): .generateContent
                    case .tokenCount: .tokenCount
                    case .embeddings: .embedding
                    }
                await exchange(act, surface.dialect).run(request, address)
            }
        }
    }

    private func answerLiveness(_ wire: any Wire) {
        var head = AnswerHead(status: 200)
        head.add("Content-Type", "application/json" as StaticString)
        wire.respond(head, body: ByteBuffer(staticString: #"{"status":"ok"}"#))
    }
}
