import Testing

@testable import Detection

@Suite("A stream scanned piece by piece")
struct StreamScannerTests {
    /// What came of a stream: the findings, the released text, how much was held back at most.
    struct Outcome {
        var findings: [Finding] = []
        var released: [UInt8] = []
        var longestHold = 0
    }

    /// Feeds a text in pieces as a caller would: releases up to `settled`, redacted, and checks each promise on the way.
    static func stream(_ text: [UInt8], pieces: [Range<Int>]) throws -> Outcome {
        let patterns = try Support.patterns.get()
        let scratch = Scratch()
        var scanner = StreamScanner()
        var outcome = Outcome()
        var released = 0
        func release(_ new: [Finding]) {
            for finding in new {
                #expect(finding.span.lowerBound >= released, "\(finding) was released before it was found")
                #expect(finding.span.upperBound <= scanner.settled, "\(finding) is cut by \(scanner.settled)")
            }
            #expect(scanner.settled >= released)
            let shifted = new.map { $0.moved(by: -released) }
            outcome.released += Redaction.redact(text[released..<scanner.settled].span, shifted)
            outcome.findings += new
            released = scanner.settled
        }
        for piece in pieces {
            var new: [Finding] = []
            let state = scanner.append(text.span.extracting(piece), with: patterns, scratch: scratch, findings: &new)
            #expect(state == .complete)
            release(new)
            outcome.longestHold = max(outcome.longestHold, piece.upperBound - released)
        }
        var new: [Finding] = []
        #expect(scanner.finish(with: patterns, scratch: scratch, findings: &new) == .complete)
        #expect(scanner.settled == text.count)
        release(new)
        return outcome
    }

    static func pieces(of count: Int, longest: Int, using generator: inout SeededGenerator) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        while start < count {
            let end = min(count, start + Int.random(in: 1...longest, using: &generator))
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }

    // MARK: Any chunking finds the same

    /// Whole and broken fragments of everything that the patterns know, and of what may be taken for it.
    static let fragments: [String] = [
        "the quick brown fox", "In 1999 there were 12 of them, 3.5 % more", "über die Brücke", "联系我",
        "e.g. this (and that)",
        "bob@example.com", "mail.me+tag@sub.example.co.uk", "ünder@example.org", "https://user@host.example/x",
        "icon@2x.png",
        "4111 1111 1111 1111", "4111-1111-1111-1111", "5555555555554444", "3782 822463 10005", "4111 1111 1111 1112",
        "1234 4111 1111 1111 1111 123", "+1 (415) 555-2671", "+44 (0) 20 7946 0958", "(415) 555-2671", "415.555.2671",
        "020 7946 0958", "01 23 45 67 89", "0044 20 7946 0958", "978-3-16-148410-0", "2024-11-21 10:20:30",
        "192.168.10.254",
        "password = \"hunter2!x\"", "password:", "my password is tr0ub4dor", "api_key: 'a1b2c3d4e5f6a7b8'",
        "\"token\": \"",
        "secret=abc123def456&next=1", "<password>s3cr3tPa55</password>", "--token abc123def456ghi",
        "passphrase = \"not closed",
        "let token: String = \"a1b2c3d4e5f6\"", "setPassword(\"Zx9!kLm2\")", "\\\"password\\\": \\\"q1w2e3r4t5\\\"",
        "secret_key=",
        "Authorization: Bearer a1B2c3D4e5F6g7H8i9J0", "Basic dXNlcjpwYXNzd29yZA==",
        "postgres://app:pa55w@rd@db.example/x",
        "redis://:s3cretpw@cache:6379", "http://localhost:8080/path", "ey" + "J", Fake.dashes + "BEGIN ", Fake.dashes,
        Fake.githubToken, Fake.openAIKey, Fake.awsAccessKey, Fake.gatehouseKey,
        "aws_secret_access_key = " + Fake.awsSecretKey,
        String(Fake.githubToken.dropLast(9)), Fake.webToken, Fake.privateKey("EC", bytes: 150),
        Fake.privateKey("", bytes: 60),
        Fake.privateKey("", bytes: 64, lineEnd: "\\n"), Fake.dashes + "BEGIN CERTIFICATE" + Fake.dashes, "key", "token",
        "=", "\"",
        "the new production_database_service password_for_the_staging_cluster is: q1w2e3r4t5",
        "postgres://a_rather_long_name_of_a_user_of_some_database_cluster:pa55w0rdX@db", "-u",
        "curl --silent --show-error --location --max-time 30 --request POST -u service:q1w2e3r4t5 https://a.example",
        "0", "12", "+", "(", "@", "://", "a.b", "--", "\\",
    ]
    static let joints = [
        " ", " ", " ", "\n", ", ", ". ", "\"", "'", ": ", "=", "-", "", ";", "(", ")", "、", "é", "\t", "  ",
    ]

