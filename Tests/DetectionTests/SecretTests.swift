import Testing

@testable import Detection

@Suite("Secrets")
struct SecretTests {
    /// A token of each provider, with its kind.
    static let tokens: [(kind: Finding.Kind, token: String)] = [
        (.awsAccessKey, Fake.awsAccessKey),
        (.githubToken, Fake.githubToken),
        (.githubToken, Fake.token("gh" + "s_", 36)),
        (.githubToken, Fake.token("github" + "_pat_", 22) + "_" + Fake.token("", 59)),
        (.gitlabToken, Fake.token("gl" + "pat-", 20)),
        (.slackToken, Fake.token("xo" + "xb-", 12, of: "123456789") + "-" + Fake.token("", 24)),
        (
            .slackWebhook,
            "hooks.slack" + ".com/services/T" + Fake.token("", 8) + "/B" + Fake.token("", 10) + "/" + Fake.token("", 24)
        ),
        (.openAIKey, Fake.openAIKey),
        (.openAIKey, Fake.token("s" + "k-proj-", 40) + "_" + Fake.token("", 60)),
        (.anthropicKey, Fake.token("s" + "k-ant-api03-", 93) + "AA"),
        (.googleKey, Fake.token("AI" + "za", 35)),
        (.stripeKey, Fake.token("s" + "k_live_", 24)),
        (.stripeKey, Fake.token("r" + "k_test_", 99)),
        (.sendGridKey, Fake.token("S" + "G.", 22) + "." + Fake.token("", 43)),
        (.twilioKey, Fake.token("S" + "K", 32, of: SeededGenerator.hexadecimal)),
        (.npmToken, Fake.token("np" + "m_", 36)),
        (.pypiToken, Fake.token("py" + "pi-AgEIcHlwaS5vcmc", 120)),
        (.huggingFaceToken, Fake.token("h" + "f_", 34)),
        (.digitalOceanToken, Fake.token("do" + "p_v1_", 64, of: SeededGenerator.hexadecimal)),
        (.azureKey, Fake.token("", 3) + "8" + "Q~" + Fake.token("", 34)),
        (.gatehouseKey, Fake.gatehouseKey),
        (.providerToken, Fake.token("sh" + "pat_", 32, of: SeededGenerator.hexadecimal)),
        (.providerToken, Fake.token("gs" + "k_", 52)),
        (.providerToken, Fake.token("AGE-SECRET" + "-KEY-1", 58, of: "023456789ACDEFGHJKLMNPQRSTUVWXYZ")),
        (.webToken, Fake.webToken),
    ]
    /// How people and programs dress a token: what stands before and after it.
    static let dresses = [
        ("", ""), ("\"", "\""), ("'", "',"), ("`", "`"), ("(", ")"), ("[", "]"), ("<", ">"), ("{\"k\":\"", "\"}"),
        ("use ", ", please"),
        ("it is ", "."), ("key:", "\n"), ("é", "é"), ("密钥", "。"), ("X=", ";"), ("?k=", "&x=1"), ("a\\n", "\\n"),
        ("%20", "%20"), ("\u{A0}", "\u{A0}"),
    ]

    @Test("are found however they are dressed", arguments: tokens.indices)
    func dressed(index: Int) throws {
        let (kind, token) = Self.tokens[index]
        for (before, after) in Self.dresses {
            let found = try Support.found(in: before + token + after)
            #expect(found.contains("\(kind.rawValue) \(token)"), "\(before)…\(after) gave \(found)")
        }
    }

    @Test("are not found as parts of other words, nor where a placeholder stands", arguments: tokens.indices)
    func isNone(index: Int) throws {
        let (kind, token) = Self.tokens[index]
        let filled = token.prefix(8) + String(repeating: "x", count: token.count - 8)
        #expect(try !Support.findings(in: String(filled)).contains { $0.kind == kind }, "\(filled)")
        // These two are known by a mark inside them.
        if kind != .slackWebhook, kind != .azureKey { #expect(try Support.found(in: "abc" + token) == []) }
    }

    static let sentences: [(text: String, kind: Finding.Kind, value: String)] = [
        ("aws_secret_access_key = \(Fake.awsSecretKey)", .awsSecretKey, Fake.awsSecretKey),
        ("\"SecretAccessKey\": \"\(Fake.awsSecretKey)\",", .awsSecretKey, Fake.awsSecretKey),
        ("AccountName=a;Account" + "Key=\(Fake.token("", 86))==;", .azureKey, Fake.token("", 86) + "=="),
        ("Authorization: Bearer \(Fake.token("", 40))", .bearerToken, Fake.token("", 40)),
        ("curl -H 'Authorization: Token \(Fake.token("", 40))'", .bearerToken, Fake.token("", 40)),
        ("Authorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l", .basicCredentials, "YWxhZGRpbjpvcGVuc2VzYW1l"),
        ("curl -u admin:zq8k2m1x https://a.example/", .basicCredentials, "zq8k2m1x"),
        ("curl -u ':zq8k2m1x' https://a.example/", .basicCredentials, "zq8k2m1x"),
        ("curl --user admin:'zq8k2m1x' https://a.example/", .basicCredentials, "zq8k2m1x"),
        ("curl --user \"admin\":\"zq8k2m1x\" https://a.example/", .basicCredentials, "zq8k2m1x"),
        ("curl -u 'zq8k2m1xw4v7:' https://a.example/", .basicCredentials, "zq8k2m1xw4v7"),
        ("please change the password to zq8k2m1x!", .genericAssignment, "zq8k2m1x!"),
        ("the registry password \"zq8-k2m1-xw4\" leaked", .genericAssignment, "zq8-k2m1-xw4"),
        ("the secret: 93zqj2-dk39m-29xk3", .genericAssignment, "93zqj2-dk39m-29xk3"),
        ("postgres://app:pa55w0rdX@db.example:5432/x", .connectionPassword, "pa55w0rdX"),
        ("mongodb+srv://u:s3cr3t%21@c0.example/?w=1", .connectionPassword, "s3cr3t%21"),
        ("redis://:q1w2e3r4@cache:6379/0", .connectionPassword, "q1w2e3r4"),
        ("amqp://u:p@ss0rd!x@mq.example", .connectionPassword, "p@ss0rd!x"),
    ]

    @Test("are found by what stands before them", arguments: sentences.indices)
    func inContext(index: Int) throws {
        let (text, kind, value) = Self.sentences[index]
        #expect(try Support.found(in: text) == ["\(kind.rawValue) \(value)"])
    }

    static let keyLabels = ["RSA", "EC", "", "OPENSSH", "ENCRYPTED", "DSA"]

    @Test("that are private keys are found whole", arguments: keyLabels)
    func privateKeys(label: String) throws {
        for lineEnd in ["\n", "\r\n", "\\n", " ", "\n    ", "\" +\n\""] {
            let block = Fake.privateKey(label, bytes: 410, lineEnd: lineEnd)
            #expect(
                try Support.found(in: "key: |\n\(block)\nend") == ["secret.private_key \(block)"],
                "\(lineEnd.debugDescription)")
        }
    }

