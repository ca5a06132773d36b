import Kernel
import Testing

@Suite("Secrets")
struct SecretTests {
    private struct Holder {
        let name = "holder"
        let key = Secret("correct horse")
        let keys = ["a": Secret("correct horse")]
        let maybe: Secret<String>? = Secret("correct horse")
    }

    private enum Carrier: Error { case with(Secret<String>) }

    private static func printed(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return [
            "\(value)", String(describing: value), String(reflecting: value), dumped,
            Mirror(reflecting: value).children.map { "\($0)" }.joined(),
        ]
    }

    @Test("A secret is not printed, whoever prints it and whatever holds it")
    func neverPrinted() {
        let secret = Secret("correct horse")
        let holders: [Any] = [
            secret, [secret], ["a": secret], Optional(secret) as Any, (secret, 1), Holder(), [Holder()],
            Carrier.with(secret), Result<Secret<String>, Carrier>.success(secret), Secret(["correct horse"]),
            Secret(Array("correct horse".utf8)), secret as any CustomStringConvertible,
        ]
        for holder in holders {
            for text in Self.printed(holder) {
                #expect(!text.contains("horse"))
                #expect(!text.contains("99, 111, 114"), "nor as bytes")
            }
        }
        for text in Self.printed(secret).prefix(3) { #expect(text == "<secret>") }
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect("\([secret])" == "[<secret>]")
    }

    @Test("Only reveal gives the value")
    func reveals() {
        #expect(Secret("correct horse").reveal() == "correct horse")
        #expect(Secret([1, 2]).reveal() == [1, 2])
    }
}
