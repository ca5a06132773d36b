// cedar-decisions: reads cases as JSON lines and prints what Cedar decides, for the comparison in cedar.py.
//
// A line holds `policies` (text), `entities` (JSON), `requests` (JSON). The answer is one line for each request: the
// verdict, the determining policies and the failed ones, each sorted; or `rejected` and the reason, where a part of the
// case could not be read.

import Cedar
import Kernel

/// What a line of the input asks.
struct DecisionCase {
    let policies: String
    let entities: [UInt8]
    let requests: [[UInt8]]

    init?(_ line: String) {
        let bytes = Array(line.utf8)
        guard let tape = try? JSONTape(bytes.span),
            let policies = tape.member("policies", of: tape.root, in: bytes.span),
            let entities = tape.member("entities", of: tape.root, in: bytes.span),
            let requests = tape.member("requests", of: tape.root, in: bytes.span)
        else { return nil }
        self.policies = tape.string(policies, in: bytes.span) ?? ""
        self.entities = Array(bytes[tape[entities].range])
        var list: [[UInt8]] = []
        var element = tape.firstElement(of: requests)
        while let current = element {
            list.append(Array(bytes[tape[current].range]))
            element = tape.element(after: current, of: requests)
        }
        self.requests = list
    }

    func answers() -> [String] {
        do throws(CedarError) {
            let policies = try PolicySet(parsing: self.policies)
            let entities = try Entities(json: self.entities)
            var answers: [String] = []
            for request in self.requests {
                let decision = policies.decide(try AccessRequest(json: request), entities)
                let determining = decision.determining.map(\.description).sorted().joined(separator: ",")
                let failures = decision.failures.map(\.policy.description).sorted().joined(separator: ",")
                answers.append("\(decision.verdict.rawValue) [\(determining)] [\(failures)]")
            }
            return answers
        } catch {
            return self.requests.map { _ in "rejected \(error.description)" }
        }
    }
}

while let line = readLine() {
    guard let test = DecisionCase(line) else {
        print("rejected the line")
        continue
    }
    for answer in test.answers() { print(answer) }
}
