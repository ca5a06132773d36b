import Cedar
import Detection
import Kernel
import Testing

@testable import Policy

@Suite("What the decision point says")
struct DecisionPointTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let policies: String
        let question: Question
        let effect: Decision.Effect
        var determining: [String] = []
        var message: String?
        var failures: [String] = []
        var testDescription: String { self.name }
    }

    private static let open = #"@id("open") permit (principal, action, resource);"#

    private static func forbid(_ id: String, _ annotations: String = "", when condition: String = "true") -> String {
        #"@id("\#(id)") \#(annotations) forbid (principal, action, resource) when { \#(condition) };"#
    }

    private static let secret = Question.plain().finding("secret.github_token")
    private static let both = Self.secret.finding("pii.card")

    private static let redact = #"@remedy("redact") @kinds("secret")"#

    static let cases = [
        Case(name: "A permit permits", policies: open, question: .plain(), effect: .permit, determining: ["open"]),
        Case(
            name: "What nothing permits is refused",
            policies: #"@id("others") permit (principal, action == Gatehouse::Action::"call", resource);"#,
            question: .plain(), effect: .forbid(remedy: nil), message: "no policy permits it"),
        Case(
            name: "A permit for the action can say why not",
            policies:
                #"@id("mine") @message("ask Mia") permit (principal == Gatehouse::User::"mia", action, resource);"#,
            question: .plain(), effect: .forbid(remedy: nil), message: "ask Mia"),
        Case(
            name: "A forbid outweighs every permit", policies: open + forbid("no"), question: .plain(),
            effect: .forbid(remedy: nil), determining: ["no"], message: "policy `no` forbids it"),
        Case(
            name: "A forbid that cannot be evaluated forbids",
            policies: open
                + forbid(
                    "broken",
                    when:
                        "context.delegations + 9223372036854775807 < 0 || context.labels.confidentiality + 9223372036854775807 > 0"
                ),
            question: .plain(), effect: .forbid(remedy: nil), determining: ["broken"],
            message: "policy `broken` could not be evaluated", failures: ["broken"]),
        Case(
            name: "A permit that cannot be evaluated permits nothing",
            policies:
                #"@id("broken") permit (principal, action, resource) when { context.labels.confidentiality + 9223372036854775807 > 0 };"#,
            question: .plain(), effect: .forbid(remedy: nil), message: "no policy permits it", failures: ["broken"]),
        Case(
            name: "A remedy is no help where a forbid failed",
            policies: open + forbid("secrets", redact)
                + forbid("broken", redact, when: "context.labels.confidentiality + 9223372036854775807 > 0"),
            question: secret, effect: .forbid(remedy: nil), determining: ["secrets", "broken"],
            message: "policy `broken` could not be evaluated", failures: ["broken"]),
        Case(
            name: "A remedy is named where all forbids have one",
            policies: open + forbid("secrets", redact, when: "context.findings has secret"), question: secret,
            effect: .forbid(remedy: .redact([.githubToken])), determining: ["secrets"],
            message: "policy `secrets` forbids it"),
        Case(
            name: "One forbid without a remedy is enough to block, and speaks",
            policies: open + forbid("secrets", redact + #"@message("no secrets")"#)
                + forbid("cards", #"@message("no cards")"#), question: both,
            effect: .forbid(remedy: nil), determining: ["secrets", "cards"], message: "no cards"),
        Case(
            name: "Redactions are joined, as far as something was found",
            policies: open + forbid("secrets", redact) + forbid("people", #"@remedy("redact") @kinds("pii")"#),
            question: both, effect: .forbid(remedy: .redact([.githubToken, .card])),
            determining: ["secrets", "people"], message: "policy `secrets` forbids it"),
        Case(
            name: "A redaction of what was not found helps nobody",
            policies: open + forbid("people", #"@remedy("redact") @kinds("pii") @message("no people")"#),
            question: secret, effect: .forbid(remedy: nil), determining: ["people"],
            message: "no people: what would remedy it does not help here"),
        Case(
            name: "Another model is asked before anything is taken out",
            policies: open + forbid("secrets", redact) + forbid("away", #"@remedy("reroute") @target("owl")"#),
            question: secret, effect: .forbid(remedy: .reroute(model: "owl")), determining: ["secrets", "away"],
            message: "policy `secrets` forbids it"),
        Case(
            name: "The model that was asked is not another one",
            policies: open + forbid("away", #"@remedy("reroute") @target("gpt")"#), question: .plain(),
            effect: .forbid(remedy: nil), determining: ["away"],
            message: "policy `away` forbids it: what would remedy it does not help here"),
        Case(
            name: "An answer cannot come from another model",
            policies: open + forbid("away", #"@remedy("reroute") @target("owl")"#), question: .plain(.release),
            effect: .forbid(remedy: nil), determining: ["away"],
            message: "policy `away` forbids it: what would remedy it does not help here"),
        Case(
            name: "Notices are joined",
            policies: open + forbid("a", #"@remedy("disclose") @message("One.")"#)
                + forbid("b", #"@remedy("disclose") @message("Two.")"#),
            question: .plain(.release), effect: .forbid(remedy: .disclose(notice: "One. Two.")),
            determining: ["a", "b"], message: "One."),
        Case(
            name: "A notice goes out once",
            policies: open + forbid("a", #"@remedy("disclose") @message("One.")"#),
            question: Question.plain(.release).with { $0.isDisclosed = true }, effect: .forbid(remedy: nil),
            determining: ["a"], message: "One.: what would remedy it does not help here"),
        Case(
            name: "A review says that nobody can be asked yet",
            policies: open + forbid("a", #"@remedy("review") @message("this is delicate")"#), question: .plain(),
            effect: .forbid(remedy: .review), determining: ["a"],
            message: "this is delicate: a person would have to agree, and this version cannot ask one"),
        Case(
            name: "Surrogates stand for what was found",
            policies: open + forbid("a", #"@remedy("tokenise") @kinds("secret.github_token")"#), question: secret,
            effect: .forbid(remedy: .tokenise([.githubToken])), determining: ["a"],
            message: "policy `a` forbids it"),
        Case(
            name: "An action that there is not is refused", policies: open, question: .plain(Action("fly")),
            effect: .forbid(remedy: nil), message: "`fly` is no action"),
        Case(
            name: "An action is refused with what it is not for", policies: open, question: .plain(.call),
            effect: .forbid(remedy: nil), message: "`call` is nothing that one does with a model"),
        Case(
            name: "The group of an action is no action", policies: open,
            question: Question.plain(Action("administer")).with { $0.resource = .administration("keys") },
            effect: .forbid(remedy: nil), message: "`administer` is nothing that one does with a administration"),
    ]

    @Test("It decides, with reasons", arguments: Self.cases)
    func decides(_ row: Case) throws {
        let decision = try point(row.policies).decide(row.question)
        #expect(decision.effect == row.effect)
        #expect(decision.determining == row.determining)
        #expect(decision.message == row.message)
        #expect(decision.failures.map(\.policy) == row.failures)
    }

    @Test("After each remedy that can be applied it is asked again, and comes to an end")
    func remedies() throws {
        let policies =
            Self.open
            + #"@id("out") @remedy("reroute") @target("owl") forbid (principal, action == Gatehouse::Action::"infer", resource) unless { resource.boundary == Gatehouse::Boundary::"local" };"#
            + Self.forbid("secrets", Self.redact, when: "context.findings has secret")
            + Self.forbid("tell", #"@remedy("disclose") @message("Hello.")"#, when: "!context.disclosed")
        let point = try point(policies)
        var question = Self.secret
        var applied: [String] = []
        while let remedy = point.decide(question).effect.remedy, applied.count < 10 {
            applied.append(remedy.name)
            switch remedy {
            case .reroute: question.resource = .model(.owl)
            case .redact(let kinds): question.findings.remove(kinds)
            case .disclose: question.isDisclosed = true
            case .tokenise, .review: Issue.record("nobody asked for that")
            }
        }
        #expect(applied == ["reroute", "redact", "disclose"])
        #expect(point.decide(question).isPermitted)
    }

    // MARK: On behalf of others

    private static let mayRead = """
        @id("readers") permit (principal in Gatehouse::Group::"readers", action, resource);
        @id("agents") permit (principal is Gatehouse::Agent, action, resource);
        @id("clear") @message("not cleared") forbid (principal is Gatehouse::User, action, resource)
        when { context.labels.confidentiality == 3 } unless { principal has clearance };
        @id("own") @remedy("redact") @kinds("pii") forbid (principal is Gatehouse::User, action, resource)
        when { context.findings has pii };
        @id("shared") @remedy("redact") @kinds("secret") forbid (principal is Gatehouse::Agent, action, resource)
        when { context.findings has secret };
        """

    private static let agent = Subject(.agent, id: "a")
    private static let reader = Subject(.user, id: "r", groups: ["readers"])
    private static let stranger = Subject(.user, id: "s")

    private static func asked(by agent: Subject, for others: Subject...) -> Question {
        Question.plain().with {
            $0.principal = agent
            $0.onBehalfOf = others
        }
    }

    static let chains = [
        Case(
            name: "Both may", policies: mayRead, question: asked(by: agent, for: reader), effect: .permit,
            determining: ["agents"]),
        Case(
            name: "The user may not", policies: mayRead, question: asked(by: agent, for: stranger),
            effect: .forbid(remedy: nil),
            message: "no policy permits it (asked for the user on whose behalf it is)"),
        Case(
            name: "The agent may not", policies: mayRead, question: asked(by: stranger, for: reader),
            effect: .forbid(remedy: nil), message: "no policy permits it"),
        Case(
            name: "One in the middle may not", policies: mayRead, question: asked(by: agent, for: stranger, reader),
            effect: .forbid(remedy: nil),
            message: "no policy permits it (asked for the user on whose behalf it is)"),
        Case(
            name: "A forbid on the user counts", policies: mayRead,
            question: asked(by: agent, for: reader).with { $0.labels.confidentiality = .restricted },
            effect: .forbid(remedy: nil), determining: ["clear"], message: "not cleared"),
        Case(
            name: "What only the user must not send is taken out", policies: mayRead,
            question: asked(by: agent, for: reader).finding("pii.card"), effect: .forbid(remedy: .redact([.card])),
            determining: ["own"], message: "policy `own` forbids it"),
        Case(
            name: "What each must not send is taken out", policies: mayRead,
            question: asked(by: agent, for: reader).finding("pii.card", "secret.jwt"),
            effect: .forbid(remedy: .redact([.card, .webToken])), determining: ["shared", "own"],
            message: "policy `shared` forbids it"),
        Case(
            name: "A chain has an end", policies: mayRead,
            question: Question.plain().with {
                $0.principal = agent
                $0.onBehalfOf = Array(repeating: reader, count: 9)
            }, effect: .forbid(remedy: nil), message: "acts on behalf of more than 8, one after the other"),
    ]

    @Test("Who acts on behalf of somebody may do what both may", arguments: Self.chains)
    func chain(_ row: Case) throws { try self.decides(row) }

    @Test("The context names the person at the end of the chain and counts who stands between")
    func context() throws {
        let point = try point(
            """
            @id("all") permit (principal, action, resource) when {
                (context has onBehalfOf && context.onBehalfOf == Gatehouse::User::"r" && context.delegations > 0) ||
                (!(context has onBehalfOf) && context.delegations == 0)
            };
            """)
        #expect(point.decide(Self.asked(by: Self.agent, for: Self.agent, Self.reader)).isPermitted)
        #expect(!point.decide(Self.asked(by: Self.agent, for: Self.stranger)).isPermitted)
    }

    @Test("An agent that says two things of one user is refused")
    func contradiction() throws {
        let cleared = Subject(.user, id: "r", groups: ["readers"], clearance: .restricted)
        let decision = try point(Self.mayRead).decide(Self.asked(by: Self.reader, for: Self.reader, cleared))
        #expect(!decision.isPermitted || decision.determining == ["readers"])
    }

    // MARK: Shadow

    @Test("A policy in shadow decides nothing and says what it would have decided")
    func shadow() throws {
        let point = try point(
            Self.open
                + Self.forbid(
                    "later", #"@mode("shadow") @remedy("redact") @kinds("secret")"#, when: "context.findings has secret"
                ))
        let decision = point.decide(Self.secret)
        #expect(decision.effect == .permit)
        #expect(decision.determining == ["open"])
        #expect(
            decision.shadow == Decision.Shadow(effect: .forbid(remedy: .redact([.githubToken])), determining: ["later"])
        )
        #expect(point.decide(.plain()).shadow == nil)
    }

    @Test("A permit in shadow permits nothing")
    func shadowPermit() throws {
        let point = try point(
            #"@id("later") @mode("shadow") permit (principal, action, resource);"# + Self.forbid("never", when: "false")
        )
        #expect(point.decide(.plain()).effect == .forbid(remedy: nil))
        #expect(point.decide(.plain()).shadow == Decision.Shadow(effect: .permit, determining: ["later"]))
    }

    @Test("A decision names the controls of its policies and the bundle")
    func controls() throws {
        let point = try point(Self.open + Self.forbid("no", #"@control("pci-dss:3.4, gdpr:25")"#))
        let decision = point.decide(.plain())
        #expect(decision.controls == ["pci-dss:3.4", "gdpr:25"])
        #expect(decision.bundle == point.bundle.hash)
        #expect(decision.bundle.utf8.count == 64)
    }
}
