import Testing

@testable import Settings

@Suite("Values")
struct ValueTests {
    static let addresses: [(text: String, description: String, isLoopback: Bool)] = [
        ("127.0.0.1:8080", "127.0.0.1:8080", true), ("127.9.9.9:0", "127.9.9.9:0", true),
        ("0.0.0.0:80", "0.0.0.0:80", false), ("localhost:1", "localhost:1", true),
        ("LOCALHOST:1", "localhost:1", true), ("my_host-1.example:65535", "my_host-1.example:65535", false),
        ("[::1]:8080", "[::1]:8080", true), ("[::]:8080", "[::]:8080", false),
        ("[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1", true), ("[2001:DB8::8:1]:1", "[2001:db8::8:1]:1", false),
        ("[0:0:0:0:0:0:0:1]:1", "[0:0:0:0:0:0:0:1]:1", true), ("[1:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7:8]:1", false),
    ]

    @Test("that are addresses are read, and know whether they are of this machine", arguments: Self.addresses)
    func address(_ text: String, _ description: String, _ isLoopback: Bool) throws {
        let address = try ListenAddress(text)
        #expect(address.description == description)
        #expect(address.host.isLoopback == isLoopback)
    }

    static let notAddresses = [
        "", ":", "a", "a:", "a:b", "a:-1", "a:1x", "a:000001", "1.2.3:1", "1.2.3.4.5:1", "01.2.3.4:1", "1.2.3.256:1",
        "a..b:1",
        "-a:1", "a-:1", "a b:1", "ä:1", "a.:1", "[::1]", "[::1:1", "[]:1", "[:]:1", "[:::]:1", "[1::2::3]:1",
        "[12345::]:1",
        "[1:2:3:4:5:6:7:8:9]:1", "[1:2:3:4:5:6:7]:1", "[1:2:3:4:5:6:7::8:9]:1", "[::g]:1", "[fe80::1%eth0]:1",
        "[1.2.3.4]:1",
        "[1.2.3.4::]:1", "[+1::]:1", "1.2.3.4:+1", "a/b:1", "a@b:1",
    ]

