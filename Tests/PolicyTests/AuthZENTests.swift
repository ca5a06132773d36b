import Kernel
import TestSupport
import Testing

@testable import Policy

@Suite("AuthZEN 1.0")
struct AuthZENTests {
    private static func authzen(_ known: @escaping @Sendable (String, String) -> Resource? = { _, _ in nil }) throws
        -> AuthZEN
    {
        AuthZEN(try CedarDecisionPoint(PolicyBundle(unproved: DefaultPolicies.files)), known: known)
    }

    private static func decision(_ json: [UInt8]) throws -> Bool? {
        try JSONDocument(json)["decision"].map { $0 == .boolean(true) }
    }

    private static let model =
        #"{"type":"model","id":"gpt","properties":{"provider":"openai","boundary":"external","colour":"blue"}}"#

    private static func body(_ subject: String = #"{"type":"user","id":"mia"}"#, context: String = "{}") -> [UInt8] {
        Array(
            #"{"subject":\#(subject),"action":{"name":"infer"},"resource":\#(Self.model),"context":\#(context)}"#.utf8)
    }

    @Test("One evaluation is permitted or refused, with its reasons")
    func one() throws {
        let authzen = try Self.authzen()
        let permitted = try authzen.evaluation(Self.body(), at: Question.noon)
        #expect(try Self.decision(permitted) == true)
        let refused = try JSONDocument(
            authzen.evaluation(Self.body(context: #"{"findings":{"pii.card":1},"weather":"fine"}"#), at: Question.noon))
        #expect(refused["decision"] == .boolean(false))
        #expect(refused["context", "message"] == .string("card numbers may not be sent to a model"))
        #expect(refused["context", "policies"] == .array([.string("card-numbers-stay")]))
    }

    @Test("What Gatehouse knows of a resource counts more than what it is told")
    func known() throws {
        let authzen = try Self.authzen { type, id in
            type == "model" && id == "gpt"
                ? .model(ModelFacts(alias: "gpt", provider: "x", boundary: .external, isApproved: false)) : nil
        }
        #expect(try Self.decision(authzen.evaluation(Self.body(), at: Question.noon)) == false)
    }

    static let malformed = [
        ("{}", "`subject` is missing"),
        (
            #"{"subject":{"type":"user","id":"a"},"action":{}, "resource":{"type":"model","id":"m"}}"#,
            "action: `name` is missing"
        ),
        (#"{"subject":{"type":"user","id":"a"},"action":{"name":"infer"}}"#, "`resource` is missing"),
        (
            #"{"subject":{"type":"cat","id":"a"},"action":{"name":"infer"},"resource":{"type":"model","id":"m"}}"#,
            "subject.type: `cat` is not one of"
        ),
        (
            #"{"subject":{"type":"user","id":"a"},"action":{"name":"infer"},"resource":{"type":"model","id":"m"}}"#,
            "resource: `provider` is missing"
        ),
        (
            #"{"subject":{"type":"user","id":"a"},"action":{"name":"infer"},"resource":{"type":"moon","id":"m"}}"#,
            "resource.type: `moon` is not one of"
        ),
        ("nonsense", ""),
    ]

    @Test("What is malformed says where and why", arguments: Self.malformed)
    func refused(_ body: String, _ message: String) throws {
        let authzen = try Self.authzen()
        do throws(PolicyFormatError) {
            _ = try authzen.evaluation(Array(body.utf8), at: Question.noon)
            Issue.record("it was answered")
        } catch {
            #expect(error.description.hasPrefix(message), "\(error)")
        }
    }

    /// Of three, permitted, refused, permitted; in this order.
    private static func three(_ semantic: String?, _ order: [String] = ["infer", "fly", "release"]) -> [UInt8] {
        let evaluations = order.map { #"{"action":{"name":"\#($0)"}}"# }.joined(separator: ",")
        let options = semantic.map { #","options":{"evaluations_semantic":"\#($0)"}"# } ?? ""
        return Array(
            #"{"subject":{"type":"user","id":"mia"},"resource":\#(Self.model),"evaluations":[\#(evaluations)]\#(options)}"#
                .utf8)
    }

    private static func decisions(_ body: [UInt8]) throws -> [Bool] {
        let json = try JSONDocument(try Self.authzen().evaluations(body, at: Question.noon))
        guard case .array(let list)? = json["evaluations"] else { return [] }
        return list.map { $0["decision"] == .boolean(true) }
    }

    @Test("Several are all evaluated, or as far as the semantic wants")
    func several() throws {
        #expect(try Self.decisions(Self.three(nil)) == [true, false, true])
        #expect(try Self.decisions(Self.three("execute_all")) == [true, false, true])
        #expect(try Self.decisions(Self.three("deny_on_first_deny")) == [true, false])
        #expect(try Self.decisions(Self.three("permit_on_first_permit")) == [true])
        #expect(try Self.decisions(Self.three("permit_on_first_permit", ["fly", "infer", "fly"])) == [false, true])
        #expect(throws: PolicyFormatError.self) { try Self.decisions(Self.three("whatever")) }
    }

    @Test("One of several that is malformed is refused in its place")
    func malformedOne() throws {
        let body =
            #"{"subject":{"type":"user","id":"mia"},"action":{"name":"infer"},"evaluations":[{"resource":\#(Self.model)},{}]}"#
        let json = try JSONDocument(try Self.authzen().evaluations(Array(body.utf8), at: Question.noon))
        #expect(json["evaluations", 0, "decision"] == .boolean(true))
        #expect(json["evaluations", 1, "decision"] == .boolean(false))
        #expect(
            json["evaluations", 1, "context", "error", "message"] == .string("evaluations[1]: `resource` is missing"))
    }

    @Test("Without a list it is one")
    func single() throws {
        #expect(try Self.decision(try Self.authzen().evaluations(Self.body(), at: Question.noon)) == true)
    }

    @Test("There is an end to how many may be asked")
    func limit() throws {
        #expect(throws: PolicyFormatError.self) {
            try Self.decisions(Self.three(nil, Array(repeating: "infer", count: AuthZEN.mostEvaluations + 1)))
        }
    }

    @Test("A question that is asked of another gateway over AuthZEN has the answer that it has here")
    func roundTrip() throws {
        let here = try CedarDecisionPoint(PolicyBundle(unproved: DefaultPolicies.files))
        let there = AuthZEN(here)
        var maker = QuestionMaker(random: SplitMix(seed: 7))
        var permits = 0
        for _ in 0..<2_000 {
            let question = maker.question()
            let answer = try Decision(
                evaluationResponse: there.evaluation(question.evaluationRequest(), at: question.time))
            let expected = here.decide(question)
            #expect(answer.isPermitted == expected.isPermitted)
            #expect(answer.isPermitted || answer.message == expected.message)
            #expect(answer.isOutside)
            if answer.isPermitted { permits += 1 }
        }
        #expect((20..<1_900).contains(permits), "both answers come up: \(permits)")
    }

    @Test("A long reason of somebody outside is cut")
    func longReason() throws {
        let reason = String(repeating: "é", count: 400)
        let decision = try Decision(
            evaluationResponse: Array(#"{"decision":false,"context":{"message":"\#(reason)"}}"#.utf8))
        #expect(decision.message?.utf8.count == 303)
    }
}