    static func text(using generator: inout SeededGenerator) -> [UInt8] {
        var text = ""
        for _ in 0..<Int.random(in: 1...14, using: &generator) {
            text += Self.fragments[Int.random(in: 0..<Self.fragments.count, using: &generator)]
            text += Self.joints[Int.random(in: 0..<Self.joints.count, using: &generator)]
        }
        return Array(text.utf8)
    }

    /// A text with some bytes dropped, doubled or swapped for bytes that matter somewhere.
    static func mangled(_ text: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var text = text
        let telling = Array("0123456789 -.()+@:=\"'\\/\n,&<>{[*_aZ".utf8)
        for _ in 0..<Int.random(in: 0...6, using: &generator) where !text.isEmpty {
            let index = Int.random(in: 0..<text.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: text.remove(at: index)
            case 1: text.insert(text[index], at: index)
            default: text[index] = telling[Int.random(in: 0..<telling.count, using: &generator)]
            }
        }
        return text
    }

    @Test("finds and releases the same as the whole text, however it is cut", arguments: 0..<8)
    func anyChunking(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var total = 0
        for round in 0..<60 {
            let text = Self.mangled(Self.text(using: &generator), using: &generator)
            let whole = try Support.findings(in: text)
            guard whole.nonOverlapping().allSatisfy({ $0.span.count <= StreamScanner.longestHold }) else { continue }
            total += whole.count
            let longest = [1, 3, 12, 40, 4000][round % 5]
            let outcome = try Self.stream(
                text, pieces: Self.pieces(of: text.count, longest: longest, using: &generator))
            let same = outcome.findings.sorted() == whole && outcome.released == Redaction.redact(text.span, whole)
            #expect(same, "seed \(seed), round \(round): \(String(decoding: text, as: UTF8.self))")
            #expect(outcome.longestHold <= StreamScanner.longestHold)
            if !same {
                print("WHOLE", whole.map { "\($0.kind.rawValue) \($0.span) \(Support.slice(text, $0.span))" })
                print(
                    "STREAM", outcome.findings.map { "\($0.kind.rawValue) \($0.span) \(Support.slice(text, $0.span))" })
                return
            }
        }
        #expect(total > 80)
    }

    @Test("takes any bytes", arguments: 0..<4)
    func anyBytes(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 100)
        let text = (0..<3000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let outcome = try Self.stream(text, pieces: Self.pieces(of: text.count, longest: 50, using: &generator))
        #expect(outcome.longestHold <= StreamScanner.longestHold)
    }

    // MARK: How much is held back

    static let prose = """
        The committee met on 12 March 1999 in Geneva and agreed, after a long debate, that nothing had changed since the \
        last report. "We are where we were," said one member (who asked not to be named); the others nodded. Costs rose by \
        3.5 percent to 1,204 francs; the password policy, the tokens and the key questions were left for another day. \
        Chapter 7 explains why: see page 112, note 4. It's a well-known problem — über alles gesagt, c'est la vie — and \
        version 2.0.1 of the plan, due at 10:30 on 2024-11-21, would not solve it either.
        """

    @Test("never holds back more than the last word or number of ordinary prose")
    func prose() throws {
        let patterns = try Support.patterns.get()
        let scratch = Scratch()
        var scanner = StreamScanner()
        var findings: [Finding] = []
        var fed: [UInt8] = []
        for word in Self.prose.split(separator: " ", omittingEmptySubsequences: false) {
            for piece in [String(word), " "] {
                fed += Array(piece.utf8)
                let bytes = Array(piece.utf8)
                #expect(scanner.append(bytes.span, with: patterns, scratch: scratch, findings: &findings) == .complete)
                let held = String(decoding: fed[scanner.settled...], as: UTF8.self)
                let isNumber = held.allSatisfy { $0.isNumber || " .-/()".contains($0) }
                #expect(held.allSatisfy { $0 != " " } || isNumber, "held back `\(held)`")
            }
        }
        #expect(findings.isEmpty)
        #expect(fed.count - scanner.settled <= "either. ".utf8.count)
    }

