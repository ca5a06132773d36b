/// Finds what someone may have meant.
enum Spelling {
    private static let longest = 64
    private static let mostCandidates = 2_000

    /// `; hint: did you mean …` on its own line; empty where nothing is near.
    static func hint(for name: String, among candidates: [String]) -> String {
        guard let best = self.nearest(to: name, among: candidates) else { return "" }
        return "\nhint: did you mean `\(best)`?"
    }

    /// The candidate that differs least, where it differs in at most a third of its letters.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.utf8)
        guard wanted.count <= self.longest, candidates.count <= self.mostCandidates else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in candidates where candidate != name {
            let letters = Array(candidate.utf8)
            guard letters.count <= self.longest, abs(letters.count - wanted.count) <= 4 else { continue }
            let distance = self.distance(wanted, letters)
            guard distance * 3 <= max(3, letters.count) else { continue }
            if best.map({ (distance, candidate) < ($0.distance, $0.name) }) ?? true { best = (distance, candidate) }
        }
        return best?.name
    }

    /// How many letters to insert, remove or replace.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
