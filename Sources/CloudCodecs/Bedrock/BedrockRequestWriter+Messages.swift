import Codecs
import Conversation
import Kernel

// What is said, turn by turn.
extension BedrockRequestWriter {
    mutating func writeSystem() {
        let messages = self.request.conversation.messages
        if let first = messages.firstIndex(where: { $0.role != .system }),
            messages[first...].contains(where: { $0.role == .system })
        {
            self.dropped.note("messages: system messages moved to the front")
        }
        let parts = messages.filter { $0.role == .system }.flatMap(\.parts)
        self.json.name("system")
        self.json.beginArray()
        var isFirst = true
        for part in parts {
            switch part {
            case .text(let text), .document(_, let text):
                guard !text.isBlank else { continue }
                self.json.object { $0.member("text", text) }
                isFirst = false
            case .cacheMarker(let marker) where !isFirst: self.write(marker)
            default: break
            }
        }
        self.json.endArray()
    }

    /// A part, the message that it comes from and which of its parts it is, citations and markers not counted.
    private struct Placed {
        let part: Message.Part
        let message: Int
        let number: Int
    }

    /// Turns of the same side become one, with what tools gave back at its front.
    mutating func writeMessages() throws(CodecError) {
        var turns: [(isAssistant: Bool, results: [Placed], parts: [Placed])] = []
        for (index, message) in self.request.conversation.messages.enumerated() where message.role != .system {
            self.dropped.note("messages[].name", ifPresent: message.name)
            let isAssistant = message.role == .assistant
            var results: [Placed] = []
            var parts: [Placed] = []
            var number = 0
            for part in message.parts {
                let placed = Placed(part: part, message: index, number: number)
                if case .cacheMarker = part {
                    // It belongs to the part before it.
                    if !parts.isEmpty { parts.append(placed) } else if !results.isEmpty { results.append(placed) }
                    continue
                }
                if case .citation = part {} else { number += 1 }
                guard self.isSpoken(part, isAssistant: isAssistant) else { continue }
                if case .toolResult = part { results.append(placed) } else { parts.append(placed) }
            }
            guard !results.isEmpty || !parts.isEmpty else { continue }
            if let last = turns.indices.last, turns[last].isAssistant == isAssistant {
                turns[last].results += results
                turns[last].parts += parts
            } else {
                turns.append((isAssistant, results, parts))
            }
        }
        if turns.first?.isAssistant != false {
            turns.insert((false, [], [Placed(part: .text("."), message: 0, number: 0)]), at: 0)
            self.dropped.note("messages: begins without a turn of the user")
        }
        self.json.name("messages")
        self.json.beginArray()
        for turn in turns {
            self.json.beginObject()
            self.json.member("role", turn.isAssistant ? "assistant" : "user")
            self.json.name("content")
            self.json.beginArray()
            for placed in turn.results + turn.parts {
                do throws(CodecError) { try self.write(placed.part) } catch {
                    throw error.inside(placed.number).inside("content").inside(placed.message).inside("messages")
                }
            }
            if Self.lacksText(turn.results + turn.parts) {
                self.json.object { $0.member("text", ".") }
                self.dropped.note("messages: a document without a text")
            }
            self.json.endArray()
            self.json.endObject()
        }
        self.json.endArray()
    }

    /// Documents are refused where no text stands beside them.
    private static func lacksText(_ parts: [Placed]) -> Bool {
        var hasDocument = false
        for placed in parts {
            switch placed.part {
            case .text, .refusal: return false
            case .document, .file: hasDocument = true
            default: break
            }
        }
        return hasDocument
    }

    private mutating func isSpoken(_ part: Message.Part, isAssistant: Bool) -> Bool {
        switch part {
        case .text(let text), .refusal(let text), .document(_, let text): return !text.isBlank
        case .thinking(_, let signature):
            // Thoughts of other providers are not taken back.
            if signature == nil { self.dropped.note("reasoning_content") }
            return signature != nil && isAssistant
        case .citation:
            self.dropped.note("citations")
            return false
        case .redactedThinking, .toolCall: return isAssistant
        case .cacheMarker, .image, .audio, .file, .toolResult: return true
        }
    }

