/// A tool that the model may ask for.
package struct ToolDefinition: Hashable, Sendable {
    package var name: String
    package var description: String?
    /// The JSON schema of its arguments; nil where it takes none.
    package var schema: JSONText?
    /// Whether the arguments must follow the schema to the letter.
    package var isStrict: Bool?
    package var cacheMarker: CacheMarker?

    package init(
        name: String, description: String? = nil, schema: JSONText? = nil, isStrict: Bool? = nil,
        cacheMarker: CacheMarker? = nil
    ) {
        self.name = name
        self.description = description
        self.schema = schema
        self.isStrict = isStrict
        self.cacheMarker = cacheMarker
    }
}

/// Which tools the model may or must call.
package enum ToolChoice: Hashable, Sendable {
    case auto
    /// No tool, though there are some.
    case forbidden
    /// Some tool, whichever.
    case required
    case named(String)
    /// One or several of these, or none of them where a call is not required.
    case allowed([String], isRequired: Bool)
}
