package import Kernel

/// The lists of models that callers of each shape are shown.
package struct ModelListing: Hashable, Sendable {
    /// One model: the name it goes by here, and since when.
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let created: Timestamp
        /// Whose it is, where a shape says so.
        package let owner: String

        package init(_ name: String, created: Timestamp, owner: String = "gatehouse") {
            self.name = name
            self.created = created
            self.owner = owner
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    /// The whole list, in one page.
    package func body(in shape: WireShape) -> [UInt8] {
        var json = JSONWriter(reserving: 128 + self.entries.count * 128)
        json.object { json in
            switch shape {
            case .gemini:
                json.array("models") { json in for entry in self.entries { entry.write(in: shape, to: &json) } }
            case .anthropicMessages:
                json.array("data") { json in for entry in self.entries { entry.write(in: shape, to: &json) } }
                json.member("has_more", false)
                json.member("first_id", orNull: self.entries.first?.name)
                json.member("last_id", orNull: self.entries.last?.name)
            case .openAIChat, .openAIResponses, .bedrockConverse:
                json.member("object", "list")
                json.array("data") { json in for entry in self.entries { entry.write(in: shape, to: &json) } }
            }
        }
        return json.bytes
    }
}

extension ModelListing.Entry {
    /// The model alone, as it is shown where a caller asks for this one.
    package func body(in shape: WireShape) -> [UInt8] {
        var json = JSONWriter()
        self.write(in: shape, to: &json)
        return json.bytes
    }

    fileprivate func write(in shape: WireShape, to json: inout JSONWriter) {
        json.object { json in
            switch shape {
            case .gemini:
                json.member("name", "models/\(self.name)")
                json.member("displayName", self.name)
                json.array("supportedGenerationMethods") { json in
                    for method in ["generateContent", "streamGenerateContent", "countTokens"] { json.string(method) }
                }
            case .anthropicMessages:
                json.member("type", "model")
                json.member("id", self.name)
                json.member("display_name", self.name)
                json.member("created_at", self.created.description)
            case .openAIChat, .openAIResponses, .bedrockConverse:
                json.member("id", self.name)
                json.member("object", "model")
                json.member("created", self.created.unixSeconds)
                json.member("owned_by", self.owner)
            }
        }
    }
}
