import Audit
import Codecs
import Conversation
import Detection
import Framing
import Identity
import Kernel
import Metering
import NIOCore
import Policy
import Providers
import Screening
import Surrogates
import Transport

/// The path of one exchange. Read `run` first; the stages follow in the order of the picture.
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
    /// The shape of what the caller is told.
    var shape: WireShape
    private var redactions: [BytePatch] = []
    private var hasBegun = false
    /// The number of the next event, in shapes that number theirs.
    private var nextNumber = 0
    var wasRedacted = false
    /// What stands for values of the request at the provider; empty unless policy wants that.
    var surrogates = SurrogateMap()
    /// Whether another model could answer in the place of the one that is asked.
    private var mayBeReplaced = false
    /// What policy wants the caller told with the answer.
    private var notices: [String] = []
    /// What the provider's shape has no place for.
    private var dropped: [String] = []
    /// Whether the stream goes out as a JSON array, and how much of it has.
    private var isArray = false
    private var array = ArrayFraming()
    /// Why a stream was stopped half way.
    private var filter: Refusal?

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
    }

    /// Takes a request to a model through the path.
    func run(_ inbound: InboundRequest, _ address: ModelRequest.Address) async {
        let ending: Ending
        do throws(Refusal) {
            let key = try self.identify(inbound)
            try self.admit(key)
            defer { self.lane.gateway.admission.leave(key.id) }
            let request = try await self.decode(address, key)
            ending = try await self.answer(request, by: try self.route(request, key))
        } catch {
            ending = .refused(error)
        }
        self.settle(ending)
        await self.record(ending)
    }

    /// Takes the request to the models that may answer it, one after the other, until one does. What is found is decided for
    /// each, since it matters where the content goes. Once the caller has a byte of an answer, there is no other.
    private func answer(_ request: ModelRequest, by models: [Model]) async throws(Refusal) -> Ending {
        var others = models[...]
        while let model = others.popFirst() {
            self.account.model = model
            self.mayBeReplaced = !others.isEmpty
            do throws(Refusal) {
                try await self.screenAndDecide(request)
                let answer = try await self.call(self.account.model ?? model, request)
                return try await self.inspectAndDecide(answer, request)
            } catch {
                guard self.mayBeReplaced, error.isOfProvider, !self.hasBegun else { throw error }
            }
        }
        throw .unknownModel(request.model)
    }

    // MARK: identify

    /// Who asks, by the virtual key that the request carries in any of the places where SDKs put it.
    func identify(_ inbound: InboundRequest) throws(Refusal) -> VirtualKey {
        let bytes = inbound.bytes.readableBytesUInt8Span
        guard let presented = Self.credential(of: inbound, self.dialect) else { throw .missingKey }
        do throws(IdentityError) {
            let key = try self.snapshot.keys.authenticate(bytes.extracting(presented), at: self.account.startedAt)
            self.account.key = key
            return key
        } catch {
            throw .invalidKey(error)
        }
    }

    /// Where the key stands in the head. Anthropic's API takes `x-api-key` before `Authorization`, the others do not say.
    private static func credential(of inbound: InboundRequest, _ dialect: Dialect) -> Range<Int>? {
        let fields = inbound.head.fields
        let bytes = inbound.bytes.readableBytesUInt8Span
        if dialect == .anthropic, let key = fields[.xAPIKey] { return key }
        if let range = fields[.authorization] { return Self.bearerToken(in: bytes, range) }
        if let key = fields[.xAPIKey] ?? fields[.apiKey] ?? fields[.xGoogAPIKey] { return key }
        guard dialect == .gemini, let query = inbound.head.query else { return nil }
        return Self.keyParameter(in: bytes, query)
    }

    /// The value of `key=` in a query, as Gemini's clients may send it.
    private static func keyParameter(in bytes: Span<UInt8>, _ query: Range<Int>) -> Range<Int>? {
        var start = query.lowerBound
        while start < query.upperBound {
            var end = start
            while end < query.upperBound, bytes[end] != UInt8(ascii: "&") { end += 1 }
            if end - start > 4, bytes[start] == UInt8(ascii: "k"), bytes[start + 1] == UInt8(ascii: "e"),
                bytes[start + 2] == UInt8(ascii: "y"), bytes[start + 3] == UInt8(ascii: "=")
            {
                return (start + 4)..<end
            }
            start = end + 1
        }
        return nil
    }

    private static func bearerToken(in bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        let scheme: StaticString = "bearer "
        guard range.count > scheme.utf8CodeUnitCount else { return nil }
        for offset in 0..<scheme.utf8CodeUnitCount {
            // SAFE: `offset` is below the static string's own count.
            guard unsafe bytes[range.lowerBound + offset] | 0x20 == scheme.utf8Start[offset] else { return nil }
        }
        var start = range.lowerBound + scheme.utf8CodeUnitCount
        while start < range.upperBound, bytes[start] == 0x20 { start += 1 }
        return start..<range.upperBound
    }

    // MARK: admit

    /// Room for one more: of this key, in all, and in the event log, without which nothing may happen.
    func admit(_ key: VirtualKey) throws(Refusal) {
        try self.admitEvent()
        try self.lane.gateway.admission.enter(key.id, self.snapshot.configuration.admission)
    }

    func admitEvent() throws(Refusal) {
        guard self.lane.gateway.recorder.hasRoom else { throw .ledgerFull }
    }

    // MARK: decode

    /// Reads the body once.
    private func decode(
        _ address: ModelRequest.Address, _ key: VirtualKey
    ) async throws(Refusal) -> ModelRequest {
        let body: ByteBuffer
        do throws(RequestRefusal) { body = try await self.wire.body() } catch { throw Refusal(error) }
        self.account.requestBytes = body.readableBytes
        let reading: Result<ModelRequest, RequestError> =
            body.readableBytes > Self.largeBody ? await offLoop { Self.read(address, body) } : Self.read(address, body)
        let request: ModelRequest
        do throws(RequestError) { request = try reading.get() } catch { throw Refusal(error) }
        self.shape = request.shape
        self.account.modelName = request.model
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

    // MARK: screen, decide

    /// Finds what is dangerous in the request and asks policy; applies the remedy that it names and asks again.
    private func screenAndDecide(_ request: ModelRequest) async throws(Refusal) {
        self.surrogates = SurrogateMap()
        self.redactions = try await self.decide(
            .infer, self.snapshot.configuration.requestPatterns, request.tape, request.body)
    }

    /// Scans a body and asks policy about it; returns the changes to the body that make it acceptable.
    private func decide(
        _ action: Action, _ patterns: PatternDatabase?, _ tape: JSONTape, _ body: ByteBuffer
    ) async throws(Refusal) -> [BytePatch] {
        if action == .infer, let screen = self.snapshot.configuration.screen {
            return try await self.decide(screen, tape, body)
        }
        guard let patterns else {
            _ = try self.decide(action, [])
            guard action == .release, !self.surrogates.isEmpty else { return [] }
            var screening = Screening()
            screening.gather(tape, below: tape.root, body)
            return screening.patches(for: self.restorations(in: screening.text), tape)
        }
        guard body.readableBytes <= Self.largeBody else {
            let (screening, findings) = await offLoop {
                var screening = Screening()
                screening.gather(tape, below: tape.root, body)
                return (screening, Self.scan(screening.text, patterns, Scratch()))
            }
            return try self.decide(action, findings, screening, tape)
        }
        self.lane.screening.gather(tape, below: tape.root, body)
        let findings = Self.scan(self.lane.screening.text, patterns, self.lane.scratch)
        return try self.decide(action, findings, self.lane.screening, tape)
    }

    /// The same for a request that is read in every way.
    private func decide(_ screen: Screen, _ tape: JSONTape, _ body: ByteBuffer) async throws(Refusal) -> [BytePatch] {
        guard body.readableBytes <= Self.largeBody else {
            let (screening, findings) = await offLoop {
                var screening = Screening()
                screening.gather(tape, below: tape.root, body, tellsChannels: true)
                return (screening, Self.scan(screening.text, screening.spoken, screen, ScreenScratch()))
            }
            return try self.decide(.infer, findings, screening, tape)
        }
        self.lane.screening.gather(tape, below: tape.root, body, tellsChannels: true)
        let screening = self.lane.screening
        let findings = Self.scan(screening.text, screening.spoken, screen, self.lane.screenScratch)
        return try self.decide(.infer, findings, screening, tape)
    }

    /// What is in the parts of a text; nil where it could not be told.
    static func scan(
        _ text: [UInt8], _ segments: [ScreenedSegment], _ screen: Screen, _ scratch: ScreenScratch
    ) -> [Finding]? {
        var findings: [Finding] = []
        return screen.screen(text.span, segments, with: scratch, into: &findings) == .complete ? findings : nil
    }

    /// What is in a text; nil where it could not be scanned.
    static func scan(_ text: [UInt8], _ patterns: PatternDatabase, _ scratch: Scratch) -> [Finding]? {
        var findings: [Finding] = []
        return patterns.scan(text.span, with: scratch, into: &findings) == .complete ? findings : nil
    }

    private func decide(
        _ action: Action, _ findings: [Finding]?, _ screening: borrowing Screening, _ tape: JSONTape
    ) throws(Refusal) -> [BytePatch] {
        guard let findings else { throw .detectorFailed }
        let remedied = try self.decide(action, findings)
        let restored = action == .release ? self.restorations(in: screening.text) : []
        guard !remedied.isEmpty || !restored.isEmpty else { return [] }
        if !remedied.redacted.isEmpty { self.wasRedacted = true }
        if !remedied.tokenised.isEmpty { self.surrogates.reserve(in: screening.text.span) }
        let replacements = remedied.replacements(screening.text.span, findings, &self.surrogates)
        return screening.patches(for: replacements.joined(with: restored), tape)
    }

    /// The values that surrogates in a text of the answer stand for.
    func restorations(in text: [UInt8]) -> [Replacement] {
        self.surrogates.restorations(in: text.span).map { Replacement($0.span, $0.value) }
    }

    /// Asks policy until it permits; returns the kinds that must be redacted or replaced for that.
    ///
    /// The same question asked again with what the remedy left over, four times at most: then nothing is left that would
    /// help.
    func decide(_ action: Action, _ findings: [Finding]) throws(Refusal) -> Remedied {
        guard let key = self.account.key else { throw .missingKey }
        let alias = self.account.model?.alias ?? Self.passing
        if findings.isEmpty, self.lane.permits.contains(action, key.id, alias, self.snapshot) { return Remedied() }
        let stage: ExchangeEvent.Stage = action == .infer ? .request : .response
        var question = Question(
            principal: self.subject(key), action: action, resource: .model(try self.facts(alias)),
            findings: Findings(findings), time: self.account.startedAt)
        question.isDisclosed = !self.notices.isEmpty
        self.account.count(question.findings, stage)
        var remedied = Remedied()
        for attempt in 0..<4 {
            let decision = self.snapshot.configuration.policy.decide(question)
            if !findings.isEmpty || !decision.isPermitted || decision.shadow != nil {
                self.account.note(question, decision, stage)
            } else if attempt == 0, !question.isDisclosed {
                self.lane.permits.insert(action, key.id, alias, self.snapshot)
            }
            switch decision.effect {
            case .permit:
                return remedied
            case .forbid(remedy: .redact(let kinds)?):
                remedied.redacted.formUnion(kinds)
                question.findings.remove(kinds)
            case .forbid(remedy: .tokenise(let kinds)?):
                // Nobody would restore what stands in an answer.
                if action == .infer {
                    remedied.tokenised.formUnion(kinds)
                } else {
                    remedied.redacted.formUnion(kinds)
                }
                question.findings.remove(kinds)
            case .forbid(remedy: .reroute(let other)?):
                guard action == .infer, let model = self.snapshot.configuration.models[other] else {
                    throw .blocked(
                        decision.message ?? "the model `\(other)`, which policy sends this to, does not exist")
                }
                self.account.model = model
                question.resource = .model(try self.facts(other))
            case .forbid(remedy: .disclose(let notice)?):
                self.notices.append(notice)
                question.isDisclosed = true
            case .forbid(remedy: .review?), .forbid(remedy: nil):
                throw .blocked(decision.message ?? "blocked by policy")
            }
        }
        throw .remediesExhausted
    }

    /// What routes are asked about that name no model.
    private static let passing = "passthrough"

    private func subject(_ key: VirtualKey) -> Subject {
        Subject(key.principal, roles: key.role == .administrator ? ["administrator"] : [])
    }

    private func facts(_ alias: String) throws(Refusal) -> ModelFacts {
        if let terms = self.snapshot.configuration.terms[alias] { return terms.facts }
        guard alias == Self.passing else { throw .unknownModel(alias) }
        return ModelFacts(alias: alias, provider: alias, boundary: .external)
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
        return [model] + model.fallbacks.filter { key.mayUse(model: $0) }.compactMap { models[$0] }
    }

    /// Nothing is free because it is unknown.
    func checkPrice(_ alias: String) throws(Refusal) {
        if case .refused? = self.snapshot.configuration.terms[alias]?.pricing { throw .unpriced(alias) }
    }

    // MARK: call

    /// Calls the model's provider. Everything that is not an answer is a refusal, told without what is ours alone.
    private func call(_ model: Model, _ request: ModelRequest) async throws(Refusal) -> ProviderAnswer {
        self.account.attempts += 1
        let answer: ProviderAnswer
        do throws(ProviderError) {
            answer = try await model.provider.answer(
                request, model: model, redactions: self.redactions, over: self.wire, self.context)
        } catch {
            throw Refusal(error)
        }
        self.dropped = answer.dropped
        try await self.accept(answer.response)
        return answer
    }

    /// Whether what came is an answer at all, and one that can be inspected.
    func accept(_ response: UpstreamResponse, _ good: Range<Int> = 200..<201) async throws(Refusal) {
        guard response[.contentEncoding] ?? "identity" == "identity" else {
            response.body.discard()
            throw .malformedAnswer("a compressed answer, which cannot be inspected")
        }
        guard good.contains(response.status) else {
            let body = try await self.collect(response.body, limit: 64 * 1024)
            throw .upstream(
                status: response.status, UpstreamErrorBody(body), retryAfter: response[.retryAfter],
                scrubbed: self.scrubbed)
        }
    }

    var context: OperationContext {
        OperationContext(
            id: self.account.id, principal: self.account.key?.principal ?? Principal(kind: .service, id: "unknown"),
            deadline: self.account.startedClock + .seconds(600))
    }

    /// A provider's message without our key and without what detectors find in it, of 1,000 bytes at most.
    ///
    /// Cut last: half a secret would not be recognised.
    func scrubbed(_ message: String) -> String {
        let text = self.withoutSecrets(message)
        return text.utf8.count <= 1000 ? text : String(decoding: text.utf8.prefix(1000), as: UTF8.self) + "…"
    }

    private func withoutSecrets(_ message: String) -> String {
        let message = self.account.model?.provider.scrubbed(message) ?? message
        let configuration = self.snapshot.configuration
        guard let patterns = configuration.responsePatterns ?? configuration.requestPatterns else { return message }
        let text = Array(message.utf8)
        guard let findings = Self.scan(text, patterns, self.lane.scratch) else {
            return "the model's provider gave no safe reason"
        }
        return findings.isEmpty ? message : String(decoding: Redaction.redact(text.span, findings), as: UTF8.self)
    }

    // MARK: inspect, decide

    private func inspectAndDecide(_ answer: ProviderAnswer, _ request: ModelRequest) async throws(Refusal) -> Ending {
        let body = answer.response.body
        defer { body.discard() }
        guard request.isStreamed else {
            return try await self.inspectWhole(body, answer.translation, request.shape)
        }
        let expected = answer.translation?.streamType ?? "text/event-stream"
        guard answer.response[.contentType]?.hasPrefix(expected) == true else {
            let whole = try await self.collect(body, limit: 64 * 1024)
            guard let error = UpstreamErrorBody(whole) else {
                throw .malformedAnswer("no stream where one was asked for")
            }
            throw .upstream(status: 500, error, retryAfter: nil, scrubbed: self.scrubbed)
        }
        return try await self.inspectStream(
            body, answer.translation, isArray: request.address.isArray, wantsUsage: request.wantsUsage)
    }

    /// Bytes of a whole answer at most: it is inspected in one piece.
    static let answerLimit = 64 * 1024 * 1024

    private func inspectWhole(
        _ answer: ResponseBody, _ translation: AnswerTranslation?, _ shape: WireShape
    ) async throws(Refusal) -> Ending {
        let whole = try await self.collect(answer, limit: Self.answerLimit)
        let body = try await self.translated(whole, translation)
        let bytes = body.readableBytesUInt8Span
        let reading = body.readableBytes > Self.largeBody ? await offLoop { Self.read(body) } : Self.read(body)
        guard let tape = reading, tape.kind(tape.root) == .object else {
            throw .malformedAnswer("an answer that is not a JSON object")
        }
        if let error = UpstreamErrorBody(tape, of: tape.root, bytes) {
            throw .upstream(status: 500, error, retryAfter: nil, scrubbed: self.scrubbed)
        }
        self.account.usage = UsageReader.usage(shape, in: tape, of: tape.root, bytes)
        self.account.servedModel = tape.member(shape == .gemini ? "modelVersion" : "model", of: tape.root, in: bytes)
            .flatMap { tape.string($0, in: bytes) }
        if self.account.usage == nil { self.account.usage = self.account.estimate(output: body.readableBytes) }
        let redactions = try await self.decide(.release, self.snapshot.configuration.responsePatterns, tape, body)
        return .whole(body.patched(Screening.withoutTokens(redactions, tape, body)), "application/json")
    }

    static func read(_ body: ByteBuffer) -> JSONTape? { try? JSONTape(body.readableBytesUInt8Span) }

    /// The answer in the caller's shape.
    private func translated(_ body: ByteBuffer, _ translation: AnswerTranslation?) async throws(Refusal) -> ByteBuffer {
        guard let translation else { return body }
        let result =
            body.readableBytes > Self.largeBody
            ? await offLoop { Self.translate(body, translation) } : Self.translate(body, translation)
        do throws(AnswerFailure) { return try result.get() } catch { throw self.refusal(error) }
    }

    private static func translate(
        _ body: ByteBuffer, _ translation: AnswerTranslation
    ) -> Result<ByteBuffer, AnswerFailure> {
        Result { () throws(AnswerFailure) in try translation.whole(body) }
    }

    private func refusal(_ failure: AnswerFailure) -> Refusal {
        switch failure {
        case .provider(let failure): .provider(failure, scrubbed: self.scrubbed)
        case .malformed(let what): .malformedAnswer("an answer that cannot be read: \(what)")
        }
    }

    func inspectStream(
        _ body: ResponseBody, _ translation: AnswerTranslation?, isArray: Bool, wantsUsage: Bool
    ) async throws(Refusal) -> Ending {
        _ = try self.decide(.release, [])
        var translation = translation?.stream()
        var inspector = StreamInspector(
            self.shape, patterns: self.snapshot.configuration.responsePatterns, wantsUsage: wantsUsage,
            surrogates: self.surrogates)
        self.isArray = isArray
        defer {
            self.account.usage = inspector.usage ?? self.account.estimate(output: inspector.textBytes)
            self.account.servedModel = inspector.servedModel
            self.nextNumber = inspector.nextNumber
        }
        let stopNudging = self.wire.every(Self.nudges) { body.nudge() }
        defer { stopNudging() }
        var early = ByteBuffer()
        do throws(Refusal) {
            while let bytes = try await self.next(body, orEndIf: inspector.isComplete) {
                guard bytes.readableBytes > 0 else {
                    // Nothing came for a while: the caller must know that we are there. A provider that keeps a finished
                    // stream open is not waited for.
                    if inspector.isDone { break }
                    try await self.write(self.heartbeat)
                    continue
                }
                try self.take(try self.translated(bytes, &translation), &inspector)
                let released = inspector.release()
                guard released.readableBytes > 0 else { continue }
                // As long as nothing was said, another model may still say it.
                if self.mayBeReplaced, !self.hasBegun, !inspector.hasSpoken, early.readableBytes < Self.earlyBytes {
                    early.writeImmutableBuffer(released)
                    continue
                }
                try await self.write(early.readableBytes > 0 ? early.followed(by: released) : released)
                early = ByteBuffer()
            }
            if translation != nil { try self.take(try self.translated(nil, &translation), &inspector) }
            try self.decide(&inspector) { (state) throws(StreamInspector.Failure) in
                try state.finish(self.lane.scratch)
            }
        } catch {
            guard error.outcome == .blocked, self.hasBegun else { throw error }
            self.filter = error
            return .streamed(
                self.framed(
                    ContentFilter.ending(
                        self.shape, self.idText, at: self.account.startedAt, model: self.account.modelName ?? "",
                        inspector.openChoices, number: inspector.nextNumber), isLast: true))
        }
        var last = early.followed(by: inspector.release())
        guard inspector.isComplete else {
            // A client would take what ends here for the whole answer.
            if last.readableBytes > 0, inspector.hasSpoken || !self.mayBeReplaced { try await self.write(last) }
            throw .transport(TransportError(.closed, "the stream ended before the answer was complete"))
        }
        last.writeImmutableBuffer(inspector.ending())
        self.begin()
        return .streamed(self.framed(last, isLast: true))
    }

    /// Twice this without a piece of the answer, and the caller gets a sign of life: within 15 s.
    private static let nudges = TimeAmount.milliseconds(7500)
    /// Bytes of a stream that are kept at most while it could still be replaced.
    private static let earlyBytes = 64 * 1024

    /// What keeps a silent stream open. Gemini's clients take comments for content, and white space for nothing.
    private var heartbeat: ByteBuffer {
        switch self.shape {
        case .anthropicMessages: ByteBuffer(staticString: "event: ping\ndata: {\"type\":\"ping\"}\n\n")
        case .gemini: ByteBuffer(staticString: "\n")
        case .openAIChat, .openAIResponses, .bedrockConverse: ByteBuffer(staticString: ": ping\n\n")
        }
    }

    private func take(_ bytes: ByteBuffer, _ inspector: inout StreamInspector) throws(Refusal) {
        guard bytes.readableBytes > 0 else { return }
        try self.decide(&inspector) { (state) throws(StreamInspector.Failure) in
            try state.receive(bytes, self.lane.scratch)
        }
    }

    /// A piece of a stream in the caller's shape; nil is its end.
    private func translated(
        _ bytes: ByteBuffer?, _ translation: inout StreamedAnswerTranslation?
    ) throws(Refusal) -> ByteBuffer {
        guard translation != nil else { return bytes ?? ByteBuffer() }
        do throws(AnswerFailure) {
            if let bytes { return try translation?.receive(bytes) ?? bytes }
            return try translation?.finish() ?? ByteBuffer()
        } catch {
            throw self.refusal(error)
        }
    }

    /// Lets the inspector take a step, asks policy about what it found, and tells it what to take out.
    private func decide(
        _ inspector: inout StreamInspector,
        _ step: (inout StreamInspector) throws(StreamInspector.Failure) -> [Finding]
    ) throws(Refusal) {
        let findings: [Finding]
        do throws(StreamInspector.Failure) { findings = try step(&inspector) } catch {
            switch error {
            case .malformed(let what): throw .malformedAnswer(what)
            case .upstream(let body): throw .upstream(status: 500, body, retryAfter: nil, scrubbed: self.scrubbed)
            case .unscanned: throw .detectorFailed
            }
        }
        guard !findings.isEmpty else { return }
        inspector.redact(try self.decide(.release, findings).redacted)
    }

    /// The next bytes; nil at the end. What is complete stays so, however the connection ends.
    private func next(_ body: ResponseBody, orEndIf isComplete: Bool = false) async throws(Refusal) -> ByteBuffer? {
        do throws(TransportError) { return try await body.next() } catch {
            guard isComplete, error.code != .cancelled else { throw .transport(error) }
            return nil
        }
    }

    func collect(_ body: ResponseBody, limit: Int) async throws(Refusal) -> ByteBuffer {
        var whole = ByteBuffer()
        while let bytes = try await self.next(body) {
            guard whole.readableBytes + bytes.readableBytes <= limit else {
                body.discard()
                throw .malformedAnswer("more than \(limit) bytes")
            }
            if whole.readableBytes == 0 { whole = bytes } else { whole.writeImmutableBuffer(bytes) }
        }
        return whole
    }

    private func begin() {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        var head = self.head(200)
        head.add(
            "Content-Type", self.isArray ? "application/json" as StaticString : "text/event-stream; charset=utf-8")
        head.add("Cache-Control", "no-cache" as StaticString)
        head.add("X-Accel-Buffering", "no" as StaticString)
        self.wire.begin(head)
    }

    private func write(_ bytes: ByteBuffer) async throws(Refusal) {
        self.begin()
        let bytes = self.framed(bytes)
        self.account.responseBytes += bytes.readableBytes
        do throws(TransportError) { try await self.wire.write(bytes) } catch { throw .transport(error) }
    }

    /// Whole frames as the caller takes them.
    private func framed(_ frames: ByteBuffer, isLast: Bool = false) -> ByteBuffer {
        self.isArray ? self.array.rewrite(frames, isLast: isLast) : frames
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

    // MARK: record, release

    /// Makes the event durable, then lets the last bytes go. An answer that cannot be recorded is not given.
    func record(_ ending: Ending) async {
        let recorder = self.lane.gateway.recorder
        do throws(RecorderError) {
            if self.snapshot.configuration.recordsBehind || self.account.key == nil {
                // Where nobody was recognised there is nothing to account for, and strangers must not make us wait.
                try recorder.recordBehind(.exchange(self.event(ending)))
            } else {
                try await recorder.record(.exchange(self.event(ending)))
            }
            self.release(ending)
        } catch {
            if self.account.key == nil { self.release(ending) } else { self.release(.refused(.ledgerFailed)) }
        }
    }

    private func release(_ ending: Ending) {
        switch ending {
        case .whole(let body, let type):
            var head = self.head(200)
            head.add("Content-Type", type)
            if let cost = self.account.cost { head.add("Gatehouse-Cost", cost.description) }
            self.wire.respond(head, body: body)
        case .streamed(let last):
            self.wire.end(last)
        case .refused(let refusal) where self.hasBegun:
            self.wire.abort(
                refusal.outcome == .cancelled
                    ? ByteBuffer()
                    : self.framed(refusal.frame(self.idText, self.shape, number: self.nextNumber), isLast: true))
        case .refused(let refusal):
            var head = self.head(refusal.status(in: self.dialect))
            refusal.addFields(to: &head)
            self.wire.respond(head, body: refusal.body(self.idText, self.shape))
        }
    }

    /// The head of every answer: which exchange it was, who answered, whether something was taken out.
    private func head(_ status: Int) -> AnswerHead {
        var head = AnswerHead(status: status)
        head.add("x-request-id", self.idText)
        head.add("request-id", self.idText)
        head.add("Gatehouse-Exchange-Id", self.idText)
        if let model = self.account.model, self.account.attempts > 0 {
            head.add("Gatehouse-Provider", model.provider.name)
        }
        if self.wasRedacted { head.add("Gatehouse-Remedy", "redact" as StaticString) }
        if !self.surrogates.isEmpty { head.add("Gatehouse-Remedy", "tokenise" as StaticString) }
        for notice in self.notices { head.add("Gatehouse-Notice", notice) }
        if !self.dropped.isEmpty { head.add("Gatehouse-Dropped-Params", self.dropped.joined(separator: ", ")) }
        return head
    }

    private func event(_ ending: Ending) -> ExchangeEvent {
        switch ending {
        case .whole(let body, _):
            self.account.responseBytes = body.readableBytes
            return self.account.event(.answered, 200, code: nil, self.snapshot)
        case .streamed(let last):
            self.account.responseBytes += last.readableBytes
            return self.account.event(
                self.filter == nil ? .answered : .blocked, 200, code: self.filter?.code, self.snapshot)
        case .refused(let refusal):
            let outcome: ExchangeEvent.Outcome =
                switch refusal.outcome {
                case .blocked: .blocked
                case .refused: .refused
                case .failed: self.hasBegun ? .truncated : .failed
                case .cancelled: .cancelled
                }
            let status = self.hasBegun ? 200 : refusal.status(in: self.dialect)
            return self.account.event(outcome, status, code: refusal.recordedCode ?? refusal.code, self.snapshot)
        }
    }
}

extension ByteBuffer {
    fileprivate func followed(by bytes: ByteBuffer) -> ByteBuffer {
        guard self.readableBytes > 0 else { return bytes }
        var both = self
        both.writeImmutableBuffer(bytes)
        return both
    }
}
