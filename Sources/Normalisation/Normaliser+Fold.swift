extension Normaliser {
    /// Adds the canonical view of a text, and those of what hides in its invisible characters; the canonical one's place,
    /// nil where it would say the same as the text.
    @discardableResult
    func fold(
        _ text: Span<UInt8>, of parent: Int?, depth: Int, _ result: inout Normalised, _ room: inout Int
    ) -> Int? {
        var fold = Fold(isMostlyLatin: Self.isMostlyLatin(text))
        fold.read(text)
        for fact in fold.facts {
            let range =
                parent.map { parent in
                    var range = fact.range
                    var next: Int? = parent
                    while let view = next {
                        range = result.views[view].map.source(of: range)
                        next = result.views[view].parent
                    }
                    return range
                } ?? fact.range
            result.facts.append(UnicodeFact(kind: fact.kind, range: range))
        }
        result.flags.add(fold.flags)
        Self.add(.tags, fold.tagged.bytes, fold.tagged.map, of: parent, depth: depth + 1, &result, &room)
        if Payloads.mayBeText(fold.selected.bytes.span) {
            Self.add(
                .variationSelectors, fold.selected.bytes, fold.selected.map, of: parent, depth: depth + 1, &result,
                &room)
        }
        guard fold.hasChanges else { return nil }
        return Self.add(.canonical, fold.bytes, fold.map, of: parent, depth: depth, &result, &room)
    }

    /// Whether other letters are the exception.
    private static func isMostlyLatin(_ text: Span<UInt8>) -> Bool {
        var latin = 0
        var other = 0
        for index in text.indices {
            let byte = text[index]
            if byte >= 0xC0 { other += 1 } else if LanguageScore.letter(byte) > 0 { latin += 1 }
        }
        return latin > 2 * other
    }
}

extension TextFlags {
    mutating func add(_ other: TextFlags) {
        self.invisible += other.invisible
        self.marks += other.marks
        self.lookalikes += other.lookalikes
        self.styles += other.styles
        self.directions += other.directions
        self.tags += other.tags
        self.selectors += other.selectors
        self.mixedWords += other.mixedWords
    }
}

/// Makes the canonical reading of a text, character by character.
private struct Fold {
    /// Text that hides in another, and where each byte of it does.
    struct Hidden {
        var bytes: [UInt8] = []
        var map = OffsetMap()

        mutating func append(_ byte: UInt8, from source: Range<Int>) {
            self.map.made(of: source, at: self.bytes.count)
            self.bytes.append(byte)
        }
    }

    private(set) var bytes: [UInt8] = []
    private(set) var map = OffsetMap()
    private(set) var tagged = Hidden()
    private(set) var selected = Hidden()
    private(set) var facts: [UnicodeFact] = []
    private(set) var flags = TextFlags()
    private(set) var hasChanges = false

    private let folds = CharacterFolds.shared
    private let isMostlyLatin: Bool
    /// Up to where lookalikes are judged, and how.
    private var judged = 0
    private var foldsWord = false
    /// The variation selectors in a row.
    private var selectors = 0..<0
    private var selectorCount = 0
    /// Whether tag characters that follow belong to a flag.
    private var flagEnd = 0

    init(isMostlyLatin: Bool) { self.isMostlyLatin = isMostlyLatin }

