import ArgumentParser
import Audit
import Cedar
import Console
import Kernel
import Policy
import Server
import Settings

struct PolicyExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why an exchange was refused, changed or permitted.",
        discussion: """
            Shows for each decision what was asked, what was known, which policy decided, which of its conditions held, \
            and what would have to be different. It needs no knowledge of the policy language.

            EXAMPLE:
              gatehouse policy explain exch_01kajx2v5n8q3r7t9w0y4z6b1c
            """)

    @Argument(help: ArgumentHelp("The id of an exchange, as answers carry it in x-request-id.", valueName: "exchange"))
    var id: String

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        guard let id = Event.ID(self.id) else {
            throw CommandFailure(
                "`\(self.id.printable)` is no id of an exchange", hint: "gatehouse events tail shows the ids",
                exitCode: .configuration)
        }
        let desk = try Operator(self.configuration)
        guard let stored = try await desk.stores.events.event(id, desk.context()) else {
            throw CommandFailure("there is no event `\(id)`", hint: "gatehouse events tail shows the latest")
        }
        if let act = stored.look("policy explain") { try desk.remember(act) }
        let records = try RecordedDecision.all(inEvent: stored.json)
        var points: [String: CedarDecisionPoint] = [:]
        var explanations: [Explanation] = []
        for record in records {
            let hash = record.decision.bundle
            let point = if let known = points[hash] { known } else { try await self.point(hash, desk) }
            points[hash] = point
            explanations.append(point.explain(record.question, record.decision))
        }
        let terminal = Terminal.current
        // Where our own policies refuse, nobody else is asked; where none is configured, there is nothing to say.
        let wasAsked = records.contains { $0.decision.isOutside }
        let isMissed = !wasAsked && desk.settings.policies.outside.url != nil
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.name("decisions")
            json.beginArray()
            for (record, explanation) in zip(records, explanations) {
                json.beginObject()
                json.name("decision")
                record.decision.write(to: &json)
                json.member("lines", explanation.lines)
                json.name("question")
                record.question.write(to: &json)
                json.endObject()
            }
            json.endArray()
            if wasAsked || isMissed { json.member("outside", wasAsked ? "asked" : "not asked") }
            json.endObject()
            return try terminal.write(json)
        }
        guard !explanations.isEmpty else {
            return try terminal.write(
                "No policy refused or changed anything in `\(id)`: it was a plain permit, or none was asked.")
        }
        for (number, explanation) in explanations.enumerated() {
            if number > 0 { try terminal.write("") }
            for line in explanation.lines { try terminal.write(line.printable) }
        }
        if isMissed { try terminal.write("\nThe outside decision point was not asked.") }
    }

    /// The policies that decided then, if they are still known, or else those in force.
    private func point(_ hash: String, _ desk: Operator) async throws -> CedarDecisionPoint {
        let byDefault = try PolicyBundle(unproved: DefaultPolicies.files)
        if hash == byDefault.hash { return try CedarDecisionPoint(byDefault) }
        let isKept = try await desk.stores.bundles.bundles(desk.context()).contains { $0.hash == hash }
        let files =
            try await isKept ? desk.stores.bundles.files(of: hash, desk.context()) : PolicySource.active(desk)
        return try CedarDecisionPoint(PolicyBundle(unproved: files))
    }
}
