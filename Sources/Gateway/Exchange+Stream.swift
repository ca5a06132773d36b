import Codecs
import Detection
import Framing
import Kernel
import NIOCore
import Policy
import Providers
import Transport

// Streamed answers: translated, inspected and let through as they come.

extension Exchange {
    func inspectStream(
        _ body: ResponseBody, _ translation: AnswerTranslation?, isArray: Bool, wantsUsage: Bool
    ) async throws(Refusal) -> Ending {
        _ = try await self.decide(.release, [])
        var translation = translation?.stream()
        var inspector = StreamInspector(
            self.shape, patterns: self.snapshot.configuration.responsePatterns, wantsUsage: wantsUsage,
            surrogates: self.surrogates,
            reading: self.snapshot.configuration.answerScreen.map { ($0, self.lane.screenScratch) },
            transcript: self.content.wantsMarks ? StreamTranscript(limit: self.content.limit) : nil)
        self.isArray = isArray
        defer {
            self.account.usage = inspector.usage ?? self.account.estimate(output: inspector.textBytes)
            self.account.servedModel = inspector.servedModel
            self.nextNumber = inspector.nextNumber
            self.content.transcript = inspector.transcript
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
                    try await self.writeHeartbeat()
                    continue
                }
                try await self.take(try self.translated(bytes, &translation), &inspector)
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
            if translation != nil { try await self.take(try self.translated(nil, &translation), &inspector) }
            let findings = try self.found { () throws(StreamInspector.Failure) in
                try inspector.finish(self.lane.scratch)
            }
            if !findings.isEmpty { inspector.redact(try await self.decide(.release, findings).redacted) }
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

    /// A sign of life. It is no frame, so that where frames become elements of an array it is white space between them.
    private func writeHeartbeat() async throws(Refusal) {
        self.begin()
        let sign = self.heartbeat
        self.account.responseBytes += sign.readableBytes
        do throws(TransportError) { try await self.wire.write(sign) } catch { throw .transport(error) }
    }

    /// Lets the inspector take a piece in, asks policy about what it found, and tells it what to take out.
    private func take(_ bytes: ByteBuffer, _ inspector: inout StreamInspector) async throws(Refusal) {
        guard bytes.readableBytes > 0 else { return }
        let findings = try self.found { () throws(StreamInspector.Failure) in
            try inspector.receive(bytes, self.lane.scratch)
        }
        if !findings.isEmpty { inspector.redact(try await self.decide(.release, findings).redacted) }
    }

    /// What a step of the inspector found; what it cannot do is a refusal.
    private func found(_ step: () throws(StreamInspector.Failure) -> [Finding]) throws(Refusal) -> [Finding] {
        do throws(StreamInspector.Failure) { return try step() } catch {
            switch error {
            case .malformed(let what): throw .malformedAnswer(what)
            case .upstream(let body): throw .upstream(status: 500, body, retryAfter: nil, scrubbed: self.scrubbed)
            case .unscanned: throw .detectorFailed
            }
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

    /// The next bytes; nil at the end. What is complete stays so, however the connection ends.
    func next(_ body: ResponseBody, orEndIf isComplete: Bool = false) async throws(Refusal) -> ByteBuffer? {
        do throws(TransportError) { return try await body.next() } catch {
            guard isComplete, error.code != .cancelled else { throw .transport(error) }
            return nil
        }
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
        self.content.send(bytes)
        do throws(TransportError) { try await self.wire.write(bytes) } catch { throw .transport(error) }
    }

    /// Whole frames as the caller takes them.
    func framed(_ frames: ByteBuffer, isLast: Bool = false) -> ByteBuffer {
        self.isArray ? self.array.rewrite(frames, isLast: isLast) : frames
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
