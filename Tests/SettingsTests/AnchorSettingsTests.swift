import Kernel
import Testing

@testable import Settings

@Suite("Anchors and witnesses in the configuration")
struct AnchorSettingsTests {
    private static func yaml(_ audit: String) -> String {
        """
        providers: {local: {kind: extractive}}
        models: {demo: {provider: local}}
        audit: \(audit)
        """
    }

    @Test("every kind of place is read, with its defaults and the names of its secrets")
    func places() throws {
        let settings = try load(
            Self.yaml(
                """
                {anchors: {
                  a: {kind: file, path: x.jsonl}, b: {kind: syslog, address: "logs:514", tls: false},
                  c: {kind: webhook, url: "https://e.example/x", token: "${env:T}"},
                  d: {kind: s3, region: eu-central-1, bucket: b, access_key: "${env:A}", secret_key: "${env:S}"}}}
                """), environment: ["T": "t", "A": "a", "S": "s"]
        ).get()
        #expect(settings.audit.anchors.map(\.name) == ["a", "b", "c", "d"])
        #expect(settings.audit.anchors.map(\.place).first == .file(Settings.AnchorFile(path: "x.jsonl")))
        guard case .s3(let bucket) = settings.audit.anchors[3].place else {
            Issue.record("expected a bucket")
            return
        }
        #expect(bucket.lock == .compliance && bucket.days == 400 && bucket.prefix == "gatehouse")
        #expect(settings.audit.anchors[3].secrets.map(\.key) == ["access_key", "secret_key"])
        let secrets = try settings.resolveSecrets(environment: ["T": "t", "A": "a", "S": "s"]) { _ in [] }
        #expect(secrets["audit.anchors.c.token"]?.reveal() == "t")
        #expect(secrets["audit.anchors.d.secret_key"]?.reveal() == "s")
    }

    @Test("the public key of a witness is no credential, and what is like one but for its form is")
    func publicKeys() throws {
        let key = "w.example/w1+894f5f7a+BHRNwe0EA3BDZzENPH7IGMVgzy+XSlHfkCuQeChUFLC+"
        func report(_ key: String) -> String {
            load(Self.yaml(#"{witnesses: {w: {url: "https://w.example", key: "\#(key)"}}}"#)).report
        }
        #expect(report(key) == "")
        for other in [String(key.dropLast()), key + "A", "w+894f5f7A+" + key.suffix(44), String(key.suffix(44))] {
            #expect(report(other).contains("looks like a credential"), "\(other)")
        }
    }
}
