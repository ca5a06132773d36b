/// An image, a sound or a file: its bytes or where they are.
package struct Media: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// Base64 with the standard alphabet, as every wire has it.
        case base64(String)
        case url(String)
        /// The provider's own name for what was uploaded to it.
        case uploaded(String)
    }

    package var source: Source
    /// Such as `image/png`; nil where only an address or an upload is known.
    package var mediaType: String?
    /// The name of the file or the title of the document.
    package var name: String?
    /// How closely to look at an image: `low`, `high` or `auto`.
    package var detail: String?

    package init(_ source: Source, mediaType: String? = nil, name: String? = nil, detail: String? = nil) {
        self.source = source
        self.mediaType = mediaType
        self.name = name
        self.detail = detail
    }
}
