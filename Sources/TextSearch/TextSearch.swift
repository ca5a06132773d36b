// TextSearch finds words in what is sealed beside the log, by opening it: nothing of it lies anywhere in clear.

package import Audit
package import Kernel

/// Looks for a text in the sealed payloads of events, newest first, and at a bounded number of them.
///
/// There is no index: one that could be searched would hold in clear what is sealed. So it costs as much as opening what it
/// looks at. What was erased cannot be found. That somebody searches is for the caller to record, before.
package struct TextSearch: Sendable {
    /// Where a text was found.
    package struct Match: Sendable {
        package let event: StoredEvent
        package let payload: PayloadKind
        /// The leaf that the payload lies beside.
        package let index: Int64
        /// What stands around it.
        package let excerpt: String
    }

    /// What was looked at.
    package struct Summary: Hashable, Sendable {
        package var events = 0
        package var payloads = 0
        /// Payloads whose keys were destroyed.
        package var erased = 0
        /// Whether every event that the filter names was looked at.
        package var isComplete = false
        /// The sequence number of the last event that was looked at: where to go on.
        package var last: Int64?
    }

    private let text: String
    private let ledger: any Ledger
    private let context: @Sendable () -> OperationContext

    /// Case does not matter. nil for a text without a letter or digit.
    package init?(_ text: String, in ledger: any Ledger, context: @escaping @Sendable () -> OperationContext) {
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
        self.text = text.lowercased()
        self.ledger = ledger
        self.context = context
    }

    /// Looks at no more than `events` events and stops behind `matches` of them that have the text.
    package func run(
        _ filter: EventFilter, events: Int, matches: Int, progress: (Summary) -> Void = { _ in }
    ) async throws(StoreError) -> (matches: [Match], summary: Summary) {
        var (filter, summary, found) = (filter, Summary(), [Match]())
        while summary.events < events, found.count < matches {
            filter.limit = min(100, events - summary.events)
            let page = try await self.ledger.events(matching: filter, self.context())
            for event in page {
                summary.last = event.sequence
                // Who searched before said what for, and would always be found.
                if event.event.kind == .payloadRead, filter.kind != .payloadRead { continue }
                summary.events += 1
                if let match = try await self.match(event, &summary) { found.append(match) }
                if found.count == matches { break }
            }
            progress(summary)
            guard page.count == filter.limit, found.count < matches, let last = page.last else {
                summary.isComplete = page.count < filter.limit && summary.last == page.last?.sequence ?? summary.last
                break
            }
            filter.after = last.sequence
        }
        return (found, summary)
    }

    private func match(_ event: StoredEvent, _ summary: inout Summary) async throws(StoreError) -> Match? {
        for place in try await self.ledger.places(of: event.event.id, self.context()) {
            for payload in place.payloads {
                let content = try await self.ledger.reveal(payload.kind, of: place.index, self.context())
                guard let content else {
                    summary.erased += 1
                    continue
                }
                summary.payloads += 1
                for text in PayloadText.texts(of: content) {
                    guard let excerpt = self.excerpt(text) else { continue }
                    return Match(event: event, payload: payload.kind, index: place.index, excerpt: excerpt)
                }
            }
        }
        return nil
    }

    /// The text with some of what stands around it; nil where it is not there.
    private func excerpt(_ text: String) -> String? {
        let lower = text.lowercased()
        guard let range = lower.firstRange(of: self.text) else { return nil }
        // Case may change lengths; then the text is shown as it was compared.
        let shown = lower.count == text.count ? text : lower
        let start = lower.distance(from: lower.startIndex, to: range.lowerBound)
        let from = shown.index(shown.startIndex, offsetBy: max(0, start - 40))
        let end = shown.index(from, offsetBy: self.text.count + 80, limitedBy: shown.endIndex) ?? shown.endIndex
        return (from > shown.startIndex ? "…" : "") + shown[from..<end] + (end < shown.endIndex ? "…" : "")
    }
}
