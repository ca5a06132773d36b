import Console
import Kernel
import Server

/// The demo as people read it, within 100 columns.
struct DemoTextPrinter: DemoPrinter {
    private static let width = 100
    private static let indentation = "   "
    /// Where the text stands behind `in`, `out` and `why`.
    private static let margin = 9

    private let terminal: Terminal
    private let staysOpen: Bool
    private let place = Held<Demo.Place?>(nil)
    /// Where the cursor is in a line of streamed pieces; 0 where none is begun.
    private let column = Held(0)

    init(terminal: Terminal, staysOpen: Bool) {
        self.terminal = terminal
        self.staysOpen = staysOpen
    }

    func tell(_ scene: Demo.Scene) async {
        // Where nobody reads any more, the tour goes on: its exit code is still asked for.
        try? self.print(scene)
    }

    private func print(_ scene: Demo.Scene) throws {
        switch scene {
        case .opened(let place):
            self.place.set(place)
            try self.terminal.write(
                """
                \(self.terminal.paint("gatehouse \(GatehouseVersion.current)", .bold)), a demo on temporary data
                  applications    \(place.addresses.applications)/v1
                  administration  \(place.addresses.administration)
                """)
        case .begins(let plan):
            try self.terminal.write("\n\(self.terminal.paint("\(plan.number)  \(plan.title)", .bold))")
            try self.write("in", plan.sent)
        case .piece(let piece): try self.write(piece: piece)
        case .ended(let step): try self.end(step)
        case .finished(let steps): try self.finish(steps)
        }
    }

    // MARK: Parts of a step

    /// A name and a text beside it.
    private func write(_ name: String, _ text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true).flatMap {
            String($0).printable.wrapped(to: Self.width - Self.margin)
        }
        let blank = String(repeating: " ", count: Self.margin)
        for (index, line) in lines.enumerated() {
            try self.terminal.write(index == 0 ? self.label(name) + line : blank + line)
        }
    }

    private func label(_ name: String) -> String {
        let padding = String(repeating: " ", count: Self.margin - Self.indentation.count - name.count)
        return Self.indentation + self.terminal.paint(name, .faint) + padding
    }

    /// A piece of a stream, with a mark where it ends.
    private func write(piece: String) throws {
        var column = self.column.value
        if column == 0 {
            try self.terminal.write(self.label("out"), terminator: "")
            column = Self.margin
        }
        // The list of sources begins a line of its own, as the answer does.
        for (index, line) in piece.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let text = String(line).printable
            let breaks = index > 0 ? column > Self.margin : column + text.count + 1 > Self.width
            if breaks {
                try self.terminal.write("\n" + String(repeating: " ", count: Self.margin), terminator: "")
                column = Self.margin
            }
            try self.terminal.write(text, terminator: "")
            column += text.count
        }
        try self.terminal.write(self.terminal.paint("|", .faint), terminator: "")
        self.column.set(column + 1)
    }

    private func end(_ step: Demo.Step) throws {
        if self.column.value > 0 {
            try self.terminal.write("")
            self.column.set(0)
        } else {
            try self.write("out", step.answered)
        }
        if let titles = step.table.first {
            let lines = Columns.lines(titles, step.table.dropFirst().map { $0.map(\.printable) })
            for (index, line) in lines.enumerated() {
                let indented = String(repeating: " ", count: Self.margin) + line
                try self.terminal.write(index == 0 ? self.terminal.paint(indented, .faint) : indented)
            }
        }
        try self.write("why", step.why)
        for complaint in step.complaints {
            try self.terminal.write("\(Self.indentation)\(self.terminal.paint("wrong", .red)) \(complaint.printable)")
        }
    }

    // MARK: The end

    private func finish(_ steps: [Demo.Step]) throws {
        let failed = steps.filter { !$0.ok }
        let verdict =
            failed.isEmpty
            ? self.terminal.paint("all six did what they should", .green)
            : self.terminal.paint(
                "these did not do what they should: \(failed.map { "\($0.plan.number)" }.joined(separator: ", "))", .red
            )
        if self.staysOpen, let place = self.place.value {
            try self.terminal.write("\n" + verdict)
            try self.terminal.write(Self.invitation(place))
        } else {
            try self.terminal.write("\n" + verdict)
        }
    }

    /// What one can try now. Flush left, so that it can be copied as it stands.
    private static func invitation(_ place: Demo.Place) -> String {
        let url = "\(place.addresses.applications)/v1"
        return """

            The gateway serves on until Ctrl-C; then its data is removed. In another terminal:

            export GATEHOUSE_KEY=\(place.key)

            curl -s \(url)/chat/completions \\
              -H "Authorization: Bearer $GATEHOUSE_KEY" -H "Content-Type: application/json" \\
              -d '{"model": "\(place.model)", "messages": [{"role": "user", "content":
                   "Ann reads mail at ann@mailbox.org on Mondays. When does Ann read mail?"}]}'

            \(CommandLine.arguments.first ?? "gatehouse") events tail --follow --config \(place.folder)/gatehouse.yaml

            # Python, with the official SDK: pip install openai
            import os, openai
            client = openai.OpenAI(base_url="\(url)", api_key=os.environ["GATEHOUSE_KEY"])
            question = "Bees sleep at night. Owls sleep by day. When do owls sleep?"
            messages = [{"role": "user", "content": question}]
            for chunk in client.chat.completions.create(model="\(place.model)", stream=True, messages=messages):
                print(chunk.choices[0].delta.content or "", end="", flush=True)
            """
    }
}
