import ArgumentParser
import Audit
import AuditExport
import Console
import Foundation
import Kernel
import Server
import Verification

struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Take the log, or a part of it, out: to prove it, or to analyse it.",
        discussion: """
            A bundle can be verified without the gateway: its leaves, their tree, signed checkpoints, and with --payloads \
            what is sealed beside them. A part of the log (--from, --to, --tenant) carries a proof for each leaf instead.

            With --signed, JSON Lines end with a line that the log's key signed, so that `gatehouse audit verify --lines` \
            sees whether one was changed or left out.

            The other formats are for analysts' tools, one event a line on standard output: OCSF 1.8, ECS 8, CEF 0, OTLP \
            logs, or the leaves as JSON Lines. Names of people are pseudonyms in all of them.

            EXAMPLE:
              gatehouse audit export --output bundle.tar
              gatehouse audit export --output acme.tar --tenant acme --payloads
              gatehouse audit export --format ocsf --from 1000 > events.jsonl
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case bundle, ocsf, ecs, cef, otlp, jsonl
    }

    @Option(help: ArgumentHelp("How it is written.", valueName: "format"))
    var format = Format.bundle

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The file of a bundle; it must not be there yet.", valueName: "path"))
    var output: String?

    @Option(help: ArgumentHelp("The index of the first leaf.", valueName: "index"))
    var from: Int64 = 0

    @Option(
        help: ArgumentHelp(
            "The index behind the last leaf. Without it: all that a checkpoint covers.", valueName: "index"))
    var to: Int64?

    @Option(help: ArgumentHelp("Only the leaves of this tenant.", valueName: "name"))
    var tenant: String?

    @Flag(help: "End JSON Lines with a signature of the log.")
    var signed = false

    @Flag(help: "Put sealed payloads into the bundle. Only who has their keys can read them.")
    var payloads = false

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var result: OutputOption

    func validate() throws {
        guard self.from >= 0, self.to.map({ $0 >= self.from }) ?? true else {
            throw ValidationError("expected `--from` and `--to` to be indices of leaves, in this order")
        }
        guard !self.signed || self.format == .jsonl else {
            throw ValidationError("`--signed` goes with `--format jsonl`; a bundle is signed as it is")
        }
        guard (self.format == .bundle) == (self.output != nil) else {
            throw ValidationError("a bundle needs `--output`, other formats go to standard output")
        }
    }

    func run() async throws {
        let desk = try Operator(self.configuration)
        if let path = self.output { try await self.writeBundle(path, desk) } else { try await self.writeLines(desk) }
    }

    private func writeBundle(_ path: String, _ desk: Operator) async throws {
        let terminal = Terminal.current
        let policy = try Auditing.policy(desk.settings)
        var request = BundleWriter.Request(keys: policy.keys, policy: policy.text, created: desk.now)
        request.range = self.from == 0 && self.to == nil ? nil : self.from..<(self.to ?? Int64.max)
        request.tenant = self.tenant
        request.hasPayloads = self.payloads
        let showsProgress = terminal.isErrorColoured
        let writer = BundleWriter(desk.stores.events, desk.context()) { done, all in
            if showsProgress { terminal.overwrite("\(done) of \(all) leaves") }
        }
        let file = try ArchiveFile(path: path)
        let manifest: BundleManifest
        do {
            manifest = try await writer.write(request, to: file)
            try file.close()
        } catch {
            // Half a bundle would look like one that was tampered with.
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
        if showsProgress { terminal.overwrite("") }
        let range = manifest.range
        try desk.remember(.exportMade(of: "leaves:\(range.lowerBound)-\(range.upperBound - 1)"))
        if self.result.isJSON {
            try terminal.write(String(decoding: manifest.json.dropLast(), as: UTF8.self))
            return
        }
        try terminal.write(
            "Wrote \(path): leaves \(range.lowerBound) to \(range.upperBound - 1) of \(manifest.origin).")
        try terminal.write("Verify it: gatehouse audit verify --bundle \(path) --policy trust.policy")
    }

    private func writeLines(_ desk: Operator) async throws {
        guard let format = ExportFormat(rawValue: self.format.rawValue) else { return }
        let terminal = Terminal.current
        let formatter = ExportFormatter(
            format, version: GatehouseVersion.current, host: ProcessInfo.processInfo.hostName)
        let log = desk.stores.events
        var next = self.from
        var signature = self.signed ? SignedLines(origin: log.origin) : nil
        while next < self.to ?? Int64.max {
            let limit = Int(min(256, (self.to ?? Int64.max) - next))
            let leaves = try await log.leaves(from: next, limit: limit, desk.context())
            guard let last = leaves.last else { break }
            var records: [ExportRecord] = []
            for leaf in leaves {
                let record = try ExportRecord(origin: log.origin, index: leaf.index, bytes: leaf.bytes)
                if self.tenant == nil || record.leaf.tenant == self.tenant { records.append(record) }
            }
            if signature != nil {
                for line in records.flatMap(formatter.texts) { signature?.add(line) }
            }
            if !records.isEmpty {
                let body = formatter.body(records)
                try terminal.write(String(decoding: body, as: UTF8.self), terminator: format == .otlp ? "\n" : "")
            }
            next = last.index + 1
        }
        if let signature {
            let line = try signature.signature(by: Auditing.signingKey(desk.settings))
            try terminal.write(String(decoding: line, as: UTF8.self))
        }
        if next > self.from { try desk.remember(.exportMade(of: "leaves:\(self.from)-\(next - 1)")) }
    }
}
