import Cedar
import Foundation
import Kernel
import TestSupport

@testable import Policy

/// The root of the project.
let root: String = {
    var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while folder.path != "/",
        !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
        folder.deleteLastPathComponent()
    }
    return folder.path
}()

func text(_ path: String) throws -> String { try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

/// The files of a folder of policies.
func policies(in folder: String) throws -> [PolicyFile] {
    try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").sorted().map {
        PolicyFile(name: $0, text: try text("\(folder)/\($0)"))
    }
}

/// A decision point for one file of policies.
func point(_ policies: String) throws -> CedarDecisionPoint {
    try CedarDecisionPoint(PolicyBundle([PolicyFile(name: "test.cedar", text: policies)]))
}

extension ModelFacts {
    static let owl = ModelFacts(alias: "owl", provider: "ours", boundary: .local)
    static let gpt = ModelFacts(alias: "gpt", provider: "openai", boundary: .external, region: "eu-west-1")
}

extension Question {
    static let noon = Timestamp(microseconds: 1_795_000_000_123_456)

    static func plain(_ action: Action = .infer, _ model: ModelFacts = .gpt) -> Question {
        Question(
            principal: Subject(.service, id: "key_1"), action: action, resource: .model(model), time: Self.noon)
    }

    func with(_ change: (inout Question) -> Void) -> Question {
        var question = self
        change(&question)
        return question
    }

    func finding(_ kinds: String..., score: Int = 100) -> Question {
        self.with { question in kinds.forEach { question.findings.add($0, score: score) } }
    }
}

/// Questions of all shapes.
struct QuestionMaker {
    var random: SplitMix

    private static let actions = [
        "infer", "release", "call", "retrieve", "store", "readEvents", "activatePolicies", "nonsense",
    ]
    private static let words = ["a", "owl", "é", "e\u{301}", "with \"quotes\"", "", "key_1", "line\nbreak", "🦉"]
    private static let kinds = [
        "secret.github_token", "secret.jwt", "pii.card", "pii.email", "pii.phone", "injection.override", "custom.badge",
        "secret.of_ours", "plain",
    ]

    mutating func question() -> Question {
        var question = Question(
            principal: self.subject(), action: Action(self.random.pick(Self.actions)), resource: self.resource(),
            time: Timestamp(microseconds: Int64(self.random.below(1 << 40))))
        if self.random.chance(30) { question.onBehalfOf = (0..<self.random.below(3)).map { _ in self.subject() } }
        for _ in 0..<self.random.below(3) {
            question.findings.add(
                self.random.pick(Self.kinds), count: 1 + self.random.below(3), score: self.random.below(101))
        }
        if self.random.chance(50) {
            question.labels = Labels(
                confidentiality: self.random.pick(Confidentiality.allCases), isTrusted: self.random.chance(50),
                tags: Set(self.texts()))
        }
        question.purpose = self.text()
        if self.random.chance(30) {
            question.useCase = UseCase(
                id: self.random.pick(Self.words), tenant: self.text(), riskTier: self.random.pick(RiskTier.allCases),
                isApproved: self.random.chance(50))
        }
        if self.random.chance(30) {
            question.run = Run(steps: Int64(self.random.below(9)), calls: 3, cost: Microdollars(5))
        }
        if self.random.chance(30) {
            question.approval = Approval(by: "mia", at: Question.noon, arguments: self.random.pick(Self.words))
        }
        if self.random.chance(30) { question.budgetRemaining = Microdollars(Int64(self.random.below(1000))) }
        if self.random.chance(30) {
            question.source = AddressValue(Text(self.random.pick(["10.0.0.1", "10.0.0.0/8", "2001:db8::1", "::1/64"])))
        }
        question.isDisclosed = self.random.chance(20)
        return question
    }

    private mutating func text() -> String? { self.random.chance(30) ? self.random.pick(Self.words) : nil }

    private mutating func texts() -> [String] { (0..<self.random.below(3)).map { _ in self.random.pick(Self.words) } }

    private mutating func subject() -> Subject {
        Subject(
            self.random.pick(Subject.Kind.allCases), id: self.random.pick(Self.words), tenant: self.text(),
            groups: self.texts(), teams: self.texts(), roles: self.texts(),
            clearance: self.random.chance(30) ? self.random.pick(Confidentiality.allCases) : nil, owner: self.text())
    }

    private mutating func resource() -> Resource {
        let level = self.random.pick(Confidentiality.allCases)
        let boundary = self.random.pick(Boundary.allCases)
        let id = self.random.pick(Self.words)
        switch self.random.below(6) {
        case 0:
            return .model(
                ModelFacts(
                    alias: id, provider: "p", boundary: boundary, region: self.text(),
                    isApproved: self.random.chance(50), groups: self.texts(), maximumConfidentiality: level))
        case 1:
            return .tool(
                ToolFacts(
                    server: "s", name: id, boundary: boundary, isIrreversible: self.random.chance(50),
                    isApproved: self.random.chance(50), maximumConfidentiality: level))
        case 2: return .collection(CollectionFacts(id: id, tenant: self.text(), confidentiality: level))
        case 3:
            return .document(
                DocumentFacts(
                    id: id, collection: self.text(), tenant: self.text(), confidentiality: level, readers: self.texts())
            )
        case 4:
            return .dataset(
                DatasetFacts(
                    id: id, tenant: self.text(), confidentiality: level, isApproved: self.random.chance(50)))
        default: return .administration(id)
        }
    }
}