    @Test(
        "holds back what may yet become a finding",
        arguments: [
            ("card 4111 1111 ", "4111 1111 "), ("call (415) 555-", "(415) 555-"), ("password = \"h4lf of", "h4lf of"),
            ("ask bob@exam", "bob@exam"), ("password: ", ""), ("the end. ", ""), ("key = 'ab1 cd", "ab1 cd"),
            (Fake.dashes + "BEGIN RSA PRIV", Fake.dashes + "BEGIN RSA PRIV"), ("in 1999 ", "1999 "), ("in 1999 a ", ""),
        ])
    func held(text: String, held: String) throws {
        let patterns = try Support.patterns.get()
        var scanner = StreamScanner()
        var findings: [Finding] = []
        let bytes = Array(text.utf8)
        #expect(scanner.append(bytes.span, with: patterns, scratch: Scratch(), findings: &findings) == .complete)
        #expect(String(decoding: bytes[scanner.settled...], as: UTF8.self) == held)
    }

    // MARK: Matches longer than the hold

    static let longTexts: [String] = [
        "the key is\n" + Fake.privateKey("RSA", bytes: 1600) + "\nand that was it",
        "in code: \"" + Fake.privateKey("", bytes: 900, lineEnd: "\\n") + "\", done",
        "cut off " + Fake.privateKey("EC", bytes: 640).dropLast(40) + "\nso the words after it stay",
        "token " + Fake.webToken + Fake.token("", 700) + " is a long one",
        "Authorization: Bearer " + Fake.token("", 900) + ".\nHost: a.example",
        "API_SECRET=" + Fake.token("", 600) + "\nNAME=value",
        "two: " + Fake.webToken + Fake.token("", 300) + " " + Fake.openAIKey + Fake.token("", 400) + " bob@example.com",
    ]

    @Test("removes long matches whole and counts them once", arguments: longTexts)
    func longMatches(text: String) throws {
        let bytes = Array(text.utf8)
        let whole = try Support.findings(in: bytes)
        #expect(whole.contains { $0.span.count > StreamScanner.longestHold })
        var generator = SeededGenerator(seed: 7)
        for longest in [1, 7, 20, 64, 300, 5000] {
            let outcome = try Self.stream(
                bytes, pieces: Self.pieces(of: bytes.count, longest: longest, using: &generator))
            #expect(outcome.released == Redaction.redact(bytes.span, whole), "pieces up to \(longest)")
            #expect(outcome.findings.filter { !$0.isContinuation }.map(\.kind) == whole.map(\.kind))
            #expect(outcome.longestHold <= StreamScanner.longestHold)
        }
    }

    @Test("lets go of a long word that is nothing")
    func longWord() throws {
        let bytes = Array(String(repeating: "ab/", count: 2000).utf8)
        var generator = SeededGenerator(seed: 8)
        let outcome = try Self.stream(bytes, pieces: Self.pieces(of: bytes.count, longest: 30, using: &generator))
        #expect(outcome.findings.isEmpty && outcome.released == bytes)
        #expect(outcome.longestHold <= StreamScanner.longestHold)
    }

    @Test("finds a key inside a long word")
    func keyInLongWord() throws {
        let word = String(repeating: "ab/", count: 150)
        let text = Array("\(word)?key=\(Fake.githubToken)&\(word)".utf8)
        let whole = try Support.findings(in: text)
        #expect(whole.map(\.kind) == [.githubToken])
        var generator = SeededGenerator(seed: 9)
        let outcome = try Self.stream(text, pieces: Self.pieces(of: text.count, longest: 25, using: &generator))
        #expect(outcome.findings == whole)
    }
}

extension Finding {
    func moved(by offset: Int) -> Finding {
        Finding(
            kind: self.kind, span: self.span.lowerBound + offset..<self.span.upperBound + offset,
            confidence: self.confidence, severity: self.severity, detector: self.detector,
            isContinuation: self.isContinuation)
    }
}
