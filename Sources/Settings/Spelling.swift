/// Finds what somebody probably meant to write.
package enum Spelling {
    /// The nearest of `candidates`, where it is near enough to be a slip: a third of its letters may differ.
    static func nearest(to text: String, among candidates: some Sequence<String>) -> String? {
        let written = Array(text.lowercased().utf8.prefix(65))
        guard (1...64).contains(written.count) else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let wanted = Array(candidate.lowercased().utf8)
            let limit = max(1, min(written.count, wanted.count) / 3)
            guard abs(wanted.count - written.count) <= limit else { continue }
            let distance = Self.distance(written, wanted)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    static func hint(for text: String, among candidates: some Sequence<String>) -> String? {
        self.nearest(to: text, among: candidates).map { "did you mean \($0)?" }
    }

    /// Names one after the other, in backticks.
    static func list(_ names: some Sequence<String>) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

    /// Completes "expected …" for one of a few names.
    static func choice(_ names: [String]) -> String {
        names.count == 1 ? Self.list(names) : "one of \(Self.list(names.prefix(20)))"
    }

    /// User input as it may be repeated: on one line, of bounded length, without control characters.
    package static func excerpt(_ text: String) -> String {
        let printable = text.unicodeScalars.lazy.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
            default: Character(scalar)
            }
        }
        let start = String(printable.prefix(60))
        return start.unicodeScalars.count < text.unicodeScalars.count ? start + "…" : start
    }

    /// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in 1...max(1, left.count) where !left.isEmpty {
            var row = [i]
            for j in 1...max(1, right.count) where !right.isEmpty {
                let substitution = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                var cost = min(substitution, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    cost = min(cost, beforeLast[j - 2] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