    mutating func read(_ text: Span<UInt8>) {
        self.bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                self.copy(text, index..<index + 1)
                index += 1
                continue
            }
            guard let (point, length) = Self.character(text, at: index) else {
                self.copy(text, index..<index + 1)
                index += 1
                continue
            }
            self.take(point, text, index..<index + length)
            index += length
        }
        self.endSelectors()
    }

    private mutating func copy(_ text: Span<UInt8>, _ range: Range<Int>) {
        self.map.copied(from: range.lowerBound, at: self.bytes.count)
        for offset in range { self.bytes.append(text[offset]) }
    }

    private mutating func put(_ target: Range<Int>, for range: Range<Int>) {
        self.hasChanges = true
        guard !target.isEmpty else { return }
        self.map.made(of: range, at: self.bytes.count)
        for offset in target { self.bytes.append(self.folds.target(offset)) }
    }

    private mutating func take(_ point: UInt32, _ text: Span<UInt8>, _ range: Range<Int>) {
        let (action, target) = self.folds.fold(point)
        if action != .variationSelector, self.selectorCount > 0 { self.endSelectors() }
        switch action {
        case .keep: self.copy(text, range)
        case .spelling:
            // An accent gone, a letter may be left that looks like another.
            if target.count == 2, let (base, _) = self.character(of: target), self.folds.action(of: base) == .lookalike,
                self.isDisguised(text, range)
            {
                self.put(self.folds.fold(base).target, for: range)
            } else {
                self.put(target, for: range)
            }
        case .style:
            self.flags.styles += 1
            self.put(target, for: range)
        case .lookalike:
            guard self.isDisguised(text, range) else { return self.copy(text, range) }
            self.flags.lookalikes += 1
            self.put(target, for: range)
        case .mark:
            self.flags.marks += 1
            self.hasChanges = true
        case .invisible:
            self.flags.invisible += 1
            self.hasChanges = true
        case .direction:
            self.flags.directions += 1
            self.hasChanges = true
        case .override:
            self.flags.directions += 1
            self.hasChanges = true
            self.note(.override, range)
        case .variationSelector:
            self.hasChanges = true
            self.flags.selectors += 1
            self.selectors = self.selectorCount == 0 ? range : self.selectors.lowerBound..<range.upperBound
            self.selectorCount += 1
            let value = point >= 0xE0100 ? point - 0xE0100 + 16 : point >= 0xFE00 ? point - 0xFE00 : 0
            self.selected.append(UInt8(truncatingIfNeeded: value), from: range)
        case .tag: self.takeTag(point, text, range)
        }
    }

    private mutating func takeTag(_ point: UInt32, _ text: Span<UInt8>, _ range: Range<Int>) {
        self.hasChanges = true
        if range.lowerBound < self.flagEnd { return }
        if let end = Self.flagEnd(text, at: range.lowerBound) {
            self.flagEnd = end
            return
        }
        self.flags.tags += 1
        self.note(.tags, range)
        if (0xE0020...0xE007E).contains(point) {
            self.tagged.append(UInt8(truncatingIfNeeded: point - 0xE0000), from: range)
        }
    }

    /// A selector after a character is usual, and a few in a row are some emoji's; more spell something.
    private mutating func endSelectors() {
        if self.selectorCount > 4 { self.note(.variationSelectors, self.selectors) }
        if self.selectorCount <= 4 { self.selected.drop(self.selectorCount) }
        self.selectorCount = 0
    }

    private mutating func note(_ kind: UnicodeFact.Kind, _ range: Range<Int>) {
        if let last = self.facts.last, last.kind == kind, last.range.upperBound == range.lowerBound {
            self.facts[self.facts.count - 1] = UnicodeFact(kind: kind, range: last.range.lowerBound..<range.upperBound)
        } else if self.facts.count < 64 {
            self.facts.append(UnicodeFact(kind: kind, range: range))
        }
    }

    // MARK: Around a character

    private func character(of target: Range<Int>) -> (UInt32, Int)? {
        guard target.count == 2 else { return nil }
        let (first, second) = (self.folds.target(target.lowerBound), self.folds.target(target.lowerBound + 1))
        return first & 0xE0 == 0xC0 ? (UInt32(first & 0x1F) << 6 | UInt32(second & 0x3F), 2) : nil
    }

    /// Whether lookalikes of the word around a character stand for Latin letters: Latin ones stand among them, or
    /// nothing but lookalikes in a text that is Latin otherwise.
    private mutating func isDisguised(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        if range.lowerBound < self.judged { return self.foldsWord }
        var start = range.lowerBound
        while start > 0, range.lowerBound - start < 64, Self.isInWord(text[start - 1]) { start -= 1 }
        while start < range.lowerBound, text[start] & 0xC0 == 0x80 { start += 1 }
        var latin = 0
        var like = 0
        var other = 0
        var index = start
        while index < text.count, index - start < 256, Self.isInWord(text[index]) {
            guard text[index] >= 0x80, let (point, length) = Self.character(text, at: index) else {
                if LanguageScore.letter(text[index]) > 0 { latin += 1 }
                index += 1
                continue
            }
            switch self.folds.action(of: point) {
            case .lookalike: like += 1
            case .style: latin += 1
            case .keep: other += 1
            case .spelling: if point < 0x250 || point >= 0x1E00 && point < 0x1F00 { latin += 1 }
            case .mark, .invisible, .tag, .variationSelector, .override, .direction: break
            }
            index += length
        }
        self.judged = max(index, range.upperBound)
        self.foldsWord = latin > 0 ? like + latin > other : other == 0 && self.isMostlyLatin && like > 1
        if self.foldsWord, latin > 0 { self.flags.mixedWords += 1 }
        return self.foldsWord
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || LanguageScore.letter(byte) > 0 || (0x30...0x39).contains(byte)
    }

    /// The end of the flag that an offset lies in: a black flag, tags, and the tag that ends them.
    private static func flagEnd(_ text: Span<UInt8>, at offset: Int) -> Int? {
        guard offset >= 4, let (base, _) = Self.character(text, at: offset - 4), base == 0x1F3F4 else { return nil }
        var index = offset
        while index < text.count, index - offset <= 32, let (point, length) = Self.character(text, at: index) {
            index += length
            if point == 0xE007F { return index }
            guard (0xE0030...0xE0039).contains(point) || (0xE0061...0xE007A).contains(point) else { return nil }
        }
        return nil
    }

    /// The character that begins at an offset and its length; nil where UTF-8 is broken.
    private static func character(_ text: Span<UInt8>, at index: Int) -> (UInt32, Int)? {
        let first = text[index]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0
        guard length > 0, first < 0xF5, index + length <= text.count else { return nil }
        var point = UInt32(first) & (0x7F >> UInt32(length))
        for offset in index + 1..<index + length {
            guard text[offset] & 0xC0 == 0x80 else { return nil }
            point = point << 6 | UInt32(text[offset] & 0x3F)
        }
        return (point, length)
    }
}

extension Fold.Hidden {
    fileprivate mutating func drop(_ count: Int) {
        guard count > 0, count <= self.bytes.count else { return }
        self.bytes.removeLast(count)
        self.map.dropLast(count)
    }
}
