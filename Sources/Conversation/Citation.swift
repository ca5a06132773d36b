/// Where a text comes from.
package struct Citation: Hashable, Sendable {
    /// What `start` and `end` count.
    package enum Place: String, Sendable, CaseIterable {
        /// Characters of a document that was handed in.
        case characters
        case pages
        /// The blocks of a document that was handed in as blocks.
        case blocks
        /// What a search of the caller's found.
        case searchResult
        /// What the provider found on the web. Here `start` and `end` count characters of the answer, where they are known.
        case web
    }

    package var place: Place
    package var url: String?
    package var title: String?
    /// The words that are cited.
    package var quote: String?
    /// Which of the documents, from 0.
    package var document: Int?
    package var start: Int?
    package var end: Int?
    /// What the provider wants back with the citation, opaque to others.
    package var token: String?

    package init(
        _ place: Place, url: String? = nil, title: String? = nil, quote: String? = nil, document: Int? = nil,
        start: Int? = nil, end: Int? = nil, token: String? = nil
    ) {
        self.place = place
        self.url = url
        self.title = title
        self.quote = quote
        self.document = document
        self.start = start
        self.end = end
        self.token = token
    }
}

/// A point up to which the provider may keep what it read in its cache.
package struct CacheMarker: Hashable, Sendable {
    /// How long, as the provider spells it (`5m`, `1h`); nil is the provider's default.
    package var lifetime: String?

    package init(lifetime: String? = nil) { self.lifetime = lifetime }
}
