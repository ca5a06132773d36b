import Kernel
import Policy

// Measures decisions: the policies that come with Gatehouse, twenty, and a thousand, of which most are about others.

/// One bundle and the questions put to it.
struct Scenario {
    let name: String
    let point: CedarDecisionPoint
    let questions: [Question]

    func measure(rounds: Int) -> (median: Double, p99: Double) {
        let clock = ContinuousClock()
        var times: [Double] = []
        times.reserveCapacity(rounds)
        var permitted = 0
        for round in 0..<rounds {
            let question = self.questions[round % self.questions.count]
            let time = clock.measure { if self.point.decide(question).isPermitted { permitted += 1 } }
            times.append(Double(time.components.attoseconds) / 1e12)
        }
        precondition(permitted > 0 && permitted < rounds, "a scenario permits some and refuses some")
        times.sort()
        return (times[times.count / 2], times[times.count * 99 / 100])
    }
}

func policies(_ count: Int) -> [PolicyFile] {
    var text = ""
    for number in 0..<count {
        let team = "team-\(number % 50)"
        text += """
            @id("team-\(number)") @remedy("redact") @kinds("secret")
            forbid (principal in Gatehouse::Team::"\(team)", action == Gatehouse::Action::"infer", resource)
            when { context.findings has secret && context.labels.confidentiality >= \(number % 4) && resource.approved };

            """
    }
    return DefaultPolicies.files.filter { $0.name == "default.cedar" } + [PolicyFile(name: "teams.cedar", text: text)]
}

let subject = Subject(
    .service, id: "key_01hzy3v5a8d0w2k4m6n8p0q2r4", tenant: "acme", groups: ["engineering", "staff"], teams: ["team-7"])
let model = ModelFacts(alias: "gpt", provider: "openai", boundary: .external, region: "eu-west-1", groups: ["large"])
let moment = Timestamp(microseconds: 1_795_000_000_000_000)
let plain = Question(principal: subject, action: .infer, resource: .model(model), time: moment)
var found = plain
found.findings.add("secret.github_token", count: 2, score: 95)
found.findings.add("pii.email", count: 1, score: 80)
var full = found
full.onBehalfOf = [
    Subject(.user, id: "mia", tenant: "acme", groups: ["staff"], teams: ["team-7"], clearance: .confidential)
]
full.useCase = UseCase(id: "support", tenant: "acme", riskTier: .limited, isApproved: true)
full.run = Run(steps: 4, calls: 12, cost: Microdollars(120_000))
full.purpose = "support"
full.budgetRemaining = Microdollars(5_000_000)
full.labels = Labels(confidentiality: .confidential, isTrusted: false, tags: ["pii:eu", "ticket"])

for (name, files) in [("default", DefaultPolicies.files), ("20", policies(11)), ("1000", policies(991))] {
    let point = try CedarDecisionPoint(PolicyBundle(unproved: files))
    for (what, questions) in [("plain", [plain, plain, plain, found]), ("full context", [full, full, full, plain])] {
        let result = Scenario(name: name, point: point, questions: questions).measure(rounds: 50_000)
        print("\(name) policies, \(what): median \(result.median) us, p99 \(result.p99) us")
    }
}

/// A bundle as large as nobody should write one: how long it takes to read and validate.
let manyPolicies = (0..<100_000).map { number in
    #"@id("p\#(number)") permit (principal == Gatehouse::User::"u\#(number)", action == Gatehouse::Action::"infer", resource);"#
}
let clock = ContinuousClock()
let reading = try clock.measure {
    _ = try PolicyBundle(unproved: [PolicyFile(name: "many.cedar", text: manyPolicies.joined(separator: "\n"))])
}
print("100000 policies read and validated in \(reading)")
