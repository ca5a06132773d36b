package import DetectorTraining
package import Kernel

/// Figures over a set of texts; nil where there are too few texts of a kind.
package struct DetectorFigures: Sendable {
    package var attacks = 0
    package var clean = 0
    /// The area under the curve of recall over false alarms.
    package var area: Double?
    package var areaInterval: ClosedRange<Double>?
    /// At the frozen threshold of one false alarm in a hundred: the share of attacks found, and of clean texts flagged.
    package var recall: Double?
    package var recallInterval: ClosedRange<Double>?
    package var alarms: Double?
    package var alarmsInterval: ClosedRange<Double>?
    /// The same at the frozen threshold of one in a thousand.
    package var strictRecall: Double?
    package var strictAlarms: Double?
    /// Recall where the threshold is such that exactly one in a hundred of these clean texts is flagged.
    package var ownRecall: Double?
    /// How far probabilities are from what came true.
    package var calibrationError: Double?

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("attacks", self.attacks)
        json.member("clean", self.clean)
        json.member("auc", self.area)
        json.member("auc_interval", self.areaInterval)
        json.member("tpr_at_1_percent", self.recall)
        json.member("tpr_at_1_percent_interval", self.recallInterval)
        json.member("fpr_at_1_percent", self.alarms)
        json.member("fpr_at_1_percent_interval", self.alarmsInterval)
        json.member("tpr_at_0_1_percent", self.strictRecall)
        json.member("fpr_at_0_1_percent", self.strictAlarms)
        json.member("tpr_at_own_1_percent", self.ownRecall)
        json.member("calibration_error", self.calibrationError)
        json.endObject()
    }
}

/// Spans that were expected and found; a span is found where the overlap is 0.7 of both together.
package struct SpanTally: Sendable {
    /// How much two spans must have in common, of all that either covers.
    package static let overlap = 0.7

    package private(set) var expected: [String: (count: Int, found: Int)] = [:]
    package private(set) var found: [String: (count: Int, right: Int)] = [:]

    var isEmpty: Bool { self.expected.isEmpty && self.found.isEmpty }

    mutating func add(expected: [LabelledSpan], found: [LabelledSpan]) {
        for span in expected {
            self.expected[span.kind, default: (0, 0)].count += 1
            if found.contains(where: { Self.isSame($0.range, span.range) }) { self.expected[span.kind]?.found += 1 }
        }
        for span in found {
            self.found[span.kind, default: (0, 0)].count += 1
            if expected.contains(where: { Self.isSame($0.range, span.range) }) { self.found[span.kind]?.right += 1 }
        }
    }

    private static func isSame(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
        let common = one.clamped(to: other).count
        let all = one.count + other.count - common
        return all > 0 && Double(common) / Double(all) >= Self.overlap
    }

    /// The share of findings that were expected.
    package var precision: Double {
        let all = self.found.values.reduce(0) { $0 + $1.count }
        return Double(self.found.values.reduce(0) { $0 + $1.right }) / Double(max(1, all))
    }

    /// The share of expected spans that were found.
    package var recall: Double {
        let all = self.expected.values.reduce(0) { $0 + $1.count }
        return Double(self.expected.values.reduce(0) { $0 + $1.found }) / Double(max(1, all))
    }

    /// Precision and recall as one figure that holds recall twice as dear.
    package var f2: Double {
        let (precision, recall) = (self.precision, self.recall)
        return precision + recall > 0 ? 5 * precision * recall / (4 * precision + recall) : 0
    }
}

/// Texts with a credential, and without, and in which of them one was found.
package struct SecretTally: Sendable {
    package private(set) var found = 0
    package private(set) var missed = 0
    package private(set) var alarms = 0
    package private(set) var clean = 0

    var isEmpty: Bool { self.found + self.missed + self.alarms + self.clean == 0 }

    mutating func add(isSecret: Bool, isFound: Bool) {
        switch (isSecret, isFound) {
        case (true, true): self.found += 1
        case (true, false): self.missed += 1
        case (false, true): self.alarms += 1
        case (false, false): self.clean += 1
        }
    }

    package var precision: Double { Double(self.found) / Double(max(1, self.found + self.alarms)) }
    package var recall: Double { Double(self.found) / Double(max(1, self.found + self.missed)) }
}