    @Test("that are no addresses are refused", arguments: Self.notAddresses)
    func notAddress(_ text: String) { #expect(throws: Refusal.self) { try ListenAddress(text) } }

    static let urls: [(text: String, description: String)] = [
        ("https://api.openai.com/v1", "https://api.openai.com/v1"), ("HTTP://A.b:80/", "http://a.b"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1"), ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://x:443/a/b.c/~d", "https://x/a/b.c/~d"), ("http://x:443", "http://x:443"),
        ("https://x/@cf/y", "https://x/@cf/y"),
    ]

    @Test("that are URLs are read and written in one form", arguments: Self.urls)
    func url(_ text: String, _ description: String) throws { #expect(try BaseURL(text).description == description) }

    static let notURLs = [
        "", "x", "https://", "https:///v1", "ftp://x", "://x", "https://x:", "https://x:0", "https://x:65536",
        "https://x:a",
        "https://a b", "https://x/a b", "https://x//y", "https://x/./y", "https://x/..", "https://x/%2e",
        "https://x/\u{1}",
        "https://x\\y", "https://u@x", "https://x?a", "https://x#a", "https://[::1", "https://x/v1/embeddings",
    ]

    @Test("that are no URLs, or hold more than a place, are refused", arguments: Self.notURLs)
    func notURL(_ text: String) { #expect(throws: Refusal.self) { try BaseURL(text) } }

    static let sizes: [(text: String, bytes: Int?, description: String)] = [
        ("0", 0, "0"), ("1023", 1023, "1023"), ("1024", 1024, "1KiB"), ("32KiB", 32_768, "32KiB"),
        ("1536KiB", 1_572_864, "1536KiB"), ("32MiB", 33_554_432, "32MiB"), ("1024MiB", 1_073_741_824, "1GiB"),
        ("", nil, ""), ("KiB", nil, ""), ("1kib", nil, ""), ("1 KiB", nil, ""), ("-1", nil, ""), ("1.5MiB", nil, ""),
        ("9999999999GiB", nil, ""), ("99999999999999999999", nil, ""), ("1e3", nil, ""), ("١", nil, ""),
    ]

    @Test("that are sizes are read and written with the largest unit", arguments: Self.sizes)
    func size(_ text: String, _ bytes: Int?, _ description: String) throws {
        guard let bytes else {
            #expect(throws: Refusal.self) { try ByteCount(text) }
            return
        }
        #expect(try ByteCount(text).bytes == bytes)
        #expect(try ByteCount(text).description == description)
    }

    static let durations: [(text: String, duration: Duration?, description: String)] = [
        ("500ms", .milliseconds(500), "500ms"), ("5s", .seconds(5), "5s"), ("600s", .seconds(600), "10m"),
        ("90m", .seconds(5400), "90m"), ("1h", .seconds(3600), "1h"), ("1500ms", .milliseconds(1500), "1500ms"),
        ("0s", .zero, "0s"), ("0ms", .zero, "0s"), ("5", nil, ""), ("s", nil, ""), ("5 s", nil, ""), ("5S", nil, ""),
        ("-5s", nil, ""), ("1.5s", nil, ""), ("1h30m", nil, ""), ("9999999999h", nil, ""), ("1µs", nil, ""),
    ]

    @Test("that are durations are read and written with the largest unit", arguments: Self.durations)
    func duration(_ text: String, _ duration: Duration?, _ description: String) throws {
        guard let duration else {
            #expect(throws: Refusal.self) { try Duration(text: text) }
            return
        }
        #expect(try Duration(text: text) == duration)
        #expect(duration.text == description)
    }

    static let credentials = [
        "sk-abcdefghijklmnopqrst1234", "sk-proj-AbC_dEf-gHi1jklmnop", "sk-ant-api03-abcdefghijkl",
        "ghp_abcdefghijklmnop1234",
        "AKIAIOSFODNN7EXAMPLE1", "AIzaSyA1234567890abcdefghijklmnopqrstuvw", "glpat-abcdefghij1234567890",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "0123456789abcdef0123456789abcdef",
        "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA",
        "Bearer sk-abcdefghijklmnopqrst1234", "https://x/sk-abcdefghijklmnopqrst1234",
    ]

    @Test("that look like credentials are known", arguments: Self.credentials)
    func credential(_ text: String) { #expect(CredentialShape.matches(text)) }

    static let notCredentials = [
        "", "gpt-4o-mini", "claude-3-5-sonnet-20241022", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "sk-", "sk-learn",
        "accounts/fireworks/models/llama-v3p1-405b-instruct", "ft:gpt-4o-mini-2024-07-18:my-org:custom:7p4lURel",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
        "library/x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "127.0.0.1:8080",
        "550e8400-e29b-41d4-a716-446655440000", "/var/lib/gatehouse/gatehouse.db",
        "https://my-resource.openai.azure.com/v1",
        "card numbers may not be sent to a model", "00000000000000000000000000000000",
        "ASIA-pacific-southeast-1-cluster",
        "ThisIsAVeryLongNameInCamelCase", "THIS_IS_A_VERY_LONG_VARIABLE_NAME_2",
    ]

    @Test("that only look unusual are not taken for credentials", arguments: Self.notCredentials)
    func notCredential(_ text: String) { #expect(!CredentialShape.matches(text)) }

    static let slips: [(text: String, nearest: String?)] = [
        ("lisen", "listen"), ("LISTEN", "listen"), ("listne", "listen"), ("isten", "listen"), ("litsen", "listen"),
        ("admin_", "admin"), ("models ", "models"), ("modes", "models"), ("x", nil), ("", nil), ("colour", nil),
        (String(repeating: "listen", count: 100), nil),
    ]

    @Test("that are slips are understood", arguments: Self.slips)
    func slip(_ text: String, _ nearest: String?) {
        #expect(Spelling.nearest(to: text, among: ["listen", "admin", "models"]) == nearest)
    }
}
