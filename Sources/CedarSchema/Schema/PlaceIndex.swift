import Cedar

/// Finds the line and column of a byte without reading the whole text before it each time.
struct PlaceIndex {
    private static let distance = 1_024
    /// The place of every `distance`th byte.
    private var marks: [SourceLocation] = []

    init(_ bytes: [UInt8]) {
        var place = SourceLocation(line: 1, column: 1, offset: 0)
        while true {
            self.marks.append(place)
            let next = Int(place.offset) + Self.distance
            guard next <= bytes.count else { return }
            place = Self.advance(place, to: next, in: bytes)
        }
    }

    func location(of offset: Int, in bytes: [UInt8]) -> SourceLocation {
        let mark = self.marks[min(offset / Self.distance, self.marks.count - 1)]
        return Self.advance(mark, to: min(offset, bytes.count), in: bytes)
    }

    private static func advance(_ place: SourceLocation, to offset: Int, in bytes: [UInt8]) -> SourceLocation {
        var line = place.line
        var column = place.column
        for index in Int(place.offset)..<offset {
            if bytes[index] == 0x0A {
                line &+= 1
                column = 1
            } else if bytes[index] & 0xC0 != 0x80 {
                column &+= 1
            }
        }
        return SourceLocation(line: line, column: column, offset: UInt32(truncatingIfNeeded: offset))
    }
}
