import Audit
import Codecs
import Identity
import Kernel
import Metering
import NIOCore
import Policy
import Providers
import Screening
import Surrogates
import Transport

/// The path of one exchange. Read `run` first; the short stages follow in the order of the picture, the others are in files of
/// their own: `Exchange+Decide`, `+Call`, `+Inspect`, `+Stream`, `+Release`.
///
/// ```
/// client ─▶ identify ─▶ admit ─▶ decode ─▶ screen ─▶ decide ─▶ route ─▶ call ─▶ inspect ─▶ decide ─▶ settle ─▶ record ─▶ release
/// ```
///
/// It runs on the event loop of the client's connection from beginning to end. Whoever asks is known from the head, before
/// a byte of the body is read. The event is durable before the last byte is released, so nothing is answered that is not
/// remembered.
final class Exchange {
    /// How the exchange ends towards the client, decided but not yet done.
    enum Ending {
        /// A whole answer, and what it says of its content.
        case whole(ByteBuffer, String)
        /// The last bytes of a stream that came to its proper end.
        case streamed(ByteBuffer)
        /// A refusal: an error answer, or an error frame where a stream was begun.
        case refused(Refusal)
    }

    let idText: String
    let dialect: Dialect
    let lane: Lane
    let wire: any Wire
    let snapshot: Gateway.Snapshot

    /// What becomes known on the way.
    var account: ExchangeAccount
    /// What is said, as far as it is kept.
    var content: KeptContent
    /// What is asked; let go of when the answer begins, since nobody else can be asked then.
    var request: ModelRequest?
    /// The shape of what the caller is told.
    var shape: WireShape
    var redactions: [BytePatch] = []
    var hasBegun = false
    /// The number of the next event, in shapes that number theirs.
    var nextNumber = 0
    var wasRedacted = false
    /// What stands for values of the request at the provider; empty unless policy wants that.
    var surrogates = SurrogateMap.empty
    /// The conversation that the exchange belongs to, where surrogates are kept for conversations.
    var conversation: (name: ConversationMaps.Name, limits: ConversationMaps.Limits)?
    /// Whether another model could answer in the place of the one that is asked.
    var mayBeReplaced = false
    /// What policy wants the caller told with the answer.
    var notices: [String] = []
    /// What the provider's shape has no place for.
    var dropped: [String] = []
    /// What the key may still send, where that is bounded.
    var allowance: RequestAllowance?
    /// Whether the stream goes out as a JSON array, and how much of it has.
    var isArray = false
    var array = ArrayFraming()
    /// Why a stream was stopped half way.
    var filter: Refusal?
    /// The index of the leaf of its end, once that is durable.
    var end: Int64?

    init(
        id: Identifier<Kernel.Exchange>, startedAt: Timestamp, act: ExchangeEvent.Act, _ dialect: Dialect, lane: Lane,
        wire: any Wire
    ) {
        self.dialect = dialect
        self.shape =
            switch dialect {
            case .openAI: .openAIChat
            case .anthropic: .anthropicMessages
            case .gemini: .gemini
            }
        self.idText = id.description
        self.account = ExchangeAccount(id: id, startedAt: startedAt, act: act)
        self.lane = lane
        self.wire = wire
        self.snapshot = lane.gateway.current
        self.content = KeptContent(
            KeptContent.Rule(level: self.snapshot.configuration.content),
            limit: self.snapshot.configuration.contentLimit)
    }

    /// Takes a request to a model through the path.
    func run(_ inbound: InboundRequest, _ address: ModelRequest.Address) async {
        let ending: Ending
        do throws(Refusal) {
            let key = try self.identify(inbound)
            try self.admit(key)
            defer { self.lane.gateway.admission.leave(key.id) }
            self.conversation = self.conversation(of: inbound, key)
            let request = try await self.decode(address)
            let models = try self.route(request, key)
            self.request = request
            ending = try await self.answer(by: models)
        } catch {
            ending = .refused(error)
        }
        self.settle(ending)
        await self.record(ending)
    }

    /// Takes the request to the models that may answer it, one after the other, until one does. What is found is decided for
    /// each, since it matters where the content goes. Once the caller has a byte of an answer, there is no other.
    private func answer(by models: [Model]) async throws(Refusal) -> Ending {
        var others = models[...]
        while let model = others.popFirst() {
            self.turn(to: model, mayBeReplaced: !others.isEmpty)
            do throws(Refusal) {
                return try await self.inspectAndDecide(try await self.ask(model))
            } catch {
                guard self.mayBeReplaced, error.isOfProvider, !self.hasBegun else { throw error }
            }
        }
        throw .unknownModel(self.account.modelName ?? "")
    }

