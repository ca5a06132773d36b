extension Settings {
    /// What one process takes on, and how long it waits for its clients.
    package struct Limits: Hashable, Sendable {
        /// The largest request body.
        package var body = ByteCount.mebibytes(32)
        /// The largest request line and header fields together.
        package var head = ByteCount.kibibytes(32)
        /// Client connections open at once.
        package var connections = 10_000
        /// Exchanges under way at once.
        package var concurrency = 1024
        package var concurrencyPerKey = 256
        /// Requests that one key may send in a minute; 0 is any number.
        package var requestsPerMinute = 0
        /// From the first byte of a request to the end of its header fields.
        package var headerTimeout = Duration.seconds(10)
        /// From the end of the header fields to the end of the body.
        package var bodyTimeout = Duration.seconds(60)
        /// How long a client connection stays open between two requests.
        package var keepAlive = Duration.seconds(120)
        /// How long exchanges under way may take to end when the process is asked to stop.
        package var drain = Duration.seconds(30)
    }
}
