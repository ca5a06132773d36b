package import Kernel

/// Where a database is, as `postgresql://user:password@host:5432/name?sslmode=verify-full`. It holds a password, so it
/// prints as `<secret>`.
package struct PostgresURL: Sendable {
    private let secret: Secret<String>

    /// Takes a URL that a setting named.
    /// - Throws: `.unavailable` where it is no such URL. The message holds nothing of it.
    package init(_ secret: Secret<String>) throws(StoreError) {
        let text = secret.reveal()
        guard let scheme = ["postgresql://", "postgres://"].first(where: { text.hasPrefix($0) }) else {
            throw Self.wrong("it begins with `postgresql://`")
        }
        // A second `@` would make the rest of a password the name of a host, and a slash before it its beginning a port;
        // messages name hosts and ports.
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        let path = text.dropFirst(scheme.count + authority.count).prefix { $0 != "?" }
        guard authority.count(where: { $0 == "@" }) <= 1, !path.contains("@"), !text.contains("#") else {
            throw Self.wrong("in a password, `@`, `/`, `?` and `#` are written %40, %2F, %3F and %23")
        }
        guard !text.utf8.contains(0) else { throw Self.wrong("it holds no zero byte") }
        self.secret = secret
    }

    static func wrong(_ hint: String) -> StoreError {
        StoreError(
            .unavailable,
            """
            the URL of the database is not one of PostgreSQL
            hint: expected postgresql://user:password@host:5432/name?sslmode=verify-full; \(hint)
            """)
    }

    /// The URL in clear.
    func reveal() -> String { self.secret.reveal() }
}
