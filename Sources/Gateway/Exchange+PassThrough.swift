import AgentCodecs
import Audit
import Codecs
import Detection
import Framing
import Identity
import Injection
import Kernel
import NIOCore
import Policy
import Providers
import Screening
import Surrogates
import Transport

// Routes of OpenAI's API that have no shape of their own here (images, audio, files, batches…): the same path, over bodies
// that may be JSON, forms or plain bytes.

extension Exchange {
    func pass(_ inbound: InboundRequest, _ route: PassedRoute) async {
        let ending: Ending
        do throws(Refusal) {
            let key = try self.identify(inbound)
            try self.admit(key)
            defer { self.lane.gateway.admission.leave(key.id) }
            let content = try await self.decode(inbound, route)
            let (provider, model) = try self.route(content, inbound, route, key)
            let redactions = try await self.screen(content)
            var passed = route
            passed.query = Self.query(of: inbound)
            let body = content.body.patched(redactions + content.patches(forModel: model?.providerModel))
            let answer = try await self.call(
                provider,
                PassedRequest(
                    route: passed, contentType: inbound.text(of: .contentType), body: body,
                    deployment: model?.providerModel))
            ending = try await self.inspect(answer, content)
        } catch {
            ending = .refused(error)
        }
        self.settle(ending)
        await self.record(ending)
    }

    // MARK: decode

    private func decode(
        _ inbound: InboundRequest, _ route: PassedRoute
    ) async throws(Refusal) -> PassedContent {
        let body: ByteBuffer
        do throws(RequestRefusal) { body = try await self.wire.body() } catch { throw Refusal(error) }
        self.account.requestBytes = body.readableBytes
        self.content.take(body, self.content.rule)
        let content: PassedContent
        do throws(RequestError) { content = try PassedContent(body, type: inbound.text(of: .contentType)) } catch {
            throw Refusal(error)
        }
        self.account.modelName = route.model ?? content.model
        if let name = self.account.modelName {
            self.content.take(body, self.snapshot.keeping(ofModel: name))
        }
        self.account.isStreamed = content.isStreamed
        return content
    }

    // MARK: route

    /// Where the request goes: to the provider of the model that it names, or to the one that such routes go to.
    private func route(
        _ content: PassedContent, _ inbound: InboundRequest, _ route: PassedRoute, _ key: VirtualKey
    ) throws(Refusal) -> (any Provider, Model?) {
        let configuration = self.snapshot.configuration
        if let name = self.account.modelName {
            guard key.mayUse(model: name) else { throw .modelNotAllowed(name) }
            guard let model = configuration.models[name] else { throw .unknownModel(name) }
            try self.checkPrice(name)
            self.account.model = model
            return (model.provider, model)
        }
        guard !route.namesModel else {
            throw Refusal(
                RequestError(
                    code: "missing_required_parameter", parameter: "model",
                    message: "the field `model` is missing, expected the name of a model"))
        }
        guard key.models == nil else { throw .routeNotAllowed }
        let wanted = inbound.head.query.flatMap { query in
            inbound.text(query).split(separator: "&").first { $0.hasPrefix("provider=") }?.dropFirst(9)
        }
        guard
            let provider = wanted.map({ name in configuration.passing.first { $0.provider.name == name } })
                ?? configuration.passing.first
        else { throw .noPassingProvider }
        self.account.passing = provider
        return (provider.provider, nil)
    }

    /// The caller's query without what is ours.
    private static func query(of inbound: InboundRequest) -> String {
        guard let query = inbound.head.query else { return "" }
        let kept = inbound.text(query).split(separator: "&").filter { parameter in
            !["key=", "provider=", "api-version="].contains { parameter.hasPrefix($0) }
        }
        return kept.isEmpty ? "" : "?" + kept.joined(separator: "&")
    }

    // MARK: screen, decide

    private func screen(_ content: PassedContent) async throws(Refusal) -> [BytePatch] {
        let configuration = self.snapshot.configuration
        if let screen = configuration.screen {
            return try await self.decide(.infer, content) { text, scratch in
                Self.scan(text, [ScreenedSegment(channel: .user, range: 0..<text.count)], screen, scratch)
            }
        }
        guard let patterns = configuration.requestPatterns else {
            _ = try await self.decide(.infer, [])
            return []
        }
        return try await self.decide(.infer, content, patterns)
    }

