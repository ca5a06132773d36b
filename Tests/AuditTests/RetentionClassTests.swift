import Audit
import Kernel
import TestSupport
import Testing

@Suite("What is forgotten together")
struct RetentionClassTests {
    @Test(
        "A class is read from its name",
        arguments: [
            ("content", RetentionClass.content), ("metadata", .metadata), ("administration", .administration),
            ("content:hiring", RetentionClass(.content, useCase: "hiring")),
            ("metadata:a:b", RetentionClass(.metadata, useCase: "a:b")),
        ])
    func name(_ name: String, _ retention: RetentionClass) {
        #expect(RetentionClass(name: name) == retention)
        #expect(retention.name == name)
    }

    @Test("What is no name of a class is none", arguments: ["", "contents", ":hiring", "content:", "Content"])
    func noName(_ name: String) { #expect(RetentionClass(name: name) == nil) }

    @Test("What a use case seals goes with the keys of that use case, and nothing else does")
    func useCase() throws {
        let vault = MemoryVault()
        let sealer = try SealingTests.sealer(vault)
        var random = SplitMix(seed: 1)
        func exchange(_ useCase: String?) -> Event {
            let id = Identifier<Exchange>(at: CustodyTests.now, using: &random)
            return .exchange(
                ExchangeEvent(
                    id: id, startedAt: CustodyTests.now, duration: .milliseconds(1),
                    principal: Principal(kind: .service, id: "key_1"), operation: .chatCompletion, outcome: .answered,
                    status: 200, requestBytes: 1, responseBytes: 1, configuration: "c", detectors: "1", level: .full,
                    content: [ExchangeContent(.prompt, Array("hello".utf8), of: 5, upTo: 100)], useCase: useCase))
        }
        let entries = try sealer.seal([exchange("hiring"), exchange(nil)])
        let keys = entries.map { $0.leaf.payloads.filter { $0.kind == .prompt }.map(\.keys) }
        #expect(keys.map(\.count) == [1, 1])
        #expect(
            keys[0].allSatisfy { $0.hasSuffix("/content:hiring") } && keys[1].allSatisfy { $0.hasSuffix("/content") })
        _ = try vault.eraseMonths(
            through: Month(of: CustodyTests.now), RetentionClass(.content, useCase: "hiring"), at: CustodyTests.now)
        #expect(try vault.key(keys[0][0]) == nil)
        #expect(try vault.key(keys[1][0]) != nil)
    }
}
