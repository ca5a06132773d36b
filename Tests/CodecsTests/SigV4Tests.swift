import Foundation
import Kernel
import Testing

@testable import Codecs

/// The published test suite of the signing algorithm, where the shared data is there.
@Suite("Signature Version 4")
struct SigV4Tests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/sigv4/tests/aws-signing-test-suite/v4").standardizedFileURL
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()) ?? []

    struct Context: Decodable {
        struct Credentials: Decodable {
            let access_key_id: String
            let secret_access_key: String
            let token: String?
        }
        let credentials: Credentials
        let expiration_in_seconds: Int
        let normalize: Bool
        let region: String
        let service: String
        let sign_body: Bool
        let timestamp: String
        let omit_session_token: Bool?
    }

    /// One request of the suite: its files read as an HTTP message.
    struct Example {
        let context: Context
        let method: String
        let path: String
        let query: String
        var fields: [RequestSigner.Field] = []
        let body: [UInt8]
        let time: Timestamp
        private let folder: URL

        init(_ name: String) throws {
            self.folder = SigV4Tests.folder.appending(path: name)
            self.context = try JSONDecoder().decode(
                Context.self, from: Data(contentsOf: self.folder.appending(path: "context.json")))
            self.time = try #require(Timestamp(self.context.timestamp))
            let text = try String(contentsOf: self.folder.appending(path: "request.txt"), encoding: .utf8)
            let halves = text.components(separatedBy: "\n\n")
            self.body = Array(halves.dropFirst().joined(separator: "\n\n").utf8)
            let lines = halves[0].split(separator: "\n")
            let words = lines[0].split(separator: " ")
            self.method = String(words[0])
            // Paths with spaces stand in the suite as they are.
            let target = words.dropFirst().dropLast().joined(separator: " ")
            let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            self.path = String(parts[0])
            self.query = parts.count == 2 ? String(parts[1]) : ""
            for line in lines.dropFirst() {
                if line.hasPrefix(" "), let last = self.fields.popLast() {
                    self.fields.append(RequestSigner.Field(last.name, last.value + "\n" + line))
                } else {
                    let field = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    self.fields.append(RequestSigner.Field(String(field[0]), String(field[1])))
                }
            }
        }

        func file(_ name: String) throws -> String {
            try String(contentsOf: self.folder.appending(path: name), encoding: .utf8)
                .trimmingCharacters(in: .newlines)
        }

        func signer(withToken: Bool) -> RequestSigner {
            RequestSigner(
                credentials: RequestSigner.Credentials(
                    accessKeyID: self.context.credentials.access_key_id,
                    secretAccessKey: Secret(self.context.credentials.secret_access_key),
                    sessionToken: withToken ? self.context.credentials.token.map { Secret($0) } : nil),
                region: self.context.region, service: self.context.service)
        }

        func canonical(query: String, fields: [RequestSigner.Field]) -> CanonicalRequest {
            CanonicalRequest(
                method: self.method, path: self.path, query: query, fields: fields,
                payload: Digest.hexadecimal(of: self.body.span), normalisesPath: self.context.normalize)
        }
    }

    @Test("The suite is whole", .enabled(if: !names.isEmpty))
    func isWhole() { #expect(Self.names.count == 38) }

    @Test("Each step of the header form is that of the suite", arguments: names)
    func headers(_ name: String) throws {
        let example = try Example(name)
        let signsToken = example.context.omit_session_token != true
        var fields = example.fields + [RequestSigner.Field("X-Amz-Date", RequestSigner.basicForm(of: example.time))]
        if signsToken, let token = example.context.credentials.token {
            fields.append(RequestSigner.Field("X-Amz-Security-Token", token))
        }
        if example.context.sign_body {
            fields.append(RequestSigner.Field("x-amz-content-sha256", Digest.hexadecimal(of: example.body.span)))
        }
        let request = example.canonical(query: example.query, fields: fields)
        #expect(request.text == (try example.file("header-canonical-request.txt")))
        let signer = example.signer(withToken: signsToken)
        #expect(signer.textToSign(request, at: example.time) == (try example.file("header-string-to-sign.txt")))
        #expect(signer.signature(of: request, at: example.time) == (try example.file("header-signature.txt")))
    }

    @Test("The fields that are added are those of the signed request", arguments: names)
    func addedFields(_ name: String) throws {
        let example = try Example(name)
        // The signer always normalises, as Bedrock does.
        guard example.context.normalize else { return }
        let signsToken = example.context.omit_session_token != true
        let digest =
            example.context.sign_body
            ? [RequestSigner.Field("x-amz-content-sha256", Digest.hexadecimal(of: example.body.span))] : []
        let added = example.signer(withToken: signsToken).fields(
            signing: example.method, path: example.path, query: example.query, fields: example.fields + digest,
            body: example.body.span, at: example.time)
        let signed = try example.file("header-signed-request.txt").lowercased()
        #expect(added.count == (signsToken && example.context.credentials.token != nil ? 3 : 2))
        for field in added {
            #expect(signed.contains("\n\(field.name):\(field.value)".lowercased()), "\(field.name)")
        }
    }

    /// We send no signature in a query, but the steps are the same and the suite has as many cases again.
    @Test("Each step of the query form is that of the suite", arguments: names)
    func queries(_ name: String) throws {
        let example = try Example(name)
        let signsToken = example.context.omit_session_token != true
        let fields = example.fields
        let context = example.context
        let day = RequestSigner.basicForm(of: example.time).prefix(8)
        let names = Set(fields.map { $0.name.lowercased() })
        var parameters = [
            "X-Amz-Algorithm=\(RequestSigner.algorithm)",
            "X-Amz-Credential=\(context.credentials.access_key_id)/\(day)/\(context.region)/\(context.service)/aws4_request",
            "X-Amz-Date=\(RequestSigner.basicForm(of: example.time))",
            "X-Amz-Expires=\(context.expiration_in_seconds)",
            "X-Amz-SignedHeaders=\(names.sorted().joined(separator: ";"))",
        ]
        if signsToken, let token = context.credentials.token {
            parameters.append("X-Amz-Security-Token=\(token)")
        }
        if !example.query.isEmpty { parameters.append(example.query) }
        let request = example.canonical(query: parameters.joined(separator: "&"), fields: fields)
        #expect(request.text == (try example.file("query-canonical-request.txt")))
        let signer = example.signer(withToken: signsToken)
        #expect(signer.textToSign(request, at: example.time) == (try example.file("query-string-to-sign.txt")))
        #expect(signer.signature(of: request, at: example.time) == (try example.file("query-signature.txt")))
    }

    @Test("A model's name that is percent-encoded in the path is encoded twice in what is signed")
    func encodedTwice() {
        let request = CanonicalRequest(
            method: "POST", path: "/model/anthropic.claude-3%3A0/converse", query: "",
            fields: [RequestSigner.Field("Host", "h")], payload: "p")
        #expect(request.text == "POST\n/model/anthropic.claude-3%253A0/converse\n\nhost:h\n\nhost\np")
    }

    @Test("The keyed digest is that of RFC 4231, with a short key and one longer than a block")
    func authenticated() {
        func code(_ message: String, key: [UInt8]) -> String {
            Digest.hexadecimal(Digest.authenticated(Array(message.utf8), key: key))
        }
        #expect(
            code("what do ya want for nothing?", key: Array("Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            code(
                "Test Using Larger Than Block-Size Key - Hash Key First", key: Array(repeating: 0xAA, count: 131))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test("A secret does not show, wherever its holder is printed")
    func secrets() {
        let credentials = RequestSigner.Credentials(
            accessKeyID: "AKID", secretAccessKey: Secret("hidden-one"), sessionToken: Secret("hidden-two"))
        let signer = RequestSigner(credentials: credentials, region: "r")
        #expect(!"\(credentials) \(signer)".contains("hidden"))
        var dumped = ""
        dump(signer, to: &dumped)
        #expect(!dumped.contains("hidden"))
    }

    @Test("S3's own example of a PUT has the signature of its documentation")
    func storageExample() throws {
        let signer = RequestSigner(
            credentials: RequestSigner.Credentials(
                accessKeyID: "AKIAIOSFODNN7EXAMPLE",
                secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
            region: "us-east-1", service: "s3")
        let added = signer.fields(
            signing: "PUT", path: "/test%24file.text",
            fields: [
                RequestSigner.Field("date", "Fri, 24 May 2013 00:00:00 GMT"),
                RequestSigner.Field("host", "examplebucket.s3.amazonaws.com"),
                RequestSigner.Field("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ], body: Array("Welcome to Amazon S3.".utf8).span, at: try #require(Timestamp("2013-05-24T00:00:00Z")))
        let authorization = try #require(added.last { $0.name == "authorization" }).value
        #expect(
            authorization.hasSuffix("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
        #expect(
            added.contains(
                RequestSigner.Field(
                    "x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")))
    }
}
