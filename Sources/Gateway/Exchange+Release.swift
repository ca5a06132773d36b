import Audit
import Kernel
import NIOCore
import Providers
import Surrogates
import Transport

// The event, and the last bytes behind it.

extension Exchange {
    // MARK: record, release

    /// Makes it durable that bytes are about to leave for a provider. What cannot be recorded is not sent.
    func recordStart(_ provider: String) async throws(Refusal) {
        guard self.account.start == nil, !self.snapshot.configuration.recordsBehind else { return }
        let start = self.account.starting(
            provider, self.snapshot, self.content.prompt, useCase: self.content.rule.useCase)
        do throws(RecorderError) {
            self.account.start = try await self.lane.gateway.recorder.record(.start(start))
        } catch {
            throw error.code == .full ? .ledgerFull : .startUnrecorded
        }
    }

    /// Makes the event durable, then lets the last bytes go. An answer that cannot be recorded is not given.
    func record(_ ending: Ending) async {
        do throws(RecorderError) {
            if self.snapshot.configuration.recordsBehind || self.account.key == nil {
                // Where nobody was recognised there is nothing to account for, and strangers must not make us wait.
                try self.recordBehind(ending)
            } else {
                try await self.recordDurably(ending)
            }
            self.release(ending)
        } catch {
            if self.account.key == nil { self.release(ending) } else { self.release(.refused(.ledgerFailed)) }
        }
    }

    @inline(never)
    private func recordBehind(_ ending: Ending) throws(RecorderError) {
        try self.lane.gateway.recorder.recordBehind(.exchange(self.event(ending)))
    }

    @inline(never)
    private func recordDurably(_ ending: Ending) async throws(RecorderError) {
        self.end = try await self.lane.gateway.recorder.record(.exchange(self.event(ending)))
    }

    @inline(never)
    func release(_ ending: Ending) {
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
                refusal.outcome == .cancelled ? ByteBuffer() : self.framed(self.lastFrame(of: refusal), isLast: true))
        case .refused(let refusal):
            var head = self.head(refusal.status(in: self.dialect))
            refusal.addFields(to: &head)
            self.wire.respond(head, body: refusal.body(self.idText, self.shape))
        }
    }

    /// The head of every answer: which exchange it was, who answered, whether something was taken out.
    func head(_ status: Int) -> AnswerHead {
        var head = AnswerHead(status: status)
        head.add("x-request-id", self.idText)
        head.add("request-id", self.idText)
        head.add("Gatehouse-Exchange-Id", self.idText)
        if let index = self.account.start ?? self.end, let receipts = self.lane.gateway.receipts {
            head.add("Gatehouse-Receipt", "\(receipts.origin)#\(index)")
        }
        if let model = self.account.model, self.account.attempts > 0 {
            head.add("Gatehouse-Provider", model.provider.name)
        }
        self.allowance?.addFields(to: &head, self.dialect, at: self.account.startedAt)
        if self.wasRedacted { head.add("Gatehouse-Remedy", "redact" as StaticString) }
        if !self.surrogates.isEmpty { head.add("Gatehouse-Remedy", "tokenise" as StaticString) }
        for notice in self.notices { head.add("Gatehouse-Notice", notice) }
        if !self.dropped.isEmpty { head.add("Gatehouse-Dropped-Params", self.dropped.joined(separator: ", ")) }
        return head
    }

    func event(_ ending: Ending) -> ExchangeEvent {
        switch ending {
        case .whole(let body, _):
            self.account.responseBytes = body.readableBytes
            return self.account.event(
                .answered, 200, code: nil, self.snapshot, self.sealed(self.content.answer(body)))
        case .streamed(let last):
            self.account.responseBytes += last.readableBytes
            return self.account.event(
                self.filter == nil ? .answered : .blocked, 200, code: self.filter?.code, self.snapshot,
                self.sealed(self.content.streamed(last)))
        case .refused(let refusal):
            let outcome: ExchangeEvent.Outcome =
                switch refusal.outcome {
                case .blocked: .blocked
                case .refused: .refused
                case .failed: self.hasBegun ? .truncated : .failed
                case .cancelled: .cancelled
                }
            let status = self.hasBegun ? 200 : refusal.status(in: self.dialect)
            return self.account.event(
                outcome, status, code: refusal.recordedCode ?? refusal.code, self.snapshot,
                self.sealed(self.said(refusal)))
        }
    }

    /// What the caller is told of a refusal.
    private func said(_ refusal: Refusal) -> [ExchangeContent] {
        if self.hasBegun {
            // Of a copy: the frame itself is still to be sent.
            var array = self.array
            let frame = self.lastFrame(of: refusal)
            return self.content.streamed(self.isArray ? array.rewrite(frame, isLast: true) : frame)
        }
        let body = refusal.body(self.idText, self.shape)
        return self.content.own(body) {
            ByteBuffer(string: self.withoutSecrets(String(buffer: body)))
        }
    }

    /// The answer and, where its start did not take it along, the prompt; and how much of it all is wanted.
    private func sealed(_ answer: [ExchangeContent]) -> (rule: KeptContent.Rule, content: [ExchangeContent]) {
        (self.content.rule, (self.account.start == nil ? self.content.prompt : []) + answer)
    }

    /// What ends a stream that cannot go on.
    private func lastFrame(of refusal: Refusal) -> ByteBuffer {
        refusal.outcome == .cancelled
            ? ByteBuffer() : refusal.frame(self.idText, self.shape, number: self.nextNumber)
    }
}
