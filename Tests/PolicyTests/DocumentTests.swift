import Testing

@testable import Policy

@Suite("docs/policy.md")
struct PolicyDocumentTests {
    @Test("Each policy in it stands in a tested file")
    func policiesAreTested() throws {
        let blocks = try text("docs/policy.md").split(separator: "```cedar\n").dropFirst()
            .compactMap { $0.split(separator: "```").first }
        #expect(blocks.count == 6)
        let files = try BundledPoliciesTests.examples.flatMap { try policies(in: "Examples/policies/\($0)") }
        for block in blocks {
            #expect(files.contains { $0.text.contains(block) }, "\(block)")
        }
    }

    @Test("It names each annotation and each remedy")
    func complete() throws {
        let document = try text("docs/policy.md")
        for annotation in PolicyRule.annotations { #expect(document.contains("| `@\(annotation)(")) }
        for remedy in Remedy.names { #expect(document.contains("| `\(remedy)` |")) }
    }
}
