/// A value as the server takes it: in binary form.
enum PostgresValue: Sendable {
    case integer(Int64?)
    case text(String?)
    case bytes([UInt8]?)
    case integers([Int64?])
    case texts([String?])
    case blobs([[UInt8]])

    /// How the server calls its type.
    var type: UInt32 {
        switch self {
        case .integer: Self.int8
        case .text: Self.text
        case .bytes: Self.bytea
        case .integers: 1016
        case .texts: 1009
        case .blobs: 1001
        }
    }

    private static let int8: UInt32 = 20
    private static let text: UInt32 = 25
    private static let bytea: UInt32 = 17

    /// Appends its bytes; false where it is NULL.
    func write(to buffer: inout [UInt8]) -> Bool {
        switch self {
        case .integer(let value):
            guard let value else { return false }
            Self.append(UInt64(bitPattern: value), to: &buffer)
        case .text(let value):
            guard let value else { return false }
            buffer.append(contentsOf: value.utf8)
        case .bytes(let value):
            guard let value else { return false }
            buffer.append(contentsOf: value)
        case .integers(let values):
            Self.array(of: Self.int8, values, to: &buffer) { value, buffer in
                Self.append(UInt64(bitPattern: value), to: &buffer)
            }
        case .texts(let values):
            Self.array(of: Self.text, values, to: &buffer) { value, buffer in buffer.append(contentsOf: value.utf8) }
        case .blobs(let values):
            Self.array(of: Self.bytea, values.map(Optional.some), to: &buffer) { value, buffer in
                buffer.append(contentsOf: value)
            }
        }
        return true
    }

    /// One dimension, from 1: each element with its length before it, which is -1 where it is NULL.
    private static func array<Element>(
        of type: UInt32, _ values: [Element?], to buffer: inout [UInt8],
        _ write: (Element, inout [UInt8]) -> Void
    ) {
        let hasNull = values.contains { $0 == nil }
        for word in [values.isEmpty ? 0 : 1, hasNull ? 1 : 0, type] as [UInt32] { Self.append(word, to: &buffer) }
        guard !values.isEmpty else { return }
        Self.append(UInt32(values.count), to: &buffer)
        Self.append(UInt32(1), to: &buffer)
        for value in values {
            guard let value else {
                Self.append(UInt32.max, to: &buffer)
                continue
            }
            let place = buffer.count
            Self.append(UInt32(0), to: &buffer)
            write(value, &buffer)
            let count = UInt32(truncatingIfNeeded: buffer.count - place - 4)
            for index in 0..<4 { buffer[place + index] = UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * index)) }
        }
    }

    private static func append(_ value: UInt64, to buffer: inout [UInt8]) {
        for index in 0..<8 { buffer.append(UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * index))) }
    }

    private static func append(_ value: UInt32, to buffer: inout [UInt8]) {
        for index in 0..<4 { buffer.append(UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))) }
    }
}

/// A statement, written as a literal: what is interpolated becomes a parameter, never a part of the text. Statements of the
/// same text are prepared once for each connection.
struct PostgresQuery: Sendable, ExpressibleByStringInterpolation {
    fileprivate enum Piece: Sendable {
        case text(String)
        case value(PostgresValue)
    }

    private var pieces: [Piece]

    init(stringLiteral text: String) { self.pieces = [.text(text)] }

    init(stringInterpolation: StringInterpolation) { self.pieces = stringInterpolation.pieces }

    private init(pieces: [Piece]) { self.pieces = pieces }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) { self.pieces.reserveCapacity(2 * interpolationCount + 1) }

        mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { self.pieces.append(.text(literal)) }
        }

        mutating func appendInterpolation(_ value: Int64?) { self.pieces.append(.value(.integer(value))) }
        mutating func appendInterpolation(_ value: Int) { self.pieces.append(.value(.integer(Int64(value)))) }
        mutating func appendInterpolation(_ value: String?) { self.pieces.append(.value(.text(value))) }
        mutating func appendInterpolation(_ value: [UInt8]?) { self.pieces.append(.value(.bytes(value))) }
        mutating func appendInterpolation(_ values: [Int64?]) { self.pieces.append(.value(.integers(values))) }
        mutating func appendInterpolation(_ values: [String?]) { self.pieces.append(.value(.texts(values))) }
        mutating func appendInterpolation(_ values: [[UInt8]]) { self.pieces.append(.value(.blobs(values))) }
        mutating func appendInterpolation(_ query: PostgresQuery) { self.pieces += query.pieces }
    }

    /// The conditions, each of which must hold.
    static func all(of conditions: [PostgresQuery]) -> PostgresQuery {
        var pieces: [Piece] = [.text("TRUE")]
        for condition in conditions { pieces += [.text(" AND (")] + condition.pieces + [.text(")")] }
        return PostgresQuery(pieces: pieces)
    }

    /// The text, with parameters by number, and their values.
    var rendered: (text: String, values: [PostgresValue]) {
        var text = ""
        var values: [PostgresValue] = []
        for piece in self.pieces {
            switch piece {
            case .text(let part): text += part
            case .value(let value):
                values.append(value)
                text += "$\(values.count)"
            }
        }
        return (text, values)
    }
}
