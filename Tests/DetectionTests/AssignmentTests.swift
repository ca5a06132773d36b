import Testing

@testable import Detection

@Suite("Secrets known by their name")
struct AssignmentTests {
    /// How a name and a value are written, and the value.
    static let written: [(text: String, value: String)] = [
        ("password = \"hunter2!x\"", "hunter2!x"), ("PASSWORD=hunter2", "hunter2"),
        ("export DB_PASSWORD='s3cr3tPa55'", "s3cr3tPa55"),
        ("{\"password\": \"tr0ub4dor\"}", "tr0ub4dor"), ("{\\\"password\\\": \\\"tr0ub4dor\\\"}", "tr0ub4dor"),
        ("password: tr0ub4dor&3", "tr0ub4dor&3"), ("pwd := `q1w2e3r4`", "q1w2e3r4"),
        ("dbPassword => \"q1w2e3r4\"", "q1w2e3r4"),
        ("**Password:** q1w2e3r4", "q1w2e3r4"), ("Password: `q1w2e3r4`.", "q1w2e3r4"),
        ("my password is tr0ub4dor.", "tr0ub4dor"),
        ("The new password is: tr0ub4dor, thanks", "tr0ub4dor"),
        ("is your password hunter2? password=hunter2?", "hunter2"),
        ("<password>s3cr3tPa55</password>", "s3cr3tPa55"), ("setPassword(\"Zx9!kLm2\")", "Zx9!kLm2"),
        ("(\"password\", \"Zx9!kLm2\")", "Zx9!kLm2"),
        ("mysql --password Zx9kLm2 -h db", "Zx9kLm2"), ("--api-key=\(Fake.token("", 24))", Fake.token("", 24)),
        ("Server=db;User Id=sa;Password=Zx9!kLm2;", "Zx9!kLm2"),
        ("https://a.example/?token=\(Fake.token("", 24))&x=1", Fake.token("", 24)),
        ("os.environ[\"API_KEY\"] = \"\(Fake.token("", 24))\"", Fake.token("", 24)),
        ("api key: \(Fake.token("", 24))", Fake.token("", 24)),
        ("let apiKey: String = \"\(Fake.token("", 24))\"", Fake.token("", 24)),
        ("password: str = \"Zx9!kLm2\"", "Zx9!kLm2"),
        (
            "client_secret: \(Fake.token("", 32, of: SeededGenerator.hexadecimal))",
            Fake.token("", 32, of: SeededGenerator.hexadecimal)
        ),
        ("ENCRYPTION_KEY=\(Fake.token("", 44))", Fake.token("", 44)),
        ("X-Auth-Token: \(Fake.token("", 20))", Fake.token("", 20)),
        ("X-Api-Key: \(Fake.token("", 20))", Fake.token("", 20)), ("pässwörter: password=Zx9kLm2ü", "Zx9kLm2"),
        ("SOME_KEY='\(Fake.token("", 40))'", Fake.token("", 40)), ("if password == \"Zx9!kLm2\" {", "Zx9!kLm2"),
        ("password=Zx9kLm2\\nuser=bob", "Zx9kLm2"), ("Passwort: Zx9kLm2!", "Zx9kLm2!"),
        ("senha = \"Zx9kLm2\"", "Zx9kLm2"),
        ("token=b'\(Fake.token("", 20))'", Fake.token("", 20)),
        ("secret = \"\"\"\(Fake.token("", 20))\"\"\"", Fake.token("", 20)),
    ]

    @Test("are found in every way of writing", arguments: written.indices)
    func isFound(index: Int) throws {
        let (text, value) = Self.written[index]
        #expect(try Support.found(in: text) == ["secret.generic_assignment \(value)"])
    }

    static let harmless: [String] = [
        // Talk of passwords.
        "The password is wrong.", "Your password is required: 8-16 characters", "password is 8-character minimum",
        "Passwords: see page 12",
        "I forgot my password, what now?", "the secret of 1984 is a key: 42", "token: 4096", "max_tokens=4096",
        "num_tokens: 12ab34cd56ef",
        "password_length = 12", "passwordResetUrl: \"https://a.example/r1\"", "tokenizer: bert-base-v1a2b3c4",
        "secretary: Jane1234",
        "monkey: a1b2c3d4e5f6a7b8c9d0", "primary_key: a1b2c3d4e5f6a7b8c9d0", "cache_key = \"a1b2c3d4e5f6a7b8c9d0\"",
        "key: value1",
        "next_page_token: a1b2c3d4e5f6a7b8c9d0", "public_key = a1b2c3d4e5f6a7b8c9d0e1", "author: j1a2n3e4d5o6e7",
        // Placeholders and references.
        "password = \"changeme1\"", "password: <your-password-1>", "api_key = \"YOUR_API_KEY_1234\"",
        "token: xxxxxxxxxxxx1234",
        "secret=${SECRET_1}", "password: {{ vault_password_1 }}", "password=%(db_password1)s", "token: $TOKEN1",
        "password: \"********1\"",
        "API_KEY=example1234567890abcdef", "password = os.environ['DB_PASSWORD_1']", "password = getPassword1()",
        "password = config.db1.password",
        "token = tokens[0]", "password: \"Enter 8 characters\"", "secret: vault:kv/app1#password",
        "token: sk-abc...xyz9",
        "password = password2", "let token = token1", "secret = \"sha256:1a2b3c4d5e6f7a8b\"", "password=123456",
        "password: user_input_2",
        "password: \"../secrets/db1.txt\"", "token: \"/run/secrets/token1\"", "password: 1.2.3.4.5.6",
    ]

    @Test("are not seen in talk, placeholders and code", arguments: harmless)
    func isClean(text: String) throws {
        #expect(try Support.found(in: text).filter { $0.hasPrefix("secret.") } == [])
    }

    @Test(
        "have a trigger for every name that promises one",
        arguments: [
            "password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "senha", "contrasena", "wachtwoord",
            "pwd", "pass", "pswd",
            "passw", "token", "secret", "secrets", "apikey", "authkey", "accesskey", "secretkey", "privatekey",
            "credential", "credentials",
            "creds", "authorization", "auth", "api_key", "access_key", "signing_key", "jwt_key",
        ])
    func names(name: String) throws {
        let value = Fake.token("", 24)
        #expect(try Support.found(in: "\(name)=\(value)") == ["secret.generic_assignment \(value)"])
    }

    @Test("give way to what is known better about the same value")
    func specific() throws {
        #expect(try Support.findings(in: "api_key = \"\(Fake.openAIKey)\"").map(\.kind) == [.openAIKey])
        #expect(try Support.findings(in: "token: \(Fake.githubToken)").map(\.kind) == [.githubToken])
        #expect(try Support.findings(in: "secret_key: \(Fake.awsSecretKey)").map(\.kind) == [.awsSecretKey])
    }
}
