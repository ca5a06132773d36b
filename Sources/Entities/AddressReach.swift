/// A name found in a block, by its words.
struct FoundName {
    var words: Range<Int>
    var kind: EntityKind
    var percent: UInt8
}

/// How far a postal address reaches: what stands around a street and its number and belongs to them by how addresses are
/// written (number, door, town, region, postcode, country), where the model saw only a part or took a part for a name of
/// its own.
struct AddressReach {
    private let words: [Word]
    private var found: [FoundName]

    /// Makes one address of each that was found in parts. Linear in the names; what is looked at around each is bounded.
    static func join(_ found: inout [FoundName], _ words: [Word]) {
        guard found.contains(where: { $0.kind == .address || $0.kind == .place }) else { return }
        var reach = Self(words: words, found: found)
        reach.join()
        found = reach.found
    }

    private init(words: [Word], found: [FoundName]) {
        self.words = words
        self.found = found
    }

    private mutating func join() {
        var joined: [FoundName] = []
        joined.reserveCapacity(self.found.count)
        var next = 0
        while next < self.found.count {
            var name = self.found[next]
            next += 1
            if name.kind == .place, let end = self.street(behind: name.words.upperBound) {
                name = FoundName(words: name.words.lowerBound..<end, kind: .address, percent: name.percent)
                while next < self.found.count, self.found[next].words.lowerBound < end { next += 1 }
            }
            if name.kind == .address {
                let floor = joined.last?.words.upperBound ?? 0
                name.words = self.start(of: name.words, from: floor)..<name.words.upperBound
                self.extend(&name, &next)
            }
            joined.append(name)
        }
        self.found = joined
    }

    /// The end of what makes a street of what was taken for a place: a word for streets (`London Road`) or a number of a
    /// house and nothing more (`Kirkevej 12,`).
    private func street(behind index: Int) -> Int? {
        guard index < self.words.count else { return nil }
        let word = self.words[index]
        guard word.gap == .space else { return nil }
        if word.shape == .capitalised, word.flags.contains(.street) { return index + 1 }
        switch word.shape {
        case .digit, .digits2, .digits3: break
        case .digits4 where !Self.isYear(word.head): break
        case .code where word.end - word.start < 6 && !Self.isLetter(word.head, word.end - word.start): break
        default: return nil
        }
        // A name that no list of places has, and a number: a street, whatever follows.
        let isKnown = !self.words[index - 1].flags.isDisjoint(with: [.city, .country, .placePhrase, .placeStart])
        guard isKnown, index + 1 < self.words.count else { return index + 1 }
        let next = self.words[index + 1]
        let isOver = next.gap.rawValue >= Word.Gap.line.rawValue || next.shape == .stop || next.tail == 0x2C
        return isOver ? index + 1 : nil
    }

    /// Whether four digits begin as those of a year of our time do; of a word the first three letters are known.
    private static func isYear(_ head: UInt32) -> Bool {
        let century = head >> 8 & 0xFFFF
        return century == 0x3139 || century == 0x3230
    }

    // MARK: To the left

    /// The number of the house, where it stands directly before the street.
    private func start(of range: Range<Int>, from floor: Int) -> Int {
        let first = range.lowerBound
        guard first > floor, self.words[first].shape.isWord, self.words[first].gap == .space else { return first }
        let number = self.words[first - 1]
        switch number.shape {
        case .digit, .digits2, .digits3, .digits4, .digits5:
            // Not the end of a date, an amount or a longer number.
            guard first - 1 > floor, number.gap == .none else { return first - 1 }
            return first
        default: return first
        }
    }

    // MARK: To the right

    /// What may stand between the parts of an address: nothing, a comma, an end of line.
    private func skipped(from index: Int) -> (next: Int, hasComma: Bool)? {
        var next = index
        var commas = 0
        while next < self.words.count, self.words[next].shape == .sign, self.words[next].tail == 0x2C, commas < 2 {
            next += 1
            commas += 1
        }
        guard next < self.words.count, self.words[next].gap != .paragraph else { return nil }
        // A sign other than a comma keeps parts apart; so does what is written together.
        guard commas > 0 || self.words[next].gap != .none else { return nil }
        return (next, commas > 0)
    }

    private mutating func extend(_ name: inout FoundName, _ next: inout Int) {
        var hasTown = false
        for _ in 0..<6 {
            let end = name.words.upperBound
            guard let (start, hasComma) = self.skipped(from: end) else { return }
            var reached: Int?
            if next < self.found.count, self.found[next].words.lowerBound == start {
                let other = self.found[next]
                let isTown = other.kind == .place || other.kind == .address && !self.isNewAddress(other.words)
                if isTown || self.postcode(behind: other.words.upperBound) != nil {
                    reached = other.words.upperBound
                    name.percent = min(name.percent, max(other.percent, 30))
                    hasTown = true
                }
            }
            reached = reached ?? self.door(at: start)
            reached = reached ?? self.code(at: start, hasComma: hasComma, hasTown: hasTown)
            reached = reached ?? self.unknownTown(at: start, hasComma: hasComma)
            guard let reached, reached > end else { return }
            name.words = name.words.lowerBound..<reached
            while next < self.found.count, self.found[next].words.lowerBound < reached { next += 1 }
        }
    }

