import Codecs
import Conversation
import Kernel

/// A turn as the wire has it: only users and assistants speak, one after the other.
private struct Turn {
    let isAssistant: Bool
    var results: [Message.Part] = []
    var parts: [Message.Part] = []
    /// Where in the conversation they come from.
    var placesOfResults: [Place] = []
    var places: [Place] = []
}

/// Where a part stands: the message, and which of its parts it is, citations and markers not counted.
private struct Place {
    /// Nil inside what a tool gave back.
    var message: Int?
    var part: Int

    func outside(_ error: CodecError) -> CodecError {
        let error = error.inside(self.part).inside("content")
        return self.message.map { error.inside($0).inside("messages") } ?? error
    }
}

extension AnthropicRequestWriter {
    /// Instructions go to the front, where the wire has its only place for them.
    mutating func writeSystem() {
        let messages = self.request.conversation.messages
        let firstSaid = messages.firstIndex { $0.role != .system } ?? messages.count
        if messages[firstSaid...].contains(where: { $0.role == .system }) {
            self.dropped.note("messages: system messages moved to the front")
        }
        let parts = messages.filter { $0.role == .system }.flatMap(\.parts)
        let texts: [String] = parts.compactMap { part in
            switch part {
            case .text(let text), .document(_, let text): text.isBlank ? nil : text
            default: nil
            }
        }
        guard !texts.isEmpty else { return }
        guard parts.contains(where: { if case .cacheMarker = $0 { true } else { false } }) else {
            self.json.member("system", texts.joined(separator: "\n\n"))
            return
        }
        self.json.name("system")
        self.json.beginArray()
        for (index, part) in parts.enumerated() {
            guard case .text(let text) = part, !text.isBlank else { continue }
            self.json.beginObject()
            self.json.member("type", "text")
            self.json.member("text", text)
            self.writeMarker(behind: index, in: parts)
            self.json.endObject()
        }
        self.json.endArray()
    }

    mutating func writeMessages() throws(CodecError) {
        var turns = self.turns()
        if turns.first?.isAssistant != false {
            // The wire begins with the user.
            turns.insert(Turn(isAssistant: false, parts: [.text(".")], places: [Place(message: 0, part: 0)]), at: 0)
            self.dropped.note("messages: begins without a turn of the user")
        }
        self.json.name("messages")
        self.json.beginArray()
        for (index, turn) in turns.enumerated() {
            self.json.beginObject()
            self.json.member("role", turn.isAssistant ? "assistant" : "user")
            self.json.name("content")
            // What the caller says is so far spoken is continued; the provider refuses it with space at its end.
            try self.writeContent(
                turn.results + turn.parts, at: turn.placesOfResults + turn.places,
                isTrimmed: turn.isAssistant && index == turns.count - 1)
            self.json.endObject()
        }
        self.json.endArray()
    }

    /// Turns of the same side become one, with what tools gave back at its front.
    private mutating func turns() -> [Turn] {
        var turns: [Turn] = []
        for (index, message) in self.request.conversation.messages.enumerated() where message.role != .system {
            self.dropped.note("messages[].name", ifPresent: message.name)
            let isAssistant = message.role == .assistant
            var turn = Turn(isAssistant: isAssistant)
            var isInResults = false
            var isSaid = false
            var place = Place(message: index, part: -1)
            for part in message.parts {
                switch part {
                // What belongs to a part stays and goes with it; a marker falls back to the part before.
                case .citation: guard isSaid, isAssistant else { continue }
                case .cacheMarker: guard !turn.results.isEmpty || !turn.parts.isEmpty else { continue }
                default:
                    place.part += 1
                    isSaid = self.isSpoken(part, by: message.role)
                    guard isSaid else { continue }
                    if case .toolResult = part { isInResults = true } else { isInResults = false }
                }
                if isInResults {
                    turn.results.append(part)
                    turn.placesOfResults.append(place)
                } else {
                    turn.parts.append(part)
                    turn.places.append(place)
                }
            }
            guard !turn.results.isEmpty || !turn.parts.isEmpty else { continue }
            if let last = turns.indices.last, turns[last].isAssistant == isAssistant {
                turns[last].results += turn.results
                turns[last].parts += turn.parts
                turns[last].placesOfResults += turn.placesOfResults
                turns[last].places += turn.places
            } else {
                turns.append(turn)
            }
        }
        return turns
    }

    /// Whether a part becomes a block, or belongs to one.
    private mutating func isSpoken(_ part: Message.Part, by role: Message.Role) -> Bool {
        switch part {
        case .text(let text), .refusal(let text): return !text.isBlank
        case .thinking(_, let signature):
            // Thoughts of other providers are not taken back.
            if signature == nil { self.dropped.note("reasoning_content") }
            return signature != nil && role == .assistant
        case .redactedThinking, .toolCall: return role == .assistant
        case .document(_, let text): return !text.isBlank
        case .image, .audio, .file, .toolResult, .citation, .cacheMarker: return true
        }
    }

