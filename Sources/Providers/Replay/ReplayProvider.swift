import Codecs
import Conversation
import Crypto
import Framing
package import Kernel
import NIOCore
package import Transport

/// Answers from recorded exchanges, for regression tests and demonstrations; where it may, it records what it does not know.
///
/// The same request, but for white space, the key that sent it and the random marks of hardening, has the same recording. What is recorded comes from
/// another provider, whole before the caller gets a byte of it.
package struct ReplayProvider: Provider {
    package let name: String
    private let recordings: any RecordingStore
    /// Who is asked where there is no recording.
    private let source: (any Provider)?

    package init(name: String, recordings: any RecordingStore, source: (any Provider)?) {
        self.name = name
        self.recordings = recordings
        self.source = source
    }

    package func answer(
        _ request: ModelRequest, model: Model, redactions: [BytePatch], over wire: any Wire,
        _ context: OperationContext
    ) async throws(ProviderError) -> ProviderAnswer {
        let key = Self.key(of: request, model, redactions)
        if let recording = try await self.recording(key) {
            return ProviderAnswer(Self.response(200, recording.contentType, ByteBuffer(bytes: recording.body)))
        }
        guard let source = self.source else {
            throw .unsupported(
                RequestError(
                    code: "no_recording",
                    message: "there is no recording `\(key)` of this request, and `\(self.name)` may not make one"))
        }
        let answer = try await source.answer(request, model: model, redactions: redactions, over: wire, context)
        let type = answer.response[.contentType] ?? "application/json"
        let body = try await Self.collect(answer.response.body)
        guard answer.response.status == 200 else {
            return ProviderAnswer(Self.response(answer.response.status, type, body, answer.response[.retryAfter]))
        }
        let isStream = answer.translation.map { type.hasPrefix($0.streamType) } ?? false
        let translated = try Self.translated(body, answer.translation, isStream)
        let recording = Recording(
            contentType: answer.translation == nil ? type : isStream ? "text/event-stream" : "application/json",
            body: Array(translated.readableBytesView))
        try await self.keep(recording, key)
        return ProviderAnswer(
            Self.response(200, recording.contentType, translated), dropped: answer.dropped)
    }

    package func scrubbed(_ message: String) -> String { self.source?.scrubbed(message) ?? message }

    // MARK: Recordings

    private func recording(_ key: String) async throws(ProviderError) -> Recording? {
        let store = self.recordings
        let result = await offLoop { Result { () throws(StoreError) in try store.recording(named: key) } }
        do throws(StoreError) { return try result.get() } catch { throw Self.failure(error) }
    }

    private func keep(_ recording: Recording, _ key: String) async throws(ProviderError) {
        let store = self.recordings
        let result = await offLoop { Result { () throws(StoreError) in try store.keep(recording, named: key) } }
        do throws(StoreError) { try result.get() } catch { throw Self.failure(error) }
    }

    private static func failure(_ error: StoreError) -> ProviderError {
        .transport(TransportError(.connectFailed, "its recordings cannot be read or written: \(error)"))
    }

    /// Names a request: a hash of what is asked and how, in hexadecimal.
    private static func key(of request: ModelRequest, _ model: Model, _ redactions: [BytePatch]) -> String {
        var hash = SHA256()
        hash.update(data: Array("\(request.shape.rawValue) \(model.providerModel) \(request.isStreamed) ".utf8))
        let patched = request.body.patched(request.patches(forModel: model.providerModel) + redactions)
        let body = Self.without(request.marks, patched)
        var isInString = false
        var isEscaped = false
        hash.update(
            data: body.filter { byte in
                if isInString {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInString = false
                    }
                    return true
                }
                if byte == UInt8(ascii: "\"") { isInString = true }
                return byte > 0x20
            })
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: hash.finalize().prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    private static func without(_ marks: [[UInt8]], _ body: ByteBuffer) -> [UInt8] {
        let bytes = Array(body.readableBytesView)
        guard !marks.isEmpty else { return bytes }
        var rest: [UInt8] = []
        rest.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if let mark = marks.first(where: { bytes[index...].starts(with: $0) }) {
                index += mark.count
            } else {
                rest.append(bytes[index])
                index += 1
            }
        }
        return rest
    }

    // MARK: What a source answered

    /// Bytes of an answer at most.
    private static let answerLimit = 64 * 1024 * 1024

    private static func collect(_ body: ResponseBody) async throws(ProviderError) -> ByteBuffer {
        var whole = ByteBuffer()
        do throws(TransportError) {
            while let bytes = try await body.next() {
                guard whole.readableBytes + bytes.readableBytes <= Self.answerLimit else {
                    body.discard()
                    throw TransportError(.malformed, "more than \(Self.answerLimit) bytes")
                }
                whole.writeImmutableBuffer(bytes)
            }
        } catch {
            throw .transport(error)
        }
        return whole
    }

    private static func translated(
        _ body: ByteBuffer, _ translation: AnswerTranslation?, _ isStream: Bool
    ) throws(ProviderError) -> ByteBuffer {
        guard let translation else { return body }
        do throws(AnswerFailure) {
            guard isStream else { return try translation.whole(body) }
            var stream = translation.stream()
            var whole = try stream.receive(body)
            whole.writeImmutableBuffer(try stream.finish())
            return whole
        } catch {
            switch error {
            case .provider(let failure): throw .transport(TransportError(.malformed, failure.message))
            case .malformed(let what): throw .transport(TransportError(.malformed, what))
            }
        }
    }

    private static func response(
        _ status: Int, _ contentType: String, _ body: ByteBuffer, _ retryAfter: String? = nil
    ) -> UpstreamResponse {
        UpstreamResponse(
            status: status,
            fields: [(.contentType, contentType)] + (retryAfter.map { [(.retryAfter, $0)] } ?? []),
            body: ResponseBody(complete: body))
    }
}

/// An answer that was given once, in its caller's shape.
package struct Recording: Hashable, Sendable {
    package let contentType: String
    package let body: [UInt8]

    package init(contentType: String, body: [UInt8]) {
        self.contentType = contentType
        self.body = body
    }
}

/// Where recordings are kept. Called away from event loops; may block.
package protocol RecordingStore: Sendable {
    /// - Returns: nil where there is none of this name, which holds hexadecimal digits only.
    func recording(named name: String) throws(StoreError) -> Recording?
    func keep(_ recording: Recording, named name: String) throws(StoreError)
}
