import Testing

@testable import Detection

@Suite("Findings")
struct FindingTests {
    static func finding(_ kind: Finding.Kind, _ span: Range<Int>, continues: Bool = false) -> Finding {
        Finding(
            kind: kind, span: span, confidence: .init(percent: 80), severity: kind == .phone ? .low : .high,
            detector: DetectorVersion(name: "test", contentHash: 1), isContinuation: continues)
    }

    @Test("have names that policies and events can rely on")
    func names() {
        #expect(
            Finding.Kind.allCases.prefix(28).map(\.rawValue) == [
                "secret.aws_access_key", "secret.aws_secret_key", "secret.github_token", "secret.gitlab_token",
                "secret.slack_token",
                "secret.slack_webhook", "secret.openai_key", "secret.anthropic_key", "secret.google_key",
                "secret.stripe_key",
                "secret.sendgrid_key", "secret.twilio_key", "secret.npm_token", "secret.pypi_token",
                "secret.huggingface_token",
                "secret.digitalocean_token", "secret.azure_key", "secret.gatehouse_key", "secret.provider_token",
                "secret.jwt",
                "secret.private_key", "secret.connection_password", "secret.bearer_token", "secret.basic_credentials",
                "secret.generic_assignment", "pii.email", "pii.card", "pii.phone",
            ])
        #expect(Finding.Kind.allCases.map { Int($0.id) } == Array(Finding.Kind.names.indices))
        #expect(Set(Finding.Kind.names).count == Finding.Kind.names.count)
        #expect(Finding.Kind.allCases.allSatisfy { Finding.Kind(rawValue: $0.rawValue) == $0 })
        for kind in Finding.Kind.allCases { #expect(kind.rawValue == "\(kind.family.rawValue).\(kind.label)") }
    }

    @Test("of a tenant's own kinds have names that are checked, and stand together in policies")
    func customKinds() throws {
        let rule = try #require(Finding.Kind(rawValue: "custom.project-names"))
        #expect(rule.rawValue == "custom.project-names" && rule.label == "project-names" && rule.family == .custom)
        #expect(Finding.Kind(rawValue: "custom.project-names") == rule)
        #expect(Finding.Kind(rawValue: "custom.others") != rule)
        let longest = String(repeating: "a", count: 64)
        #expect(Finding.Kind(rawValue: "custom.\(longest)") != nil)
        for name in ["custom.", "custom.a b", "custom.\(longest)a", "pii.unheard", "", "custom"] {
            #expect(Finding.Kind(rawValue: name) == nil, "\(name)")
        }
        #expect(Set.family(.custom).named(among: [rule, .email]) == [rule])
        #expect(Set([.email, .card]).named(among: [rule, .email]) == [.email])
        #expect(Finding.Kind(rawValue: "custom.*") == .anyCustom && Finding.Kind.anyCustom.rawValue == "custom.*")
    }

    @Test("are put in reading order, the longest and most specific first")
    func order() {
        let sorted = [
            Self.finding(.email, 5..<9), Self.finding(.genericAssignment, 0..<9), Self.finding(.githubToken, 0..<9),
            Self.finding(.phone, 0..<10),
        ].sorted()
        #expect(sorted.map(\.kind) == [.phone, .githubToken, .genericAssignment, .email])
    }

    @Test("that overlap are merged into one of the more specific kind, those that touch are not")
    func merging() {
        let merged = [
            Self.finding(.githubToken, 4..<12), Self.finding(.genericAssignment, 0..<8), Self.finding(.email, 12..<20),
            Self.finding(.phone, 18..<25),
        ].nonOverlapping()
        #expect(merged.map(\.span) == [0..<12, 12..<25])
        #expect(merged.map(\.kind) == [.githubToken, .email])
        #expect(merged.map(\.severity) == [.high, .high])
    }

    @Test("leave marks that name their kinds")
    func marks() {
        let text = Array("to bob@example.com: 4111 1111 1111 1111!".utf8)
        let findings = [Self.finding(.card, 20..<39), Self.finding(.email, 3..<18)]
        #expect(Support.redacted(text, findings) == "to [REDACTED:email]: [REDACTED:card]!")
        #expect(
            Support.redacted(text, [Self.finding(.card, 20..<99), Self.finding(.email, 99..<120)])
                == "to bob@example.com: [REDACTED:card]")
        #expect(Support.redacted(text, []) == String(decoding: text, as: UTF8.self))
    }

    @Test("that continue another leave no mark, but one that begins among them does")
    func continuation() {
        let text = Array("0123456789".utf8)
        #expect(
            Support.redacted(text, [Self.finding(.webToken, 0..<4), Self.finding(.webToken, 4..<8, continues: true)])
                == "[REDACTED:jwt]89")
        #expect(
            Support.redacted(text, [Self.finding(.webToken, 0..<4, continues: true), Self.finding(.email, 2..<6)])
                == "[REDACTED:email]6789")
    }

    @Test("say how sure they are from 0 to 1")
    func confidence() {
        #expect(Finding.Confidence(percent: 80).fraction == 0.8)
        #expect(Finding.Confidence(percent: 200).percent == 100)
        #expect(DetectorVersion(name: "patterns", contentHash: 0xF3).description == "patterns@00000000000000f3")
    }
}