    private mutating func writeContent(
        _ parts: [Message.Part], at places: [Place], isTrimmed: Bool
    ) throws(CodecError) {
        let blocks = parts.indices.filter { index in
            switch parts[index] {
            case .cacheMarker, .citation: false
            default: true
            }
        }
        if parts.count == 1, case .text(let text) = parts[0] {
            self.json.string(isTrimmed ? text.trimmedAtEnd : text)
            return
        }
        self.json.beginArray()
        for index in blocks {
            self.json.beginObject()
            if isTrimmed, index == blocks.last, case .text(let text) = parts[index] {
                try self.writeBlock(.text(text.trimmedAtEnd))
            } else {
                do throws(CodecError) { try self.writeBlock(parts[index]) } catch {
                    throw places[index].outside(error)
                }
            }
            self.writeCitations(behind: index, in: parts)
            self.writeMarker(behind: index, in: parts)
            self.json.endObject()
        }
        self.json.endArray()
    }

    /// Writes the marker that follows a part, citations aside, into the open block.
    private mutating func writeMarker(behind index: Int, in parts: [Message.Part]) {
        switch parts[index] {
        case .thinking, .redactedThinking: return
        default: break
        }
        for part in parts[(index + 1)...] {
            switch part {
            case .citation: continue
            case .cacheMarker(let marker): self.write(marker)
            default: break
            }
            return
        }
    }

    private mutating func writeCitations(behind index: Int, in parts: [Message.Part]) {
        guard case .text = parts[index] else { return }
        var citations: [Citation] = []
        for part in parts[(index + 1)...] {
            guard case .citation(let citation) = part else { break }
            // Those of the web are taken back only with what the provider sent along.
            if citation.place != .web || citation.token != nil { citations.append(citation) }
        }
        guard !citations.isEmpty else { return }
        self.json.array("citations") { json in
            for citation in citations { AnthropicCitations.write(citation, to: &json) }
        }
    }

    private mutating func writeBlock(_ part: Message.Part) throws(CodecError) {
        switch part {
        case .text(let text), .refusal(let text):
            self.json.member("type", "text")
            self.json.member("text", text)
        case .thinking(let text, let signature):
            self.json.member("type", "thinking")
            self.json.member("thinking", text)
            self.json.member("signature", signature ?? "")
        case .redactedThinking(let data):
            self.json.member("type", "redacted_thinking")
            self.json.member("data", data)
        case .toolCall(let call): self.writeCall(call)
        case .toolResult(let result): try self.writeResult(result)
        case .document(let title, let text):
            self.json.member("type", "document")
            self.json.object("source") { json in
                json.member("type", "text")
                json.member("media_type", "text/plain")
                json.member("data", text)
            }
            self.json.member("title", ifPresent: title)
        case .image(let media):
            if media.detail != nil { self.dropped.note("detail") }
            self.json.member("type", "image")
            try self.writeSource(media, ["image/jpeg", "image/png", "image/gif", "image/webp"])
        case .file(let media):
            self.json.member("type", "document")
            try self.writeSource(media, ["application/pdf"])
            self.json.member("title", ifPresent: media.name)
        case .audio:
            throw CodecError(.unsupported, "sound cannot be sent to this model's provider")
        case .citation, .cacheMarker: break
        }
    }

    private mutating func writeSource(_ media: Media, _ allowed: [String]) throws(CodecError) {
        switch media.source {
        case .base64(let data):
            let type = media.mediaType == "image/jpg" ? "image/jpeg" : media.mediaType ?? ""
            guard allowed.contains(type) else {
                throw CodecError(
                    .unsupported,
                    "`\(type.prefix(80))` cannot be sent to this model's provider, expected "
                        + allowed.joined(separator: ", "))
            }
            self.json.object("source") { json in
                json.member("type", "base64")
                json.member("media_type", type)
                json.member("data", data)
            }
        case .url(let url):
            guard self.allowsRemoteMedia else {
                throw CodecError(
                    .unsupported, "addresses of images and documents are not fetched, send their content")
            }
            self.json.object("source") { json in
                json.member("type", "url")
                json.member("url", url)
            }
        case .uploaded(let id):
            self.json.object("source") { json in
                json.member("type", "file")
                json.member("file_id", id)
            }
        }
    }

    private mutating func writeCall(_ call: ToolCall) {
        self.json.member("type", "tool_use")
        self.json.member("id", CallIDForm.plain.fitting(call.id))
        self.json.member("name", self.names[call.name])
        if !call.arguments.isEmpty, let input = JSONText(call.arguments), input.isObject {
            self.json.member("input", input)
        } else {
            if !call.arguments.isEmpty {
                self.dropped.note("messages[].tool_calls[].function.arguments: no JSON object")
            }
            self.json.member("input", .emptyObject)
        }
    }

    private mutating func writeResult(_ result: ToolResult) throws(CodecError) {
        self.json.member("type", "tool_result")
        self.json.member("tool_use_id", CallIDForm.plain.fitting(result.callID))
        var parts: [Message.Part] = []
        var places: [Place] = []
        var place = Place(message: nil, part: -1)
        for part in result.parts {
            switch part {
            case .citation, .cacheMarker: break
            default: place.part += 1
            }
            guard self.isSpoken(part, by: .tool) else { continue }
            parts.append(part)
            places.append(place)
        }
        if !parts.isEmpty {
            self.json.name("content")
            try self.writeContent(parts, at: places, isTrimmed: false)
        }
        if result.isError { self.json.member("is_error", true) }
    }
}

extension String {
    /// The text without the white space at its end.
    fileprivate var trimmedAtEnd: String {
        var end = self.utf8.endIndex
        while end > self.utf8.startIndex {
            let before = self.utf8.index(before: end)
            let byte = self.utf8[before]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            end = before
        }
        return String(self[..<end])
    }
}
