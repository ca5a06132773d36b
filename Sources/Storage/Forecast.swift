/// What numbers the leaves will have that are made ready while others are being written. A guess, which is right as long as
/// batches are written in the order in which they were made ready and nobody else writes; whoever writes a leaf looks.
struct Forecast: Sendable {
    /// What a batch was told.
    struct Ticket: Sendable {
        fileprivate let number: Int
        /// The number of its first leaf among those of a gateway's only tenant; nil where nobody knows.
        let first: Int64?
    }

    private var next: Int64?
    /// Of the batch that was asked about last.
    private var last = (number: 0, count: Int64(0))

    init() {}

    /// For a batch of so many.
    mutating func take(_ count: Int) -> Ticket {
        self.last = (self.last.number + 1, Int64(count))
        let ticket = Ticket(number: self.last.number, first: self.next)
        self.next = self.next.map { $0 + self.last.count }
        return ticket
    }

    /// Learns what is true after a batch was written. At most one other is ready by then, or on its way.
    mutating func learn(_ ticket: Ticket?, next: Int64) {
        self.next = next + (ticket?.number == self.last.number ? 0 : self.last.count)
    }
}
