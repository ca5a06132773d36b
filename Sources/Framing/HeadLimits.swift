/// How large a head may be.
package struct HeadLimits: Equatable, Sendable {
    /// Bytes of the whole head, the blank line included.
    package var bytes: Int
    /// Number of fields.
    package var fields: Int
    /// Bytes of the request target.
    package var target: Int

    /// The defaults are roomy: API clients send about 15 fields in about one kilobyte.
    package init(bytes: Int = 32 << 10, fields: Int = 100, target: Int = 8 << 10) {
        self.bytes = bytes
        self.fields = fields
        self.target = target
    }
}
