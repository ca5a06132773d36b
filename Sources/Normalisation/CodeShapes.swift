/// What lines of programs and of files of settings look like, whatever the language.
enum CodeShapes {
    /// So much of a line tells.
    static let longestLine = 256

    /// Words that lines of code begin with, and lines of prose hardly ever with what follows them here.
    private static let firstWords = PackedNames(
        "def class func fn let var const import from return public private static package using namespac struct enum void "
            + "int string bool float double char async await export function elif else try except catch finally select "
            + "insert update delete create alter drop begin end sub my local echo run copy workdir entrypoi cmd env "
            + "interfac impl mod use pub type module require raise throw yield pass break continue")
    /// Of those, the ones that prose begins with too: they need a mark of code at the end.
    private static let commonWords = PackedNames(
        "class let from return public private static package using string import try catch finally select insert update "
            + "delete create alter drop begin end my local echo run copy env use type module require raise throw yield "
            + "pass break continue end export function else sub char double int void interfac mod")
    /// What code has and prose has not.
    private static let marks: [StaticString] = [
        " = ", "()", "->", "=>", "==", "!=", "&&", "||", ":=", "+=", "::", "</", "/>",
    ]

    /// Whether a line, without blanks at its ends, looks like code.
    static func isCode(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard let last = line.last, let first = line.first else { return false }
        let end = text[last]
        if end == UInt8(ascii: ";") || end == UInt8(ascii: "{") || end == UInt8(ascii: "}") { return true }
        if text[first] == UInt8(ascii: "@"), text.byte(first + 1).isLetter, !line.contains(where: { text[$0] == 0x20 })
        {
            return true
        }
        if self.isDirective(text, line) || self.isEntry(text, line) { return true }
        var word = first
        while word < line.upperBound, word - first <= 8, text[word].isInName { word += 1 }
        let name = text.packed(first..<min(word, first + 8))
        if self.firstWords.contains(name), !self.commonWords.contains(name) || self.isShort(text, line) { return true }
        if end == UInt8(ascii: ":") || end == UInt8(ascii: ")") || end == UInt8(ascii: "]") {
            if self.firstWords.contains(name) { return true }
            // A call: the parenthesis stands at a name.
            if let open = text.next(UInt8(ascii: "("), from: first, to: line.upperBound), open > first,
                text[open - 1].isInName, end != UInt8(ascii: "]")
            {
                return true
            }
        }
        for mark in self.marks {
            if let place = text.next(mark, from: first, to: line.upperBound), place < line.upperBound { return true }
        }
        return false
    }

    /// A line of three words at most, as `import os`, that no mark of a sentence ends.
    private static func isShort(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard let last = line.last, text[last].isInName || text[last] == UInt8(ascii: "*") else { return false }
        return line.count(where: { text[$0] == 0x20 }) < 3
    }

    /// A line that C's preprocessor or a shell reads.
    static func isDirective(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard let first = line.first, text[first] == UInt8(ascii: "#") else { return false }
        let names: [StaticString] = ["#include", "#define", "#if", "#end", "#pragma", "#!/", "#else", "#import"]
        return names.contains { text.begins(with: $0, at: first) }
    }

    /// A line `name: value` or `name = value` of a file of settings.
    private static func isEntry(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
        var index = line.lowerBound
        if text[index] == UInt8(ascii: "-"), text.byte(index + 1) == 0x20 { index += 2 }
        let start = index
        while index < line.upperBound, index - start < 48,
            text[index].isInName || text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: ".")
        {
            index += 1
        }
        guard index > start, index < line.upperBound else { return false }
        if text[index] == UInt8(ascii: "=") { return true }
        // Prose has capitals before its colons.
        guard text[index] == UInt8(ascii: ":"), text.byte(index + 1).isBlank else { return false }
        return !(0x41...0x5A).contains(text[start])
    }
}
