/// The set of a sentence's terms, to tell whether another says nearly the same.
struct SentencePrint {
    private let terms: Set<ExtractiveTerm>
    private let numbers: Set<ExtractiveTerm>

    init(_ terms: [ExtractiveTerm]) {
        self.terms = Set(terms)
        self.numbers = self.terms.filter { $0.letters.contains(where: ExtractiveTerm.isDigit) }
    }

    /// Whether four of five terms of both together are terms of both, and the numbers are the same: a limit of 32 MB is
    /// not a limit of 50 MB.
    func isNearly(_ other: SentencePrint) -> Bool {
        guard self.numbers == other.numbers else { return false }
        let common = self.terms.intersection(other.terms).count
        let all = self.terms.count + other.terms.count - common
        return all == 0 || common * 5 >= all * 4
    }
}
