/// The terms of a question, ready to be recognised in texts.
struct QuestionTerms {
    /// Terms beyond this many are not looked for.
    static let limit = 48
    /// What a form of the same word counts, beside the word itself.
    static let relatedStrength = 0.6

    struct Entry {
        let term: ExtractiveTerm
        /// What it counts in the ranking.
        let weight: Double
        /// Whether it says what the question is about, so that an answer should hold it.
        let isContent: Bool
        /// Whether other forms of the word count as well.
        let hasForms: Bool
    }

    /// Terms first, behind them the pairs of neighbours.
    private(set) var entries: [Entry] = []
    /// How many of the entries are terms.
    private(set) var termCount = 0
    let wantsNumber: Bool
    let wantsSummary: Bool

    /// Terms by their first three letters.
    private var byStart: [UInt64: [Int]] = [:]
    private var pairs: [Int: Int] = [:]

    init(_ read: [ExtractiveTerm]) {
        var indexes: [ExtractiveTerm: Int] = [:]
        // Where nothing but function words was asked (who are you?), they are what it is about.
        let content = ExtractiveVocabulary.content(of: read)
        var order: [Int] = []
        for term in read {
            if let index = indexes[term] {
                order.append(index)
                continue
            }
            guard self.entries.count < Self.limit else { continue }
            let isContent = content.isEmpty || content.contains(term)
            indexes[term] = self.entries.count
            self.byStart[Self.start(of: term.letters, isBigram: term.isBigram), default: []].append(self.entries.count)
            order.append(self.entries.count)
            self.entries.append(
                Entry(
                    term: term, weight: isContent ? 1 : 0.12, isContent: isContent,
                    hasForms: content.contains(term)))
        }
        self.termCount = self.entries.count
        for (left, right) in zip(order, order.dropFirst()) {
            guard left != right, self.entries[left].isContent || self.entries[right].isContent,
                !self.entries[left].term.isBigram, !self.entries[right].term.isBigram,
                self.pairs[Self.pair(left, right)] == nil
            else { continue }
            self.pairs[Self.pair(left, right)] = self.entries.count
            self.entries.append(Entry(term: self.entries[left].term, weight: 0.3, isContent: false, hasForms: false))
        }
        self.wantsNumber = read.contains { ExtractiveVocabulary.askForNumber.contains($0.letters) }
        self.wantsSummary = read.contains { ExtractiveVocabulary.askForSummary.contains($0.letters) }
    }

    /// The term of the question that this term of a text is, or is a form of.
    func match(_ letters: [UInt32], isBigram: Bool) -> (index: Int, strength: Double)? {
        guard let candidates = self.byStart[Self.start(of: letters, isBigram: isBigram)] else { return nil }
        var related: Int?
        for index in candidates {
            let entry = self.entries[index]
            if entry.term.letters == letters { return (index, 1) }
            if !isBigram, related == nil, entry.hasForms, Self.areRelated(letters, entry.term.letters) {
                related = index
            }
        }
        return related.map { ($0, Self.relatedStrength) }
    }

    /// The pair of these two neighbours, in either order, if the question has it.
    func pair(of left: Int, and right: Int) -> Int? { self.pairs[Self.pair(left, right)] }

    private static func pair(_ left: Int, _ right: Int) -> Int { min(left, right) * Self.limit + max(left, right) }

    private static func start(of letters: [UInt32], isBigram: Bool) -> UInt64 {
        var start: UInt64 = isBigram ? 1 : 0
        for index in 0..<min(3, letters.count) { start = start << 21 | UInt64(letters[index]) }
        return start
    }

    /// Whether two words look like forms of one: a long beginning in common and short, unlike ends (open, opens, opening;
    /// öffnet, öffnen), without a list of endings for any language. Numbers have no forms.
    static func areRelated(_ left: [UInt32], _ right: [UInt32]) -> Bool {
        var common = 0
        while common < left.count, common < right.count, left[common] == right[common] {
            if ExtractiveTerm.isDigit(left[common]) { return false }
            common += 1
        }
        let leftRest = left.count - common
        let rightRest = right.count - common
        if common == 3 { return leftRest + rightRest <= 1 }
        return common > 3 && max(leftRest, rightRest) <= common / 2 + 1 && leftRest + rightRest <= common
            && !left[common...].contains(where: ExtractiveTerm.isDigit)
            && !right[common...].contains(where: ExtractiveTerm.isDigit)
    }
}
