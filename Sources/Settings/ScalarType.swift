/// Why a text is not a value of its type.
package struct Refusal: Error {
    /// What is wrong, without the text itself; nil for "expected …, found …", which repeats it.
    package let message: String?
    package let hint: String?

    init(hint: String? = nil) {
        self.message = nil
        self.hint = hint
    }

    init(saying message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// A type of value that is written as one scalar: how its text is read and written, and what is said of it.
package struct ScalarType<Value: Sendable>: Sendable {
    /// Completes "expected …".
    package let expectation: String
    let form: ScalarForm
    package let read: @Sendable (String) throws(Refusal) -> Value
    let write: @Sendable (Value) -> String

    init(
        _ expectation: String, _ form: ScalarForm, read: @escaping @Sendable (String) throws(Refusal) -> Value,
        write: @escaping @Sendable (Value) -> String
    ) {
        self.expectation = expectation
        self.form = form
        self.read = read
        self.write = write
    }
}

/// What the JSON Schema and the template need to know of a scalar.
enum ScalarForm: Hashable, Sendable {
    case integer(ClosedRange<Int>)
    /// A number of bytes, or text with a unit.
    case size(ClosedRange<Int>)
    case choice([String])
    /// `true` or `false`.
    case boolean
    /// A number with a point perhaps.
    case decimal
    /// Text, bounded by a regular expression that accepts no less than the type does.
    case text(pattern: String)
    /// A whole `${env:…}` or `${file:…}` and nothing else.
    case secret
}

extension ScalarType<Int> {
    static func count(_ bounds: ClosedRange<Int>) -> Self {
        Self("a whole number from \(bounds.lowerBound) to \(bounds.upperBound)", .integer(bounds)) {
            (text) throws(Refusal) in
            guard let (number, rest) = text.splitAfterDigits(), rest.isEmpty, bounds.contains(number) else {
                throw Refusal()
            }
            return number
        } write: {
            String($0)
        }
    }
}

extension ScalarType<Bool> {
    static let truth = Self("`true` or `false`", .boolean) { (text) throws(Refusal) in
        guard let value = Bool(text) else { throw Refusal() }
        return value
    } write: {
        String($0)
    }
}

extension ScalarType<ByteCount> {
    static func size(_ bounds: ClosedRange<ByteCount>) -> Self {
        let form = ScalarForm.size(bounds.lowerBound.bytes...bounds.upperBound.bytes)
        return Self("a size from \(bounds.lowerBound) to \(bounds.upperBound)", form) { (text) throws(Refusal) in
            let size = try ByteCount(text)
            guard bounds.contains(size) else { throw Refusal() }
            return size
        } write: {
            $0.description
        }
    }
}

extension ScalarType<Duration> {
    static func duration(_ bounds: ClosedRange<Duration>) -> Self {
        let expectation = "a duration from \(bounds.lowerBound.text) to \(bounds.upperBound.text)"
        return Self(expectation, .text(pattern: "^[0-9]+(ms|s|m|h)$")) { (text) throws(Refusal) in
            let duration = try Duration(text: text)
            guard bounds.contains(duration) else { throw Refusal() }
            return duration
        } write: {
            $0.text
        }
    }
}

extension ScalarType where Value: RawRepresentable<String> & CaseIterable {
    /// One of the cases, by its raw value.
    static var choice: Self {
        let names = ScalarType<String>.one(of: Value.allCases.map(\.rawValue))
        return Self(names.expectation, names.form) { (text) throws(Refusal) in
            guard let value = Value(rawValue: try names.read(text)) else { throw Refusal() }
            return value
        } write: {
            $0.rawValue
        }
    }
}

extension ScalarType<ListenAddress> {
    static let address = Self("an address such as `127.0.0.1:8080`", .text(pattern: "^[^\\s/]+:[0-9]{1,5}$")) {
        (text) throws(Refusal) in
        try ListenAddress(text)
    } write: {
        $0.description
    }
}

extension ScalarType<BaseURL> {
    static let url = Self("a URL such as `https://api.openai.com/v1`", .text(pattern: "^https?://[^\\s?#@]+$")) {
        (text) throws(Refusal) in
        try BaseURL(text)
    } write: {
        $0.description
    }
}

extension ScalarType<String> {
    static func one(of names: [String]) -> Self {
        Self(Spelling.choice(names), .choice(names)) { (text) throws(Refusal) in
            guard names.contains(text) else { throw Refusal(hint: Spelling.hint(for: text, among: names)) }
            return text
        } write: {
            $0
        }
    }

    /// One line of text.
    package static func line(_ expectation: String, upTo limit: Int) -> Self {
        Self(expectation, .text(pattern: "^.{1,\(limit)}$")) { (text) throws(Refusal) in
            guard !text.isEmpty else { throw Refusal(saying: "expected \(expectation), found an empty text") }
            guard text.unicodeScalars.count <= limit else {
                throw Refusal(saying: "expected at most \(limit) characters, found \(text.unicodeScalars.count)")
            }
            guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw Refusal(saying: "expected \(expectation), found a line break or control character")
            }
            return text
        } write: {
            $0
        }
    }

    /// What something is called, as it stands in URLs, events and metrics: letters, digits, and behind the first `extra`.
    static func name(_ expectation: String, alsoAllowing extra: String) -> Self {
        Self(expectation, .text(pattern: "^[A-Za-z0-9][A-Za-z0-9\(extra)]{0,127}$")) { (text) throws(Refusal) in
            let isWellFormed = text.utf8.enumerated().allSatisfy { index, byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                    || index > 0 && extra.utf8.contains(byte)
            }
            guard isWellFormed, (1...128).contains(text.utf8.count) else { throw Refusal() }
            return text
        } write: {
            $0
        }
    }
}
