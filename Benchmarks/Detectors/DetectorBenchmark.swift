import Detection
import Glibc

/// Measures the detectors beside the bare library: the same bytes, the same compiled patterns, turn by turn.
///
/// Prints one JSON object: for each text its bytes, and the medians of microseconds for one scan by the detectors and by
/// the library alone. Run by `Benchmarks/run`. With `prompts` it measures the whole cascade instead, with `cases` it prints
/// the texts of that; `side_by_side.py` runs both. With `starts` it measures what making patterns ready costs.
@main
enum DetectorBenchmark {
    private static let prose = """
        The warehouse in the north reports that the new shelves are in place and that the second shift starts on Monday. \
        Two of the five forklifts are waiting for parts; the supplier promises them by the end of the week, and until then \
        the heavy pallets stay on the ground floor. Nobody was hurt when the gate jammed, and it was repaired the same day.
        """
    /// An address, a telephone, a card and a token, which are made up here.
    private static let secrets = """
        Write to ann.bee@mailbox.org about the invoice, call +49 30 901820 before noon, and charge 4111 1111 1111 1111. \
        The build signs in with \("ghp" + "_")Demo0123456789Demo0123456789Demo0123, which must not leave the house.
        """
    /// 2 KB of ordinary prose without anything to find.
    private static let clean = Self.filled("")
    /// The same beginning with what is to be found.
    private static let dirty = Self.filled(Self.secrets)

    static func main() throws {
        if CommandLine.arguments.dropFirst() == ["prompts"] { return try PromptBenchmark.run() }
        if CommandLine.arguments.dropFirst() == ["cases"] { return Self.printCases() }
        if CommandLine.arguments.dropFirst() == ["starts"] { return try Self.printStarts() }
        let database = try PatternDatabase(kinds: PromptBenchmark.usual)
        let scratch = Scratch()
        var rows: [String] = []
        for (name, text) in [("clean", Self.clean), ("dirty", Self.dirty)] {
            var findings: [Finding] = []
            var scans: [Double] = []
            var bare: [Double] = []
            var found = 0
            for _ in 0..<60 {
                scans.append(
                    Self.microseconds {
                        findings.removeAll(keepingCapacity: true)
                        _ = database.scan(text.span, with: scratch, into: &findings)
                        found += findings.count
                    })
                bare.append(Self.microseconds { found += database.unconfirmedHits(in: text.span, with: scratch) })
            }
            rows.append(
                """
                {"text":"\(name)","bytes":\(text.count),"findings":\(findings.count),\
                "scan_us":\(Self.median(scans)),"bare_us":\(Self.median(bare)),"checksum":\(found)}
                """)
        }
        print("[\(rows.joined(separator: ","))]")
    }

    /// What it takes to make patterns ready, by what is looked for and by engine: milliseconds of the processor.
    private static func printStarts() throws {
        let personal = Set<Finding.Kind>.family(.secret).union(Set<Finding.Kind>.family(.pii)).subtracting([.url])
        let sets: [(name: String, kinds: Set<Finding.Kind>)] = [
            ("secrets and personal data", personal), ("usual", PromptBenchmark.usual),
            ("phrases", .family(.injection)),
        ]
        var rows: [String] = []
        for (name, kinds) in sets {
            for engine in PatternEngine.allCases {
                let start = Self.processorTime()
                let database = try PatternDatabase(kinds: kinds, engine: engine)
                let made = Self.processorTime()
                var findings: [Finding] = []
                let scratch = Scratch()
                for prompt in PromptBenchmark.prompts {
                    _ = database.scan(prompt.text.span, with: scratch, into: &findings)
                }
                let scanned = Self.processorTime()
                rows.append(
                    """
                    {"patterns":"\(name)","engine":"\(engine.rawValue)","ready_ms":\((made - start) / 1000),\
                    "first_scans_ms":\((scanned - made) / 1000),"findings":\(findings.count)}
                    """)
            }
        }
        print("[\(rows.joined(separator: ",\n"))]")
    }

    private static func printCases() {
        let rows = PromptBenchmark.prompts.map { prompt in
            "{\"name\":\"\(prompt.name)\",\"bytes\":[\(prompt.text.map(String.init).joined(separator: ","))]}"
        }
        print("[\(rows.joined(separator: ","))]")
    }

    /// The processor's time for one call, from a thousand: other programs on the machine do not lengthen it by their turns.
    private static func microseconds(_ body: () -> Void) -> Double {
        let start = Self.processorTime()
        for _ in 0..<1000 { body() }
        return (Self.processorTime() - start) / 1000
    }

    /// Microseconds that this thread has had a processor.
    static func processorTime() -> Double {
        var time = timespec()
        // SAFE: the call fills the variable, which lives longer than it.
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func filled(_ start: String) -> [UInt8] {
        var bytes = Array(start.utf8)
        while bytes.count < 2048 { bytes += Array(Self.prose.utf8) + [0x0A] }
        return Array(bytes.prefix(2048))
    }
}