    /// What must change in the texts of a body so that policy permits it.
    private func decide(
        _ action: Action, _ content: PassedContent, _ patterns: PatternDatabase
    ) async throws(Refusal) -> [BytePatch] {
        try await self.decide(action, content) { text, scratch in Self.scan(text, patterns, scratch.patterns) }
    }

    private func decide(
        _ action: Action, _ content: PassedContent, _ scan: @escaping @Sendable ([UInt8], ScreenScratch) -> [Finding]?
    ) async throws(Refusal) -> [BytePatch] {
        let texts = content.texts
        guard
            let found = content.body.readableBytes > Self.largeBody
                ? await offLoop({ Self.scan(texts, ScreenScratch(), scan) })
                : Self.scan(texts, self.lane.screenScratch, scan)
        else { throw .detectorFailed }
        if self.content.wantsMarks {
            self.content.keep(redacted: content.marked(found), ExchangeEvent.Stage(of: action))
        }
        let remedied = try await self.decide(action, found.flatMap { $0 })
        if !remedied.redacted.isEmpty { self.wasRedacted = true }
        if !remedied.tokenised.isEmpty {
            for text in texts { self.surrogates.reserve(in: text.content.span) }
        }
        return zip(texts, found).compactMap { text, findings in
            let own = remedied.replacements(text.content.span, findings, &self.surrogates)
            let all = own.joined(with: action == .release ? self.restorations(in: text.content) : [])
            guard !all.isEmpty else { return nil }
            let content = Replacement.apply(all, to: text.content.span)
            return BytePatch(text.range, text.isJSON ? JSONString.escaped(content) : content)
        }
    }

    private static func scan(
        _ texts: [PassedContent.Text], _ scratch: ScreenScratch, _ scan: ([UInt8], ScreenScratch) -> [Finding]?
    ) -> [[Finding]]? {
        var all: [[Finding]] = []
        for text in texts {
            guard let findings = scan(text.content, scratch) else { return nil }
            all.append(findings)
        }
        return all
    }

    // MARK: call, inspect, decide

    private func call(_ provider: any Provider, _ request: PassedRequest) async throws(Refusal) -> UpstreamResponse {
        try await self.recordStart(provider.name)
        self.account.attempts += 1
        let answer: UpstreamResponse
        do throws(ProviderError) {
            answer = try await provider.pass(request, over: self.wire, self.context)
        } catch {
            throw .unanswered(error)
        }
        try await self.accept(answer, 200..<300)
        return answer
    }

    private func inspect(_ answer: UpstreamResponse, _ request: PassedContent) async throws(Refusal) -> Ending {
        let type = answer[.contentType] ?? "application/octet-stream"
        if type.hasPrefix("text/event-stream") {
            return try await self.inspectStream(answer.body, nil, isArray: false, wantsUsage: request.wantsUsage)
        }
        defer { answer.body.discard() }
        let body = try await self.collect(answer.body, limit: Self.answerLimit)
        if let tape = Self.read(body) {
            let bytes = body.readableBytesUInt8Span
            self.account.usage =
                OpenAIChat.usage(JSONView(tape, bytes)) ?? OpenAIResponses.usage(JSONView(tape, bytes))
        }
        guard self.snapshot.configuration.responsePatterns != nil || !self.surrogates.isEmpty,
            let content = try? PassedContent(body, type: type)
        else {
            _ = try await self.decide(.release, [])
            return .whole(body, type)
        }
        guard let patterns = self.snapshot.configuration.responsePatterns else {
            let patches = content.texts.compactMap { text -> BytePatch? in
                let restored = self.restorations(in: text.content)
                guard !restored.isEmpty else { return nil }
                let content = Replacement.apply(restored, to: text.content.span)
                return BytePatch(text.range, text.isJSON ? JSONString.escaped(content) : content)
            }
            return .whole(body.patched(patches), type)
        }
        return .whole(body.patched(try await self.decide(.release, content, patterns)), type)
    }
}
