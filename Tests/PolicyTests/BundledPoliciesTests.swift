import Cedar
import Foundation
import TestSupport
import Testing

@testable import Policy

@Suite("The policies that come with Gatehouse")
struct BundledPoliciesTests {
    @Test("The default bundle is valid, without a warning, and does what its tests say")
    func defaults() throws {
        let bundle = try PolicyBundle(DefaultPolicies.files)
        #expect(bundle.warnings.isEmpty)
        #expect(bundle.tests.count > 20)
        #expect(bundle.properties.count == 2)
    }

    static let examples = [
        "administration", "agents-and-tools", "personal-data", "restricted-content", "teams-and-models",
    ]

    @Test("The examples are all there")
    func complete() throws {
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(root)/Examples/policies").sorted() == Self.examples)
    }

    @Test("Each example is valid, without a warning, and does what its tests say", arguments: Self.examples)
    func example(_ name: String) throws {
        let bundle = try PolicyBundle(policies(in: "Examples/policies/\(name)"))
        #expect(bundle.warnings.isEmpty, "\(bundle.warnings)")
        #expect(bundle.tests.count >= 4)
        // Each policy makes a difference to some test.
        let point = try CedarDecisionPoint(bundle)
        let decisions = bundle.tests.map { point.decide($0.question) }
        let used = Set(decisions.flatMap { $0.determining + ($0.shadow?.determining ?? []) })
        #expect(used == Set(bundle.rules.map(\.id)))
    }

    @Test("All are laid out as the formatter lays out")
    func layout() throws {
        let files = try DefaultPolicies.files + Self.examples.flatMap { try policies(in: "Examples/policies/\($0)") }
        for file in files where file.name.hasSuffix(".cedar") {
            #expect(try CedarFormatter.format(file.text, width: 110, indent: 4) == file.text, "\(file.name)")
        }
    }
}