    @Test("that are encrypted private keys are found with their headers")
    func encryptedKey() throws {
        let body = Fake.privateKey("RSA", bytes: 256).split(separator: "\n")
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,\(Fake.token("", 32, of: "0123456789ABCDEF"))\n"
        let block = body[0] + "\n" + headers + "\n" + body.dropFirst().joined(separator: "\n")
        #expect(try Support.found(in: String(block)) == ["secret.private_key \(block)"])
    }

    @Test("that are cut off private keys are found to their last line")
    func cutOffKey() throws {
        let lines = Fake.privateKey("RSA", bytes: 256).split(separator: "\n").prefix(4).joined(separator: "\n")
        #expect(try Support.found(in: "\(lines)\nand so on it goes") == ["secret.private_key \(lines)"])
    }

    static let harmless: [String] = [
        // Identifiers and digests.
        "order 4c1f0e6a-9b1d-4a53-8a52-0f7f3d2b9c11 shipped", "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0ba8f0a2f3c4d5e6f7a8b9", "ISBN 978-3-16-148410-0",
        "v2.10.3-rc.1",
        "task-oriented risk-adjusted disk-based desk-sk-notes", "sk-learn-and-other-libraries-for-machine-learning",
        "AKIA is the prefix of such keys", "the gatehouse_keeper module", "https://hooks.slack.com/services/",
        "eyJhbGciOi", "SG.",
        "AK" + "IAIOSFODNN7" + "EXAMPLE", "ghp_your_token_here", "Bearer of bad news from 1999",
        "Authorization: Bearer <token>",
        "Authorization: Bearer $TOKEN", "basic information about 12 things", "the basic YES or no",
        "-u 1000:1000 is the user",
        "docker run -u builder:builders1 image", "curl -u username:token https://a.example",
        "curl -u <user:password> https://a.example", "curl -u 'admin:' https://a.example",
        // Made up by counting, or by filling.
        "api_key: abcdef1234567890abcdef1234567890", "token = \"1234567890abcdefghijkl\"",
        "token: ab12-####################",
        "xo" + "xp-1-SlackAppConfigurationTokenGoesIn", "csrf_token = \"Mj2qykJO5rELyHgezQ69nzUX0i3OH67V\"",
        "etag key: 33a64df551425fcc55e4d42a148795d9f25f89d4", "curl -u \"$USER:$PASSWORD\" https://a.example",
        // Keys that are public, or only spoken of.
        Fake.dashes + "BEGIN CERTIFICATE" + Fake.dashes + "\n" + Fake.token("", 64) + "\n" + Fake.dashes
            + "END CERTIFICATE" + Fake.dashes,
        Fake.dashes + "BEGIN PUBLIC KEY" + Fake.dashes + "\n" + Fake.token("", 64),
        "It starts with " + Fake.dashes + "BEGIN RSA PRIV" + "ATE KEY" + Fake.dashes + " and then some lines follow.",
        Fake.dashes + "BEGIN PRIV" + "ATE KEY" + Fake.dashes + "\n...\n" + Fake.dashes + "END PRIV" + "ATE KEY"
            + Fake.dashes,
        // Addresses without a password.
        "https://example.com:8080/a?b=c@d", "postgres://db.example:5432/x", "postgres://user:password@localhost/x",
        "mysql://root:${DB_PASSWORD}@db/x", "redis://user:<password>@host", "http://[::1]:8080/", "ssh://git@host:22/x",
    ]

    @Test("are not seen in what only looks like one", arguments: harmless)
    func isClean(text: String) throws {
        #expect(try Support.found(in: text).filter { $0.hasPrefix("secret.") } == [])
    }
}
