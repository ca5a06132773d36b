import Allocations
import Detection
import Glibc
import Injection
import Screening

/// Measures the whole cascade as requests meet it: patterns, readings, phrases and the learned detector (S0 to S2).
enum PromptBenchmark {
    /// A prompt of about a thousand tokens (4 KB), and what it stands for.
    struct Prompt {
        let name: String
        let text: [UInt8]
    }

    private static let parts: [(name: String, unit: String)] = [
        (
            "prose",
            """
            The warehouse in the north reports that the new shelves are in place and that the second shift starts on \
            Monday. Two of the five forklifts are waiting for parts; the supplier promises them by the end of the week.

            """
        ),
        (
            "code",
            """
            func total(of orders: [Order], in region: Region) -> Money {
                // Orders that were cancelled count for nothing.
                let open = orders.filter { !$0.isCancelled && $0.region == region }
                return open.reduce(.zero) { $0 + $1.price * $1.count }
            }

            """
        ),
        (
            "page",
            """
            <div class="card" style="margin: 0"><h2>Opening hours</h2><!-- Kept up to date by the office in the north. -->
            <p>The <b>warehouse</b> is open from six to ten. <a href="/hours?place=north" title="Hours of all places">More</a></p>
            <img src="/north.png" alt="The gate of the warehouse in the north"></div>

            """
        ),
        (
            "data",
            """
            {"place": "north", "shelves": 214, "note": "The new shelves are in place and the second shift starts on Monday.",
             "tags": ["open", "two shifts"], "supplier": {"name": "Lift & Sons", "note": "Parts come by the end of the week."}}

            """
        ),
        (
            "German",
            """
            Das Lager im Norden meldet, dass die neuen Regale stehen und die zweite Schicht am Montag beginnt. Zwei der \
            fünf Stapler warten noch auf Ersatzteile, die bis Ende der Woche kommen sollen.

            """
        ),
        (
            "personal data",
            """
            Write to ann.bee@mailbox.org about the invoice of March, call +49 30 901820 before noon, and charge \
            4111 1111 1111 1111 for what the second shift has ordered from the supplier in the north.

            """
        ),
        (
            "encoded",
            """
            The attachment says VGhlIHdhcmVob3VzZSBpbiB0aGUgbm9ydGggcmVwb3J0cyB0aGF0IGFsbCBpcyB3ZWxs and the link goes to \
            https://example.com/a%20long%20path?name=value&amp;other=1 as the caf\u{e9} menu in the mail does.

            """
        ),
    ]

    static let prompts = Self.parts.map { part in
        let unit = Array(part.unit.utf8)
        var text: [UInt8] = []
        while text.count < 4096 { text += unit }
        return Prompt(name: part.name, text: text)
    }

    /// What a gateway looks for by patterns where health is not asked for; phrases are looked for apart, in other readings.
    static let usual = Set<Finding.Kind>.all.subtracting(.family(.injection)).subtracting([.date, .url])

    /// What a gateway looks for by default, in what a user says; names are for those who ask for them.
    private static func screen() throws -> Screen {
        Screen(
            patterns: try PatternDatabase(kinds: Self.usual),
            phrases: try PatternDatabase(kinds: .family(.injection)), injections: try InjectionDetector.embedded(),
            looksForHiding: true)
    }

    static func run() throws {
        let screen = try Self.screen()
        let scratch = ScreenScratch()
        var rows: [String] = []
        for prompt in Self.prompts {
            let segments = [ScreenedSegment(channel: .user, range: 0..<prompt.text.count)]
            var findings: [Finding] = []
            var times: [Double] = []
            var allocations: UInt64 = 0
            for round in 0..<1_200 {
                findings.removeAll(keepingCapacity: true)
                let before = allocations_count()
                let start = DetectorBenchmark.processorTime()
                _ = screen.screen(prompt.text.span, segments, with: scratch, into: &findings)
                let time = DetectorBenchmark.processorTime() - start
                let asked = allocations_count() - before
                // The first rounds make room.
                if round >= 200 {
                    times.append(time)
                    allocations = max(allocations, asked)
                }
            }
            times.sort()
            rows.append(
                """
                {"text":"\(prompt.name)","bytes":\(prompt.text.count),"findings":\(findings.count),\
                "p50_us":\(times[times.count / 2]),"p99_us":\(times[times.count * 99 / 100]),"allocations":\(allocations)}
                """)
        }
        print("{\"prompts\":[\(rows.joined(separator: ","))],")
        try Self.engines()
        try Self.streams()
        Self.documents(screen)
    }