    private mutating func write(_ part: Message.Part) throws(CodecError) {
        switch part {
        case .cacheMarker(let marker): self.write(marker)
        case .toolResult(let result): try self.write(result)
        case .toolCall(var call):
            if !call.arguments.isEmpty, JSONText(call.arguments)?.isObject != true {
                self.dropped.note("messages[].tool_calls[].function.arguments: no JSON object")
            }
            call.id = CallIDForm.plain.fitting(call.id)
            call.name = self.names[call.name]
            BedrockBlock.write(.toolCall(call), to: &self.json)
        case .document(let title, let text):
            self.write(document: "txt", Base64.text(of: Array(text.utf8)), title)
        case .image(let media):
            self.dropped.note("detail", ifPresent: media.detail)
            try self.write("image", "image/", media)
        case .audio(let media): try self.write("audio", "audio/", media)
        case .file(let media):
            guard let format = BedrockFormat.format(of: media.mediaType) else {
                throw CodecError(.unsupported, "Bedrock takes no documents of the type `\(media.shownType)`")
            }
            guard case .base64(let data) = media.source else { throw Self.isRemote }
            self.write(document: format, data, media.name)
        default: BedrockBlock.write(part, to: &self.json)
        }
    }

    private static let isRemote = CodecError(
        .unsupported, "Bedrock fetches no addresses and no uploads of others, send the content itself")

    private mutating func write(_ name: StaticString, _ kind: String, _ media: Media) throws(CodecError) {
        let json: JSONText
        switch media.source {
        case .base64(let data):
            var source = JSONWriter(reserving: data.utf8.count + 16)
            source.object { $0.member("bytes", data) }
            json = JSONText(wellFormed: source.bytes)
        case .url(let address) where address.hasPrefix("s3://"):
            var source = JSONWriter()
            source.object { json in json.object("s3Location") { $0.member("uri", address) } }
            json = JSONText(wellFormed: source.bytes)
        case .url, .uploaded: throw Self.isRemote
        }
        guard let format = BedrockFormat.format(of: media.mediaType, kind) else {
            throw CodecError(.unsupported, "Bedrock takes no \(name) of the type `\(media.shownType)`")
        }
        self.json.object { writer in
            writer.object(name) { writer in
                writer.member("format", format)
                writer.member("source", json)
            }
        }
    }

    /// Names may hold few characters and be there once.
    private mutating func write(document format: String, _ data: String, _ title: String?) {
        var name = ""
        for character in title ?? "document" {
            let isAllowed =
                character.isASCII && (character.isLetter || character.isNumber) || "-()[]".contains(character)
            let plain: Character = isAllowed ? character : " "
            if plain != " " || !name.hasSuffix(" ") { name.append(plain) }
        }
        name = String(name.prefix(180))
        if name.hasSuffix(" ") { name.removeLast() }
        if name.hasPrefix(" ") { name.removeFirst() }
        if name.isEmpty { name = "document" }
        var unique = name
        var number = 2
        while !self.documents.insert(unique).inserted {
            unique = "\(name) \(number)"
            number += 1
        }
        self.json.object { json in
            json.object("document") { json in
                json.member("format", format)
                json.member("name", unique)
                json.object("source") { $0.member("bytes", data) }
            }
        }
    }

    private mutating func write(_ result: ToolResult) throws(CodecError) {
        self.json.beginObject()
        self.json.name("toolResult")
        self.json.beginObject()
        self.json.member("toolUseId", CallIDForm.plain.fitting(result.callID))
        self.json.name("content")
        self.json.beginArray()
        var isEmpty = true
        var number = -1
        for part in result.parts {
            number += 1
            switch part {
            case .cacheMarker:
                self.dropped.note("cache_control")
                number -= 1
            case .text, .document, .image, .file:
                guard self.isSpoken(part, isAssistant: false) else { continue }
                do throws(CodecError) { try self.write(part) } catch { throw error.inside(number).inside("content") }
                isEmpty = false
            default:
                throw CodecError(
                    .unsupported, "a tool's result holds what Bedrock takes no results of", at: "content[\(number)]")
            }
        }
        if isEmpty { self.json.object { $0.member("text", "(nothing)") } }
        self.json.endArray()
        if result.isError { self.json.member("status", "error") }
        self.json.endObject()
        self.json.endObject()
    }
}
