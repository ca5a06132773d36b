/// The words of a name such as `STRIPE_API_KEY`, `dbPassword` or `access token`, the last first.
///
/// Words are lower case without digits and packed into 16 bytes, the last letter lowest, so that comparing them and
/// their endings costs nothing; what is longer loses its head.
struct KeyWords {
    /// What a name promises about its value.
    enum Promise {
        /// A password: short ones count, and ones that people can remember.
        case password
        /// A token or key made by a machine.
        case token
        /// Something named key, which may be anything.
        case key
    }

    typealias Word = UInt128
    private var words = InlineArray<4, Word>(repeating: 0)
    private(set) var count = 0

    /// Splits the bytes at everything that is no letter and at humps.
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        var word: Word = 0
        var shift: Word = 0
        for offset in range.reversed() {
            let byte = text[offset]
            let isLetter = ByteClass.letters.contains(byte)
            if isLetter {
                if shift < 128 { word |= Word(byte | 0x20) << shift }
                shift += 8
            }
            let isDigit = ByteClass.digits.contains(byte)
            if word != 0, !isLetter && !isDigit || Self.isHump(text, offset, range) {
                self.append(word)
                (word, shift) = (0, 0)
            }
        }
        if word != 0 { self.append(word) }
    }

    private mutating func append(_ word: Word) {
        guard self.count < 4 else { return }
        self.words[self.count] = word
        self.count += 1
    }

    private static func isHump(_ text: Span<UInt8>, _ offset: Int, _ range: Range<Int>) -> Bool {
        func isUpper(_ offset: Int) -> Bool {
            range.contains(offset) && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(text[offset])
        }
        func isLower(_ offset: Int) -> Bool {
            range.contains(offset) && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[offset])
        }
        guard isUpper(offset) else { return false }
        return isLower(offset - 1) || isUpper(offset - 1) && isLower(offset + 1)
    }

    /// What the name promises, or nil if it names something else, such as `password_length` or `max_tokens`.
    var promise: Promise? {
        for index in 0..<min(self.count, 3) {
            let word = self.words[index]
            let qualifier = index + 1 < self.count ? self.words[index + 1] : 0
            if Self.passwords.contains(where: { $0.ends(word) }) || Self.shortPasswords.contains(word) {
                return .password
            }
            if word == Self.auth || Self.tokens.contains(where: { $0.ends(word) }) {
                return Self.notSecretBefore.contains(qualifier) ? nil : .token
            }
            if word == Self.key {
                if Self.secretKeys.contains(qualifier) { return .token }
                return Self.notSecretBefore.contains(qualifier) ? nil : .key
            }
            guard Self.qualifiers.contains(word) else { return nil }
        }
        return nil
    }

    /// Whether the name has the word.
    func contains(_ word: Word) -> Bool {
        for index in 0..<self.count where self.words[index] == word { return true }
        return false
    }

    static func pack(_ word: String) -> Word { word.utf8.suffix(16).reduce(0) { $0 << 8 | Word($1) } }

    /// A word of a text, packed in lower case.
    static func packed(_ reader: borrowing Reader, _ range: Range<Int>) -> Word {
        range.reduce(0) { $0 << 8 | Word(reader.before($1) | 0x20) }
    }

    private struct Ending {
        let word: Word
        let mask: Word

        init(_ text: String) {
            self.word = KeyWords.pack(text)
            self.mask = text.utf8.count < 16 ? (1 << Word(text.utf8.count * 8)) - 1 : .max
        }

        func ends(_ word: Word) -> Bool { word & self.mask == self.word }
    }

    // Each of these contains a word of the trigger, see ``AssignmentMatcher/trigger``.
    private static let passwords: [Ending] = [
        "password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "senha", "contrasena", "wachtwoord",
        "pwd",
    ].map(Ending.init)
    private static let shortPasswords: [Word] = ["pass", "pswd", "passw"].map(Self.pack)
    private static let tokens: [Ending] = [
        "token", "secret", "secrets", "apikey", "authkey", "accesskey", "secretkey", "privatekey", "credential",
        "credentials", "creds", "authorization",
    ].map(Ending.init)
    private static let auth: Word = Self.pack("auth")
    private static let key: Word = Self.pack("key")

    /// What makes a key a secret one when it stands before `key`.
    private static let secretKeys: [Word] = [
        "api", "app", "application", "access", "secret", "private", "auth", "authentication", "signing", "signature",
        "encryption", "encrypt", "decryption", "master", "account", "shared", "service", "subscription", "storage",
        "admin",
        "hmac", "jwt", "session", "cipher", "aes", "token", "client", "license", "integration", "write", "deploy",
    ].map(Self.pack)
    /// What makes a key or token no secret when it stands before it: database keys, page tokens, the tokens of models.
    private static let notSecretBefore: [Word] = [
        "public", "primary", "foreign", "cache", "sort", "partition", "row", "object", "registry", "index", "hot",
        "unique",
        "translation", "idempotency", "routing", "message", "group", "page", "next", "continuation", "cursor", "sync",
        "pad", "eos", "bos", "unk", "cls", "sep", "mask", "special", "stop", "max", "min", "num", "total",
        "csrf", "xsrf", "antiforgery", "etag", "hash", "checksum", "digest", "commit", "trace", "correlation",
    ].map(Self.pack)
    /// What may stand after the word that counts: `password_prod`, `token value`.
    private static let qualifiers: [Word] = [
        "value", "val", "prod", "production", "dev", "development", "staging", "stage", "test", "testing", "live",
        "main",
        "secondary", "backup", "new", "old", "current", "plain", "plaintext", "text", "string", "str", "raw", "encoded",
        "b",
        "admin", "root", "user", "db", "database", "env", "is", "was", "a", "v", "here", "below", "following",
    ].map(Self.pack)
}
