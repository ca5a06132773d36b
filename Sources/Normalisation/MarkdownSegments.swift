/// What stands apart in Markdown: what is said of images and links, where they go, and definitions apart.
enum MarkdownSegments {
    /// No link is read further than this, nor is its text looked for further back.
    private static let longest = 1024

    static func read(_ text: Span<UInt8>, into collected: inout CollectedSegments) {
        var opened: Int?
        var lineStart = 0
        var index = 0
        while index < text.count {
            switch text[index] {
            case 0x0A: lineStart = index + 1
            case UInt8(ascii: "["): opened = index
            case UInt8(ascii: "]") where text.byte(index + 1) == UInt8(ascii: "("):
                if collected.isFull(.linkTitle) { return }
                if let open = opened, text.byte(open - 1) == UInt8(ascii: "!"), index - open <= self.longest {
                    collected.add(.imageText, open + 1..<index, of: text)
                }
                opened = nil
                index = self.readTarget(text, from: index + 2, isDefinition: false, into: &collected)
                continue
            case UInt8(ascii: "]") where text.byte(index + 1) == UInt8(ascii: ":"):
                guard let open = opened, open >= lineStart, text.trimmed(lineStart..<open).isEmpty else { break }
                if collected.isFull(.linkDefinition) { return }
                opened = nil
                index = self.readTarget(text, from: index + 2, isDefinition: true, into: &collected)
                continue
            default: break
            }
            index += 1
        }
    }

    /// Reads an address and the title behind it; gives where to go on.
    private static func readTarget(
        _ text: Span<UInt8>, from start: Int, isDefinition: Bool, into collected: inout CollectedSegments
    ) -> Int {
        let limit = min(text.count, start + self.longest)
        var index = start
        while index < limit, text[index] == 0x20 || text[index] == 0x09 { index += 1 }
        let address = index
        while index < limit, !text[index].isBlank, isDefinition || text[index] != UInt8(ascii: ")") { index += 1 }
        LinkTargets.add(address..<index, of: text, into: &collected)
        while index < limit, text[index].isBlank, !isDefinition || text[index] != 0x0A { index += 1 }
        let closing: UInt8
        switch text.byte(index) {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): closing = text[index]
        case UInt8(ascii: "(") where isDefinition: closing = UInt8(ascii: ")")
        default: return index
        }
        guard let end = text.next(closing, from: index + 1, to: limit) else { return index + 1 }
        collected.add(isDefinition ? .linkDefinition : .linkTitle, index + 1..<end, of: text)
        return end + 1
    }
}

/// What addresses say.
enum LinkTargets {
    /// Adds what stands behind the `?` or `#` of an address, with blanks where addresses have signs for them.
    static func add(_ address: Range<Int>, of text: Span<UInt8>, into collected: inout CollectedSegments) {
        guard address.count <= 4096,
            let start = address.first(where: { text[$0] == UInt8(ascii: "?") || text[$0] == UInt8(ascii: "#") })
        else { return }
        let place = start + 1..<address.upperBound
        guard place.count >= 12, !collected.isFull(.linkTarget) else { return }
        var decoded = MappedText()
        var index = place.lowerBound
        while index < place.upperBound {
            switch text[index] {
            case UInt8(ascii: "%"):
                let length = decoded.putEscape(of: text, at: index)
                if length == 0 { decoded.copy(text[index], at: index) }
                index += max(1, length)
                continue
            case UInt8(ascii: "+"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "="):
                decoded.put(0x20, for: index..<index + 1)
            case UInt8(ascii: "&"), UInt8(ascii: "?"), UInt8(ascii: "#"):
                decoded.put(0x0A, for: index..<index + 1)
            default: decoded.copy(text[index], at: index)
            }
            index += 1
        }
        collected.add(.linkTarget, place, decoded: decoded)
    }
}