    /// Screens the request and asks a model, or whichever policy names in its place.
    private func ask(_ model: Model) async throws(Refusal) -> ProviderAnswer {
        guard let request = self.request else { throw .cancelled }
        try await self.screenAndDecide(request)
        let model = self.account.model ?? model
        return try await self.call(model, try await self.hardened(request, for: model))
    }

    /// Begins with a model as if none had been asked before.
    private func turn(to model: Model, mayBeReplaced: Bool) {
        self.account.turn(to: model)
        self.content.turn()
        self.mayBeReplaced = mayBeReplaced
        self.redactions = []
        self.wasRedacted = false
        self.notices = []
        self.dropped = []
    }

    // MARK: identify

    /// Who asks, by the virtual key that the request carries in any of the places where SDKs put it.
    func identify(_ inbound: InboundRequest) throws(Refusal) -> VirtualKey {
        let whole = inbound.bytes
        let bytes = whole.readableBytesUInt8Span
        guard let presented = Self.credential(of: inbound, self.dialect) else { throw .missingKey }
        do throws(IdentityError) {
            let key = try self.snapshot.keys.authenticate(bytes.extracting(presented), at: self.account.startedAt)
            self.account.key = key
            return key
        } catch {
            throw .invalidKey(error)
        }
    }

    // MARK: admit

    /// Room for one more: of this key, in all, and in the event log, without which nothing may happen.
    func admit(_ key: VirtualKey) throws(Refusal) {
        try self.admitEvent()
        try self.lane.gateway.admission.enter(
            key.id, self.snapshot.configuration.admission, at: self.account.startedClock, &self.allowance)
    }

    func admitEvent() throws(Refusal) {
        guard self.lane.gateway.recorder.hasRoom else { throw .ledgerFull }
    }

    // MARK: decode

    /// Reads the body once.
    private func decode(_ address: ModelRequest.Address) async throws(Refusal) -> ModelRequest {
        let body: ByteBuffer
        do throws(RequestRefusal) { body = try await self.wire.body() } catch { throw Refusal(error) }
        self.account.requestBytes = body.readableBytes
        self.content.take(body, self.content.rule)
        let reading: Result<ModelRequest, RequestError> =
            body.readableBytes > Self.largeBody ? await offLoop { Self.read(address, body) } : Self.read(address, body)
        let request: ModelRequest
        do throws(RequestError) { request = try reading.get() } catch { throw Refusal(error) }
        self.shape = request.shape
        self.account.modelName = request.model
        self.content.take(body, self.snapshot.keeping(ofModel: request.model))
        self.account.isStreamed = request.isStreamed
        return request
    }

    /// Bytes from which on a body is read and scanned away from the loop, which others wait for: a millisecond or so.
    static let largeBody = 512 * 1024

    private static func read(
        _ address: ModelRequest.Address, _ body: ByteBuffer
    ) -> Result<ModelRequest, RequestError> {
        Result { () throws(RequestError) in try ModelRequest(address, body: body) }
    }
    // MARK: route

    /// Where the request goes: to the deployment of its alias, and where that fails, to those that stand in for it and that
    /// the key may use too.
    private func route(_ request: ModelRequest, _ key: VirtualKey) throws(Refusal) -> [Model] {
        let models = self.snapshot.configuration.models
        guard key.mayUse(model: request.model) else { throw .modelNotAllowed(request.model) }
        guard let model = models[request.model] else { throw .unknownModel(request.model) }
        try self.checkPrice(model.alias)
        guard !model.fallbacks.isEmpty else { return [model] }
        let others = model.fallbacks.filter { key.mayUse(model: $0) && self.isPriced($0) }
        return [model] + others.compactMap { models[$0] }
    }

    /// Nothing is free because it is unknown.
    func checkPrice(_ alias: String) throws(Refusal) {
        guard self.isPriced(alias) else { throw .unpriced(alias) }
    }

    private func isPriced(_ alias: String) -> Bool {
        if case .refused? = self.snapshot.configuration.terms[alias]?.pricing { false } else { true }
    }

    // MARK: settle

    /// Actual usage is known now, and so is what it costs. (Budgets, which reserve before and settle here, come with
    /// metering.)
    func settle(_ ending: Ending) {
        if case .refused = ending, self.account.attempts > 0, self.hasBegun, self.account.usage == nil {
            self.account.usage = self.account.estimate(output: self.account.responseBytes)
        }
        guard let usage = self.account.usage, let alias = self.account.model?.alias,
            let price = self.snapshot.configuration.terms[alias]?.pricing.price
        else { return }
        self.account.cost = price.cost(of: usage)
    }
}
