/// Why a model cannot be read. Where it replaces another, the other stays in force.
package struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, stable.
    package struct Code: Hashable, Sendable {
        private enum Value { case notAModel, wrongVersion, truncated, wrongHash, malformed }
        private let value: Value
        package static let notAModel = Self(value: .notAModel)
        package static let wrongVersion = Self(value: .wrongVersion)
        package static let truncated = Self(value: .truncated)
        package static let wrongHash = Self(value: .wrongHash)
        package static let malformed = Self(value: .malformed)
    }

    package let code: Code
    /// What is wrong with which file, in words.
    package let message: String

    /// Creates an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}

/// Reads numbers from a model's bytes, little end first.
struct ModelReader: ~Copyable, ~Escapable {
    private let source: Span<UInt8>
    let name: String
    private(set) var position = 0

    @_lifetime(copy source)
    init(_ source: Span<UInt8>, name: String) {
        self.source = source
        self.name = name
    }

    mutating func bytes(_ count: Int) throws(ModelError) -> [UInt8] {
        guard count <= self.source.count - self.position else {
            throw ModelError(.truncated, "`\(self.name)` ends at byte \(self.source.count), expected more")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in self.position..<self.position + count { bytes.append(self.source[index]) }
        self.position += count
        return bytes
    }

    mutating func word() throws(ModelError) -> UInt32 {
        guard self.source.count - self.position >= 4 else {
            throw ModelError(.truncated, "`\(self.name)` ends at byte \(self.source.count), expected more")
        }
        var word: UInt32 = 0
        for index in 0..<4 { word |= UInt32(self.source[self.position + index]) << UInt32(8 * index) }
        self.position += 4
        return word
    }

    mutating func float() throws(ModelError) -> Float {
        let value = Float(bitPattern: try self.word())
        guard value.isFinite else { throw ModelError(.malformed, "`\(self.name)` holds a number that is none") }
        return value
    }

    mutating func floats(_ count: Int) throws(ModelError) -> [Float] {
        var floats: [Float] = []
        for _ in 0..<count { floats.append(try self.float()) }
        return floats
    }
}