    /// Both engines of patterns over the same bytes.
    private static func engines() throws {
        var rows: [String] = []
        for engine in PatternEngine.allCases {
            let database = try PatternDatabase(engine: engine)
            let scratch = Scratch()
            var findings: [Finding] = []
            var figures: [String] = []
            for prompt in Self.prompts {
                var times: [Double] = []
                for _ in 0..<60 {
                    findings.removeAll(keepingCapacity: true)
                    let start = DetectorBenchmark.processorTime()
                    _ = database.scan(prompt.text.span, with: scratch, into: &findings)
                    times.append(DetectorBenchmark.processorTime() - start)
                }
                figures.append("\"\(prompt.name)\":\(DetectorBenchmark.median(times))")
            }
            rows.append("\"\(engine.rawValue)\":{\(figures.joined(separator: ","))}")
        }
        print("\"patterns_us\":{\(rows.joined(separator: ","))},")
    }

    /// A streamed answer: what scanning it costs a piece, and how much of it is held back at most.
    private static func streams() throws {
        let database = try PatternDatabase(
            kinds: Set<Finding.Kind>.family(.secret).union(Set<Finding.Kind>.family(.pii)).subtracting([.url]))
        let scratch = Scratch()
        var rows: [String] = []
        for prompt in Self.prompts {
            var times: [Double] = []
            var longest = 0
            var findings: [Finding] = []
            for _ in 0..<40 {
                var scanner = StreamScanner()
                findings.removeAll(keepingCapacity: true)
                var start = 0
                let begun = DetectorBenchmark.processorTime()
                while start < prompt.text.count {
                    let end = min(start + 20, prompt.text.count)
                    _ = scanner.append(
                        prompt.text.span.extracting(start..<end), with: database, scratch: scratch, findings: &findings)
                    longest = max(longest, end - scanner.settled)
                    start = end
                }
                times.append((DetectorBenchmark.processorTime() - begun) / Double(prompt.text.count / 20))
            }
            rows.append(
                "{\"text\":\"\(prompt.name)\",\"us_a_piece\":\(DetectorBenchmark.median(times)),\"longest_hold\":\(longest)}"
            )
        }
        print("\"streams\":[\(rows.joined(separator: ","))],")
    }

    /// Documents of one and of ten megabytes: milliseconds, and the most memory that the process has had.
    private static func documents(_ screen: Screen) {
        var rows: [String] = []
        for megabytes in [1, 10] {
            var text: [UInt8] = []
            text.reserveCapacity(megabytes << 20)
            while text.count < megabytes << 20 { for prompt in Self.prompts { text += prompt.text } }
            var findings: [Finding] = []
            let scratch = ScreenScratch()
            let segments = [ScreenedSegment(channel: .document, range: 0..<text.count)]
            let start = DetectorBenchmark.processorTime()
            let outcome = screen.screen(text.span, segments, with: scratch, into: &findings)
            let time = (DetectorBenchmark.processorTime() - start) / 1000
            rows.append(
                """
                {"megabytes":\(megabytes),"ms":\(time),"complete":\(outcome == .complete),"findings":\(findings.count),\
                "peak_mib":\(Self.peak())}
                """)
        }
        print("\"documents\":[\(rows.joined(separator: ","))]}")
    }

    /// The most memory that this process has had resident, in MiB.
    private static func peak() -> Int {
        var usage = rusage()
        // SAFE: the call fills the variable, which lives longer than it.
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}
