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
    /// Lets a stream through, piece by piece. What it knows of the stream is in the relay, and little in the frames of the
    /// functions that wait: these are what an open stream costs while it is silent.
    func inspectStream(
        _ body: ResponseBody, _ translation: AnswerTranslation?, isArray: Bool, wantsUsage: Bool
    ) async throws(Refusal) -> Ending {
        _ = try await self.decide(.release, [])
        self.isArray = isArray
        let relay = self.relay(translation, wantsUsage: wantsUsage)
        defer { self.remember(relay) }
        let stopNudging = self.wire.every(Self.nudges) { body.nudge() }
        defer { stopNudging() }
        do throws(Refusal) {
            try await self.carry(body, through: relay)
        } catch {
            return try self.stopped(relay, by: error)
        }
        return try await self.ending(relay)
    }

    @inline(never)
    private func relay(_ translation: AnswerTranslation?, wantsUsage: Bool) -> StreamRelay {
        let configuration = self.snapshot.configuration
        return StreamRelay(
            StreamInspector(
                self.shape, patterns: configuration.responsePatterns, wantsUsage: wantsUsage,
                surrogates: self.surrogates,
                reading: configuration.answerScreen.map { ($0, self.lane.screenScratch) },
                transcript: self.content.wantsMarks ? StreamTranscript(limit: self.content.limit) : nil),
            translation?.stream())
    }

    @inline(never)
    private func remember(_ relay: StreamRelay) {
        self.account.usage = relay.inspector.usage ?? self.account.estimate(output: relay.inspector.textBytes)
        self.account.servedModel = relay.inspector.servedModel
        self.nextNumber = relay.inspector.nextNumber
        self.content.transcript = relay.inspector.transcript
    }

    /// Takes in whatever comes until the stream is over, and lets go on what is settled.
    private func carry(_ body: ResponseBody, through relay: StreamRelay) async throws(Refusal) {
        while let bytes = try await self.next(body, of: relay) {
            if bytes.readableBytes > 0 {
                let findings = try self.take(bytes, relay)
                if !findings.isEmpty { try await self.redact(findings, in: relay) }
                guard let released = self.released(relay) else { continue }
                try await self.write(released)
            } else {
                // Nothing came for a while: the caller must know that we are there. A provider that keeps a finished
                // stream open is not waited for.
                if relay.inspector.isDone { break }
                try await self.writeHeartbeat()
            }
        }
        if relay.translation != nil {
            let findings = try self.take(nil, relay)
            if !findings.isEmpty { try await self.redact(findings, in: relay) }
        }
        let findings = try self.finish(relay)
        if !findings.isEmpty { try await self.redact(findings, in: relay) }
    }

    @inline(never)
    private func finish(_ relay: StreamRelay) throws(Refusal) -> [Finding] {
        try self.found { () throws(StreamInspector.Failure) in try relay.inspector.finish(self.lane.scratch) }
    }

    /// Asks policy about what was found, and tells the inspector what to take out.
    private func redact(_ findings: [Finding], in relay: StreamRelay) async throws(Refusal) {
        relay.inspector.redact(try await self.decide(.release, findings).redacted)
    }

    /// What may go on now; nil where nothing may.
    @inline(never)
    private func released(_ relay: StreamRelay) -> ByteBuffer? {
        let released = relay.inspector.release()
        guard released.readableBytes > 0 else { return nil }
        // As long as nothing was said, another model may still say it.
        guard
            self.mayBeReplaced, !self.hasBegun, !relay.inspector.hasSpoken,
            relay.early.readableBytes < Self.earlyBytes
        else { return relay.takeEarly(followedBy: released) }
        relay.early.writeImmutableBuffer(released)
        return nil
    }

    /// How a stream ends that was stopped half way: policy says so in the stream, all else is an error.
    @inline(never)
    private func stopped(_ relay: StreamRelay, by refusal: Refusal) throws(Refusal) -> Ending {
        guard refusal.outcome == .blocked, self.hasBegun else { throw refusal }
        self.filter = refusal
        return .streamed(
            self.framed(
                ContentFilter.ending(
                    self.shape, self.idText, at: self.account.startedAt, model: self.account.modelName ?? "",
                    relay.inspector.openChoices, number: relay.inspector.nextNumber), isLast: true))
    }

    /// How a stream ends that came to its end by itself.
    private func ending(_ relay: StreamRelay) async throws(Refusal) -> Ending {
        var last = relay.takeEarly(followedBy: relay.inspector.release())
        guard relay.inspector.isComplete else {
            // A client would take what ends here for the whole answer.
            if last.readableBytes > 0, relay.inspector.hasSpoken || !self.mayBeReplaced { try await self.write(last) }
            throw .transport(TransportError(.closed, "the stream ended before the answer was complete"))
        }
        last.writeImmutableBuffer(relay.inspector.ending())
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

    @inline(never)
    private func pulse() -> ByteBuffer {
        self.begin()
        let sign = self.heartbeat
        self.account.responseBytes += sign.readableBytes
        return sign
    }

    /// A sign of life. It is no frame, so that where frames become elements of an array it is white space between them.
    private func writeHeartbeat() async throws(Refusal) {
        let sign = self.pulse()
        do throws(TransportError) { try await self.wire.write(sign) } catch { throw .transport(error) }
    }

    /// Lets the inspector take a piece in, or the end of what is translated; returns what was found.
    @inline(never)
    private func take(_ bytes: ByteBuffer?, _ relay: StreamRelay) throws(Refusal) -> [Finding] {
        let bytes = try self.translated(bytes, relay)
        guard bytes.readableBytes > 0 else { return [] }
        return try self.found { () throws(StreamInspector.Failure) in
            try relay.inspector.receive(bytes, self.lane.scratch)
        }
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
    private func translated(_ bytes: ByteBuffer?, _ relay: StreamRelay) throws(Refusal) -> ByteBuffer {
        guard relay.translation != nil else { return bytes ?? ByteBuffer() }
        do throws(AnswerFailure) {
            if let bytes { return try relay.translation?.receive(bytes) ?? bytes }
            return try relay.translation?.finish() ?? ByteBuffer()
        } catch {
            throw self.refusal(error)
        }
    }

    /// The next bytes; nil at the end. What is complete stays so, however the connection ends.
    private func next(_ body: ResponseBody, of relay: StreamRelay) async throws(Refusal) -> ByteBuffer? {
        do throws(TransportError) { return try await body.next() } catch {
            guard relay.inspector.isComplete, error.code != .cancelled else { throw .transport(error) }
            return nil
        }
    }

    /// The next bytes; nil at the end.
    func next(_ body: ResponseBody) async throws(Refusal) -> ByteBuffer? {
        do throws(TransportError) { return try await body.next() } catch { throw .transport(error) }
    }

    @inline(never)
    private func begin() {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        self.request = nil
        var head = self.head(200)
        head.add(
            "Content-Type", self.isArray ? "application/json" as StaticString : "text/event-stream; charset=utf-8")
        head.add("Cache-Control", "no-cache" as StaticString)
        head.add("X-Accel-Buffering", "no" as StaticString)
        self.wire.begin(head)
    }

    private func write(_ bytes: ByteBuffer) async throws(Refusal) {
        let bytes = self.outgoing(bytes)
        do throws(TransportError) { try await self.wire.write(bytes) } catch { throw .transport(error) }
    }

    /// Frames as the caller takes them, counted and kept as far as that is wanted, behind a head.
    @inline(never)
    private func outgoing(_ frames: ByteBuffer) -> ByteBuffer {
        self.begin()
        let bytes = self.framed(frames)
        self.account.responseBytes += bytes.readableBytes
        self.content.send(bytes)
        return bytes
    }

    /// Whole frames as the caller takes them.
    func framed(_ frames: ByteBuffer, isLast: Bool = false) -> ByteBuffer {
        self.isArray ? self.array.rewrite(frames, isLast: isLast) : frames
    }
}

/// A stream on its way: what inspects it, and what was let go by that and waits for the first word.
///
/// A class: a stream that is silent keeps all of this once, and not in each frame that hands it on.
private final class StreamRelay {
    var inspector: StreamInspector
    /// Turns it into the caller's shape; nil where it is in it.
    var translation: StreamedAnswerTranslation?
    /// What is kept while another model may still take its place.
    var early = ByteBuffer()

    init(_ inspector: StreamInspector, _ translation: StreamedAnswerTranslation?) {
        self.inspector = inspector
        self.translation = translation
    }

    /// What was kept, and bytes behind it.
    func takeEarly(followedBy bytes: ByteBuffer) -> ByteBuffer {
        guard self.early.readableBytes > 0 else { return bytes }
        var both = self.early
        self.early = ByteBuffer()
        both.writeImmutableBuffer(bytes)
        return both
    }
}