    /// Whether an address has a street of its own, so that it is another one.
    private func isNewAddress(_ range: Range<Int>) -> Bool {
        range.contains { self.words[$0].flags.contains(.street) } && range.contains { self.words[$0].shape.isNumber }
            && range.count > 2
    }

    /// The end of a door's number behind its word: `Apt. 5`, `Suite 12B`, `#4`.
    private func door(at start: Int) -> Int? {
        let word = self.words[start]
        var index = start + 1
        if word.shape == .sign {
            guard word.tail == 0x23 else { return nil }
        } else {
            guard word.shape.isWord, Self.doors.contains(word.hash) else { return nil }
            if index < self.words.count, self.words[index].shape == .stop, self.words[index].gap == .none { index += 1 }
            if index < self.words.count, self.words[index].shape == .sign, self.words[index].tail == 0x23 { index += 1 }
        }
        guard index < self.words.count, self.words[index].gap.rawValue < Word.Gap.line.rawValue else { return nil }
        let number = self.words[index]
        return number.shape.isNumber || number.shape == .initial ? index + 1 : nil
    }

    private static let doors: Set<UInt64> = Set(
        ["apt", "apartment", "suite", "ste", "unit", "flat", "room", "rm", "floor", "fl", "bldg", "building", "lot"].map
        {
            WordReader.hash($0.utf8)
        })

    /// The end of a postcode, or of a region's short name with one.
    private func code(at start: Int, hasComma: Bool, hasTown: Bool) -> Int? {
        if let end = self.postcode(at: start) {
            // Four digits and three are much else.
            let isClear = end - start > 1 || self.words[start].shape == .digits5 || self.words[start].shape == .code
            return isClear || hasTown && !hasComma ? end : nil
        }
        guard self.isRegion(start) else { return nil }
        if let end = self.postcode(behind: start + 1) { return end }
        return hasComma && self.words[start].end - self.words[start].start == 2 ? start + 1 : nil
    }

    /// Up to three words with capitals that nobody knows, before a region with a postcode or a postcode.
    private func unknownTown(at start: Int, hasComma: Bool) -> Int? {
        var index = start
        while index < self.words.count, index - start < 3, self.words[index].shape.hasCapital,
            index == start || self.words[index].gap == .space
        {
            index += 1
            guard let (behind, _) = self.skipped(from: index) else { return nil }
            if self.isRegion(behind), let end = self.postcode(behind: behind + 1) { return end }
            if self.words[behind].shape == .digits5 || self.words[behind].shape == .code,
                let end = self.postcode(at: behind)
            {
                return end
            }
        }
        return nil
    }

    private func isRegion(_ index: Int) -> Bool {
        let word = self.words[index]
        return word.shape == .capitals && (2...3).contains(word.end - word.start)
    }

    /// The end of a postcode that follows, with a comma or an end of line between.
    private func postcode(behind index: Int) -> Int? {
        guard let (start, _) = self.skipped(from: index) else { return nil }
        if let end = self.postcode(at: start) { return end }
        guard self.isRegion(start), let (next, _) = self.skipped(from: start + 1) else { return nil }
        return self.postcode(at: next)
    }

    /// The end of a postcode by the forms in use: `12345`, `12345-6789`, `SW1A 1AA`, `K1A 0B1`, `1234 AB`, `00-123`,
    /// `123 45`, `560 001`, `2000`.
    private func postcode(at start: Int) -> Int? {
        let word = self.words[start]
        let one = start + 1 < self.words.count ? self.words[start + 1] : nil
        let two = start + 2 < self.words.count ? self.words[start + 2] : nil
        func isDashed(_ shape: Word.Shape) -> Bool {
            guard let one, let two else { return false }
            return one.tail == 0x2D && one.gap == .none && two.gap == .none && two.shape == shape
        }
        switch word.shape {
        case .digits5: return isDashed(.digits4) || isDashed(.digits3) ? start + 3 : start + 1
        case .digits4:
            if isDashed(.digits3) { return start + 3 }
            if let one, one.shape == .capitals, one.end - one.start == 2, one.gap.rawValue <= Word.Gap.space.rawValue {
                return start + 2
            }
            return start + 1
        case .digits3:
            guard let one, one.gap == .space, one.shape == .digits2 || one.shape == .digits3 else { return nil }
            return start + 2
        case .digits2: return isDashed(.digits3) ? start + 3 : nil
        case .digitsMore: return word.end - word.start == 6 ? start + 1 : nil
        case .code:
            let length = word.end - word.start
            guard Self.isLetter(word.head, length) else { return nil }
            if let one, one.shape == .code, one.end - one.start == 3, (2...4).contains(length), one.gap == .space {
                return start + 2
            }
            return (5...7).contains(length) && Self.isDigit(word.tail >> 16) ? start + 1 : nil
        default: return nil
        }
    }

    /// Whether the first of a word's letters is one.
    private static func isLetter(_ head: UInt32, _ length: Int32) -> Bool {
        let first = head >> UInt32(8 * (min(3, max(1, length)) - 1)) & 0xFF
        return first >= 0x61
    }

    private static func isDigit(_ byte: UInt64) -> Bool { (0x30...0x39).contains(byte & 0xFF) }
}
