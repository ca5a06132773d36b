/// The texts of JSON, and the cells of separated values.
enum DataSegments {
    /// Whether a text begins as an object or array with something in it.
    static func beginsJSON(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < min(text.count, 256), text[index].isBlank { index += 1 }
        let first = text.byte(index)
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return false }
        index += 1
        while index < min(text.count, 512), text[index].isBlank { index += 1 }
        switch text.byte(index) {
        case UInt8(ascii: "\""), UInt8(ascii: "{"): return true
        case UInt8(ascii: "["): return first == UInt8(ascii: "[")
        default: return false
        }
    }

    /// Takes the strings that are values.
    static func readJSON(_ text: Span<UInt8>, into collected: inout CollectedSegments) {
        var index = 0
        while let start = text.next(UInt8(ascii: "\""), from: index, to: text.count) {
            if collected.isFull(.jsonString) { return }
            var end = start + 1
            var hasEscapes = false
            while end < text.count, text[end] != UInt8(ascii: "\"") {
                if text[end] == UInt8(ascii: "\\") {
                    hasEscapes = true
                    end += 1
                }
                end += 1
            }
            end = min(end, text.count)
            index = end + 1
            var after = index
            while after < text.count, after - index < 64, text[after].isBlank { after += 1 }
            if text.byte(after) == UInt8(ascii: ":") { continue }
            let place = start + 1..<end
            guard hasEscapes else {
                collected.add(.jsonString, place, of: text)
                continue
            }
            guard place.count <= SegmentFinder.mostBytes else { continue }
            var decoded = MappedText()
            var next = place.lowerBound
            while next < place.upperBound {
                let length = text[next] == UInt8(ascii: "\\") ? decoded.putEscape(of: text, at: next) : 0
                if length == 0 { decoded.copy(text[next], at: next) }
                next += max(1, length)
            }
            collected.add(.jsonString, place, decoded: decoded)
        }
    }

    /// How much of a text is looked at to tell whether it is a table.
    private static let head = 4096
    private static let separators: [UInt8] = [0x09, UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: ",")]

    /// Whether the first lines have as many separators, two at least.
    static func isTable(_ text: Span<UInt8>) -> Bool { self.separator(of: text) != nil }

    private static func separator(of text: Span<UInt8>) -> UInt8? {
        var candidates = SIMD4<Int>(repeating: 0)
        var counts = SIMD4<Int>(repeating: 0)
        var lines = 0
        var isQuoted = false
        var index = 0
        let end = min(text.count, self.head)
        while index <= end, lines < 3 {
            let byte = index < end ? text[index] : 0x0A
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == 0x0A, !isQuoted {
                // The last line may have no end.
                if index == end, end < text.count || counts == SIMD4(repeating: 0) { break }
                if lines == 0 { candidates = counts } else { candidates.replace(with: 0, where: candidates .!= counts) }
                if candidates[0] < 2, candidates[1] < 2, candidates[2] < 2, candidates[3] < 2 { return nil }
                counts = SIMD4(repeating: 0)
                lines += 1
            } else if !isQuoted {
                // Prose has a blank behind its commas.
                let isTight = text.byte(index + 1) != 0x20
                switch byte {
                case 0x09: counts[0] += 1
                case UInt8(ascii: ";") where isTight: counts[1] += 1
                case UInt8(ascii: "|"): counts[2] += 1
                case UInt8(ascii: ",") where isTight: counts[3] += 1
                default: break
                }
            }
            index += 1
        }
        guard lines >= 2 else { return nil }
        return self.separators.indices.first { candidates[$0] >= 2 }.map { self.separators[$0] }
    }

    /// Takes the cells of a table.
    static func readTable(_ text: Span<UInt8>, into collected: inout CollectedSegments) {
        guard let separator = self.separator(of: text) else { return }
        var start = 0
        var isQuoted = false
        for index in 0...text.count {
            let byte = text.byte(index)
            if byte == UInt8(ascii: "\""), index < text.count { isQuoted.toggle() }
            guard index == text.count || !isQuoted && (byte == separator || byte == 0x0A) else { continue }
            if collected.isFull(.cell) { return }
            var cell = text.trimmed(start..<index)
            if cell.count > 1, text[cell.lowerBound] == UInt8(ascii: "\""),
                text[cell.upperBound - 1] == UInt8(ascii: "\"")
            {
                cell = cell.lowerBound + 1..<cell.upperBound - 1
            }
            collected.add(.cell, cell, of: text)
            start = index + 1
        }
    }
}
