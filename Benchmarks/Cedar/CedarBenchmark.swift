import Cedar
import Glibc
import Kernel

/// Measures decisions with 20 and with 1,000 policies and a full context.
///
/// Prints one JSON object for each size: medians and 99th percentiles of microseconds for a decision, and for reading the
/// request from JSON and deciding, and of the processor's time for a decision, which other programs on the machine do not
/// lengthen by their turns. With the argument `cases` it prints the policies, entities and requests instead, for
/// `side_by_side.py`, which measures the same with the reference implementation.
@main
enum CedarBenchmark {
    static func main() throws {
        let isListing = CommandLine.arguments.dropFirst().first == "cases"
        var rows: [String] = []
        for count in [20, 1_000] {
            let text = Self.policies(count)
            let requests = (0..<40).map(Self.request)
            rows.append(
                try isListing ? Self.listed(count, text, requests) : Self.measured(count, text, requests))
        }
        print("[\(rows.joined(separator: ",\n"))]")
    }

    // MARK: Measuring

    private static func measured(_ count: Int, _ text: String, _ json: [String]) throws -> String {
        let clock = ContinuousClock()
        let start = clock.now
        let policies = try PolicySet(parsing: text)
        let preparing = clock.now - start
        let entities = try Entities(json: Array(Self.entities.utf8))
        let bytes = json.map { Array($0.utf8) }
        let requests = try bytes.map { try AccessRequest(json: $0) }
        var allowed = 0
        var decisions: [Double] = []
        var whole: [Double] = []
        var processor: [Double] = []
        for round in 0..<20_000 {
            let request = requests[round % requests.count]
            var before = clock.now
            let decision = policies.decide(request, entities)
            decisions.append(Self.microseconds(clock.now - before))
            before = clock.now
            let again = policies.decide(try AccessRequest(json: bytes[round % bytes.count]), entities)
            whole.append(Self.microseconds(clock.now - before))
            let start = Self.processorTime()
            let third = policies.decide(request, entities)
            processor.append(Self.processorTime() - start)
            if decision.verdict == .allow, third == decision, again.verdict == .allow { allowed += 1 }
        }
        return """
            {"policies":\(count),"bytes":\(text.utf8.count),"prepare_us":\(Self.microseconds(preparing)),\
            "decide":\(Self.summary(decisions)),"decide_processor":\(Self.summary(processor)),\
            "read_and_decide":\(Self.summary(whole)),"allowed":\(allowed)}
            """
    }

    private static func summary(_ values: [Double]) -> String {
        let sorted = values.sorted()
        return "{\"median_us\":\(sorted[sorted.count / 2]),\"p99_us\":\(sorted[sorted.count * 99 / 100])}"
    }

    /// Microseconds that this thread has had a processor.
    private static func processorTime() -> Double {
        var time = timespec()
        // SAFE: the call fills the variable, which lives longer than it.
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    private static func microseconds(_ duration: Duration) -> Double {
        Double(duration.components.attoseconds) / 1e12 + Double(duration.components.seconds) * 1e6
    }

    private static func listed(_ count: Int, _ text: String, _ requests: [String]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("count", count)
        writer.member("policies", text)
        writer.member("entities", Self.entities)
        writer.name("requests")
        writer.beginArray()
        for request in requests { writer.raw(Array(request.utf8)) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    // MARK: What is decided

    /// A company's rules: a quarter names the action and a team, a quarter a group of models, a quarter a tool, and a
    /// quarter applies to whatever is asked for and looks at the context.
    private static func policies(_ count: Int) -> String {
        (0..<count).map { index in
            switch index % 4 {
            case 0:
                """
                permit (principal in G::Team::"t\(index / 4 % 50)", action == G::Action::"infer", resource is G::Model)
                when { resource.approved && context.confidentiality <= resource.greatest && context.purpose != "p\(index)" };
                """
            case 1:
                """
                permit (principal is G::User, action in [G::Action::"infer", G::Action::"embed"],
                  resource in G::ModelGroup::"m\(index / 4 % 50)")
                when { context has useCase && context.useCase.approved && context.budget > 0 };
                """
            case 2:
                """
                permit (principal, action == G::Action::"call", resource == G::Tool::"tool\(index)")
                when { ["read", "list"].contains(context.verb) };
                """
            default:
                """
                forbid (principal, action == G::Action::"infer", resource is G::Model)
                when { context.labels.contains("label\(index)") && !(resource.region like "eu-*") }
                unless { context.score.lessThan(decimal("0.\(index % 10)5")) };
                """
            }
        }.joined(separator: "\n")
    }

    private static func request(_ index: Int) -> String {
        """
        {"principal":{"type":"G::User","id":"u\(index % 20)"},"action":{"type":"G::Action","id":"infer"},\
        "resource":{"type":"G::Model","id":"model\(index % 10)"},"context":{"confidentiality":\(index % 4),\
        "purpose":"support","useCase":{"__entity":{"type":"G::UseCase","id":"helpdesk"}},"budget":\(1000 + index),\
        "labels":["pii:email","pii:name","finance","label\(index % 7 * 4 + 3)"],"taint":["untrusted-web"],\
        "score":{"__extn":{"fn":"decimal","arg":"0.\(index % 9)1"}},"injection":{"__extn":{"fn":"decimal","arg":"0.02"}},\
        "now":{"__extn":{"fn":"datetime","arg":"2026-11-21T11:35:00Z"}},\
        "source":{"__extn":{"fn":"ip","arg":"10.1.2.\(index)"}},"run":{"steps":\(index),"tokens":1200,"tools":3},\
        "boundary":"external","region":"eu-central","stream":true,"tier":2}}
        """
    }

    private static let entities: String = {
        func uid(_ type: String, _ id: String) -> String { "{\"type\":\"G::\(type)\",\"id\":\"\(id)\"}" }
        func entity(_ type: String, _ id: String, _ attributes: String, _ parents: [String] = []) -> String {
            "{\"uid\":\(uid(type, id)),\"attrs\":{\(attributes)},\"parents\":[\(parents.joined(separator: ","))]}"
        }
        var list = (0..<50).map { entity("Team", "t\($0)", "", $0 == 0 ? [] : [uid("Team", "t\($0 / 5)")]) }
        list += (0..<20).map { entity("User", "u\($0)", "\"clearance\":\($0 % 4)", [uid("Team", "t\($0 + 20)")]) }
        list += (0..<50).map { entity("ModelGroup", "m\($0)", "") }
        list += (0..<10).map {
            entity(
                "Model", "model\($0)",
                "\"approved\":true,\"greatest\":2,\"region\":\"\($0 % 3 == 0 ? "us-east" : "eu-west")\"",
                [uid("ModelGroup", "m\($0)"), uid("ModelGroup", "m0")])
        }
        list.append(entity("UseCase", "helpdesk", "\"approved\":true"))
        return "[\(list.joined(separator: ","))]"
    }()
}
