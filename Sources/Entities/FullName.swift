/// A given name and a family name side by side, both in the lexicon: somebody, whatever stands around them.
///
/// The model weighs the context as well, and where that tells of something else ("Please call John Smith." ends like a
/// command) it passes over names that nobody would.
enum FullName {
    /// How sure one may be of two words that are known as names and as nothing else.
    private static let percent: UInt8 = 70

    /// Adds the persons that were passed over, and makes whole those of whom only the given name was found or who were taken
    /// for a company. Linear in the words.
    static func complete(_ found: inout [FoundName], _ words: [Word]) {
        var next = 0
        var index = 0
        while index + 1 < words.count {
            while next < found.count, found[next].words.upperBound <= index { next += 1 }
            guard Self.isName(words, index) else {
                index += 1
                continue
            }
            let name = index..<index + 2
            index += 2
            guard next < found.count, found[next].words.lowerBound < name.upperBound else {
                found.insert(FoundName(words: name, kind: .person, percent: Self.percent), at: next)
                continue
            }
            // What begins before or ends behind it is something longer; "Ask Michael" begins with an order.
            guard found[next].words.lowerBound == name.lowerBound, found[next].words.upperBound <= name.upperBound,
                next + 1 == found.count || found[next + 1].words.lowerBound >= name.upperBound,
                found[next].kind == .person || found[next].kind == .organisation
            else { continue }
            found[next] = FoundName(words: name, kind: .person, percent: max(Self.percent, found[next].percent))
        }
    }

    private static func isName(_ words: [Word], _ index: Int) -> Bool {
        let (given, family) = (words[index], words[index + 1])
        return given.shape == .capitalised && family.shape == .capitalised && family.gap == .space
            && given.flags.contains(.given) && family.flags.contains(.family)
            && !given.flags.contains(.country)
            && family.flags.isDisjoint(with: [.city, .country, .organisation])
            && !Self.goesOn(words, index + 2)
    }

    /// Whether a word with a capital follows, so that the two may be a part of something longer: a company, a street.
    private static func goesOn(_ words: [Word], _ index: Int) -> Bool {
        guard index < words.count, words[index].gap == .space else { return false }
        return switch words[index].shape {
        case .capitalised, .capitals, .mixed, .initial: true
        default: !words[index].flags.isDisjoint(with: [.organisation, .street])
        }
    }
}
