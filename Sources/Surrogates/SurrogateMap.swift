// Surrogates puts something else in the place of what was found, and the value back where the something comes again.

package import Detection

/// What stands for what: the values that were taken out of a text, and what was put in their place.
///
/// The same value of the same kind always gets the same surrogate. A map is as secret as the values in it: it has no
/// description, and whoever keeps it seals it.
package struct SurrogateMap: Sendable {
    /// What surrogates look like.
    package enum Style: String, CaseIterable, Sendable {
        /// A type and a number: `<PERSON_1>`.
        case tag
        /// Something of the same form that belongs to nobody.
        case fake
    }

    private struct Key: Hashable {
        let kind: Finding.Kind
        let value: [UInt8]
    }

    /// A value, its kind's name and what stands for it.
    package struct Entry: Sendable {
        package let kind: String
        package let value: [UInt8]
        package let surrogate: [UInt8]

        package init(kind: String, value: [UInt8], surrogate: [UInt8]) {
            self.kind = kind
            self.value = value
            self.surrogate = surrogate
        }
    }

    /// How the surrogates look.
    package let style: Style
    /// In the order in which the values came.
    package private(set) var entries: [Entry] = []
    private var byValue: [Key: Int] = [:]
    private var counts: [String: Int] = [:]
    private var taken: Set<[UInt8]> = []
    private(set) var tree = SurrogateTree()

    /// An empty map that is there already: most exchanges begin with it and leave it so.
    package static let empty = SurrogateMap()

    /// An empty map.
    package init(style: Style = .tag) { self.style = style }

    /// Whether there is nothing to restore.
    package var isEmpty: Bool { self.entries.isEmpty }

    /// No surrogate is longer, in bytes.
    package var longest: Int { self.tree.longest }

    /// Keeps whatever in a text looks like one of our tags from being used as one: it is the author's own.
    package mutating func reserve(in text: Span<UInt8>) {
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            var end = index + 1
            while end < text.count, end - index < 80, Self.isOfTag(text[end]) { end += 1 }
            if end < text.count, text[end] == UInt8(ascii: ">") {
                var tag: [UInt8] = []
                for offset in index...end { tag.append(text[offset]) }
                self.taken.insert(tag)
            }
            index += 1
        }
    }

    private static func isOfTag(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// What stands for a value, made where it is new.
    package mutating func surrogate(for value: [UInt8], kind: Finding.Kind) -> [UInt8] {
        let key = Key(kind: kind, value: value)
        if let known = self.byValue[key] { return self.entries[known].surrogate }
        var surrogate: [UInt8]
        var tries = 0
        repeat {
            let number = self.counts[kind.rawValue, default: 0] + 1
            self.counts[kind.rawValue] = number
            // There are only so many fakes of some forms.
            surrogate =
                self.style == .fake && tries < 100
                ? FakeValue.make(kind, like: value, number: number) : Self.tag(kind, number: number)
            tries += 1
        } while self.taken.contains(surrogate) || surrogate == value
        self.taken.insert(surrogate)
        self.add(Entry(kind: kind.rawValue, value: value, surrogate: surrogate), key)
        return surrogate
    }

    private mutating func add(_ entry: Entry, _ key: Key) {
        self.byValue[key] = self.entries.count
        self.tree.insert(entry.surrogate, self.entries.count)
        self.entries.append(entry)
    }

    /// A map of entries that were kept, to be gone on with; entries of a kind that there is no more are only restored.
    package init(style: Style, entries: [Entry]) {
        self.init(style: style)
        for entry in entries {
            self.taken.insert(entry.surrogate)
            self.counts[entry.kind, default: 0] += 1
            if let kind = Finding.Kind(rawValue: entry.kind) {
                self.add(entry, Key(kind: kind, value: entry.value))
            } else {
                self.tree.insert(entry.surrogate, self.entries.count)
                self.entries.append(entry)
            }
        }
    }

    /// The type and number, such as `<PERSON_1>`.
    static func tag(_ kind: Finding.Kind, number: Int) -> [UInt8] {
        var tag: [UInt8] = [UInt8(ascii: "<")]
        for byte in kind.label.utf8 {
            switch byte {
            case 0x61...0x7A: tag.append(byte & 0xDF)
            case 0x41...0x5A, 0x30...0x39: tag.append(byte)
            default: tag.append(UInt8(ascii: "_"))
            }
        }
        return tag + Array("_\(number)>".utf8)
    }

    /// Where surrogates stand in a text, and the values that they stand for.
    package func restorations(in text: Span<UInt8>) -> [Restoration] {
        guard !self.isEmpty else { return [] }
        var scanner = SurrogateScanner()
        var found: [Restoration] = []
        scanner.append(text, self, into: &found)
        scanner.finish(self, into: &found)
        return found
    }

    /// The text with every surrogate replaced by its value.
    package func restore(_ text: Span<UInt8>) -> [UInt8] {
        Replacement.apply(self.restorations(in: text).map { Replacement($0.span, $0.value) }, to: text)
    }
}

/// A surrogate in a text.
package struct Restoration: Hashable, Sendable {
    /// Where it stands, from the start of the text or stream.
    package let span: Range<Int>
    /// What it stands for.
    package let value: [UInt8]
}

/// Other bytes for a range of a text.
package struct Replacement: Hashable, Sendable {
    package let span: Range<Int>
    package let content: [UInt8]

    package init(_ span: Range<Int>, _ content: [UInt8]) {
        self.span = span
        self.content = content
    }

    /// The text with the replacements made; of two that overlap the earlier one holds. Linear in the text.
    package static func apply(_ replacements: [Self], to text: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var copied = 0
        for replacement in replacements.sorted(by: { $0.span.lowerBound < $1.span.lowerBound }) {
            guard replacement.span.lowerBound >= copied, replacement.span.upperBound <= text.count else { continue }
            for index in copied..<replacement.span.lowerBound { result.append(text[index]) }
            result += replacement.content
            copied = replacement.span.upperBound
        }
        for index in copied..<text.count { result.append(text[index]) }
        return result
    }
}