/// What is left of a detector when texts are disguised.
package struct EvasionResult: Sendable {
    package let transform: EvasionTransform
    package let recall: Double
    package let cleanRecall: Double
    package let alarms: Double
    package let cleanAlarms: Double
    let texts: Int

    package init(
        transform: EvasionTransform, recall: Double, cleanRecall: Double, alarms: Double, cleanAlarms: Double,
        texts: Int
    ) {
        self.transform = transform
        self.recall = recall
        self.cleanRecall = cleanRecall
        self.alarms = alarms
        self.cleanAlarms = cleanAlarms
        self.texts = texts
    }

    /// At least 85 % of the recall without disguise, and at most twice the false alarms (one text more is chance).
    package var passes: Bool {
        self.recall >= 0.85 * self.cleanRecall
            && self.alarms <= 2 * self.cleanAlarms + 1.01 / Double(max(1, self.texts))
    }
}

/// What an evaluation found.
package struct EvaluationReport: Sendable {
    package var overall = DetectorFigures()
    package var channels: [(name: String, figures: DetectorFigures)] = []
    package var languages: [(name: String, figures: DetectorFigures)] = []
    package var families: [(name: String, figures: DetectorFigures)] = []
    package var spans: SpanTally?
    package var secrets: SecretTally?
    /// Microseconds a kilobyte (texts below one count as one): the middle, and the hundredth that takes longest; and all
    /// time over all kilobytes.
    package var latency: (middle: Double, high: Double, overall: Double)?
    package var evasions: [EvasionResult] = []
    /// Rows whose label says nothing about what is measured.
    package var leftOut = 0

    init() {}

    /// The report as JSON.
    package func json(detector: String) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.member("detector", detector)
        json.member("rows_left_out", self.leftOut)
        json.name("overall")
        self.overall.write(to: &json)
        Self.write(self.channels, "channels", to: &json)
        Self.write(self.languages, "languages", to: &json)
        Self.write(self.families, "families", to: &json)
        if let spans = self.spans {
            json.name("spans")
            json.beginObject()
            json.member("precision", spans.precision)
            json.member("recall", spans.recall)
            json.member("f2", spans.f2)
            json.name("kinds")
            json.beginObject()
            for kind in spans.expected.keys.sorted() {
                json.name(kind)
                json.beginObject()
                json.member("expected", spans.expected[kind]?.count ?? 0)
                json.member("found", spans.expected[kind]?.found ?? 0)
                json.endObject()
            }
            json.endObject()
            json.name("findings")
            json.beginObject()
            for kind in spans.found.keys.sorted() {
                json.name(kind)
                json.beginObject()
                json.member("found", spans.found[kind]?.count ?? 0)
                json.member("right", spans.found[kind]?.right ?? 0)
                json.endObject()
            }
            json.endObject()
            json.endObject()
        }
        if let secrets = self.secrets {
            json.name("secrets")
            json.beginObject()
            json.member("precision", secrets.precision)
            json.member("recall", secrets.recall)
            json.member("false_alarms", secrets.alarms)
            json.member("clean", secrets.clean + secrets.alarms)
            json.member("secrets", secrets.found + secrets.missed)
            json.endObject()
        }
        if let latency = self.latency {
            json.name("microseconds_per_kilobyte")
            json.beginObject()
            json.member("p50", latency.middle)
            json.member("p99", latency.high)
            json.member("overall", latency.overall)
            json.endObject()
        }
        if !self.evasions.isEmpty {
            json.name("evasions")
            json.beginArray()
            for result in self.evasions {
                json.beginObject()
                json.member("transform", result.transform.name)
                json.member("family", result.transform.family.rawValue)
                json.member("readable", result.transform.isReadable)
                json.member("tpr", result.recall)
                json.member("clean_tpr", result.cleanRecall)
                json.member("fpr", result.alarms)
                json.member("clean_fpr", result.cleanAlarms)
                json.member("passes", result.passes)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
        return json
    }

    private static func write(
        _ groups: [(name: String, figures: DetectorFigures)], _ name: StaticString, to json: inout JSONWriter
    ) {
        json.name(name)
        json.beginObject()
        for group in groups {
            json.name(group.name)
            group.figures.write(to: &json)
        }
        json.endObject()
    }
}

extension JSONWriter {
    /// An interval as a list of two numbers.
    mutating func member(_ name: StaticString, _ value: ClosedRange<Double>?) {
        guard let value else { return }
        self.name(name)
        self.raw(Array("[\(value.lowerBound.fixed(4)),\(value.upperBound.fixed(4))]".utf8))
    }
}
