import Cedar
import CedarSchema
import Detection
import TestSupport
import Testing

@testable import Policy

@Suite("The schema")
struct PolicySchemaTests {
    @Test("It is published as it is")
    func published() throws {
        #expect(try text("docs/gatehouse.cedarschema") == PolicySchema.text)
        #expect(throws: Never.self) { try PolicySchema.schema.get() }
    }

    @Test("It knows every kind of finding", arguments: Finding.Kind.allCases)
    func kinds(_ kind: Finding.Kind) throws {
        let schema = try PolicySchema.schema.get()
        guard case .record(let findings)? = schema.actions[Action.infer.uid]?.context.attributes["findings"]?.type,
            case .record(let family)? = findings.attributes[Text(kind.family.rawValue)]?.type
        else {
            Issue.record("`\(kind.family)` is not in the schema")
            return
        }
        #expect(family.attributes[Text(String(kind.label))] != nil)
    }

    @Test("Whatever is asked is a request that the schema allows, or is refused before it is one")
    func requests() throws {
        let bundle = try PolicyBundle(DefaultPolicies.files)
        let point = try CedarDecisionPoint(bundle)
        let validator = Validator(bundle.schema)
        var maker = QuestionMaker(random: SplitMix(seed: 7))
        var asked = 0
        for _ in 0..<3_000 {
            let question = maker.question()
            guard let action = bundle.schema.actions[question.action.uid],
                action.principals.contains(question.principal.entity.uid.type),
                action.resources.contains(question.resource.entity.uid.type)
            else {
                let decision = point.decide(question)
                #expect(decision.effect == .forbid(remedy: nil))
                #expect(decision.determining.isEmpty)
                continue
            }
            asked += 1
            for situation in point.situations(question.with { $0.onBehalfOf = [] }) {
                #expect(validator.validate(situation.request).isEmpty, "\(question)")
                #expect(validator.validate(situation.entities.all).isEmpty, "\(question)")
            }
        }
        #expect(asked > 300)
    }
}
