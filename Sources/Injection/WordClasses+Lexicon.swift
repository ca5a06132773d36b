extension WordClasses {
    /// Reads a lexicon: lines `kind: entry entry …`; lines of one kind belong together, `#` begins a comment.
    ///
    /// `unmarked` gives an entry without the marks on its letters, if it has some: people leave them out.
    package init(lexicon: String, unmarked: (String) -> String?) {
        var names: [Substring] = []
        var entries: [Entry] = []
        for line in lexicon.split(separator: "\n") where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon]
            if !names.contains(name) { names.append(name) }
            guard let index = names.firstIndex(of: name), index + 1 < Self.mostKinds else { continue }
            for entry in line[line.index(after: colon)...].split(separator: " ") {
                for form in [String(entry), unmarked(String(entry))].compactMap(\.self) {
                    guard let key = NgramReader.lexiconKey(form) else { continue }
                    entries.append(Entry(key: key, kind: UInt8(index + 1)))
                }
            }
        }
        self.init(entries)
    }
}
