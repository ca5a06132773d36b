import Audit
import Console
import Kernel
import Server
import TextSearch

extension AuditSearchCommand {
    /// Opens what the filter leaves, and prints what has the text in it.
    @inline(never)
    func find(_ text: String, _ filter: EventFilter, _ desk: Operator) async throws {
        let terminal = Terminal.current
        guard let search = TextSearch(text, in: desk.stores.events, context: { desk.context() }) else {
            throw CommandFailure("a text to search for has a letter or a digit", exitCode: .configuration)
        }
        let size = try await desk.stores.events.head(desk.context()).size
        try desk.remember(
            .payloadRead(of: "leaves:0-\(max(0, size - 1))", why: "search for `\(text)`: \(self.why ?? "")"))
        let showsProgress = terminal.isErrorColoured
        var filter = filter
        // What is in the log by now, without that somebody searches.
        filter.after = filter.after ?? size + 1
        let result = try await search.run(filter, events: self.scan, matches: self.limit) { summary in
            if showsProgress { terminal.overwrite("\(summary.events) events, \(summary.payloads) payloads opened") }
        }
        if showsProgress { terminal.overwrite("") }
        for match in result.matches { try self.tell(match, terminal) }
        try self.tell(result.summary, found: result.matches.count, terminal)
    }

    private func tell(_ match: TextSearch.Match, _ terminal: Terminal) throws {
        guard self.output.isJSON else {
            let event = match.event.event
            return try terminal.write(
                "\(event.time)  \(event.id)  \(match.payload.rawValue)  \(match.excerpt.printable)")
        }
        var json = JSONWriter()
        json.beginObject()
        json.member("id", match.event.event.id.description)
        json.member("sequence", match.event.sequence)
        json.member("leaf", match.index)
        json.member("payload", match.payload.rawValue)
        json.member("excerpt", match.excerpt)
        json.endObject()
        try terminal.write(json)
    }

    private func tell(_ summary: TextSearch.Summary, found: Int, _ terminal: Terminal) throws {
        guard !self.output.isJSON else { return }
        if found == 0 { try terminal.write("It was not found.") }
        var words = "\(summary.events) events looked at, \(summary.payloads) payloads opened, \(summary.erased) erased"
        if !summary.isComplete, let last = summary.last { words += "; there are more: --after \(last)" }
        try terminal.write(words)
    }
}
