/// What is done with a character before detectors read it: looked up in two steps, made once from ``FoldTables``.
struct CharacterFolds: Sendable {
    /// What a character is to the reader.
    enum Action: UInt8 {
        /// It stays.
        case keep
        /// Written otherwise by people who mean no harm: an accent, a quote, a ligature.
        case spelling
        /// A letter in the shape of a symbol.
        case style
        /// A letter of another script that looks like a Latin one; folded only where words are mixed.
        case lookalike
        /// A mark on a letter, which goes.
        case mark
        /// Nothing that one sees; goes.
        case invisible
        /// Spells hidden text (U+E0000 and on); goes.
        case tag
        /// Chooses a form of what stands before it; goes.
        case variationSelector
        /// Turns the direction of writing by force; goes.
        case override
        /// Guides the direction of writing; goes.
        case direction
    }

    /// Made at first use; takes about a millisecond.
    static let shared = CharacterFolds()

    private static let blockBits: UInt32 = 7
    private static let blockSize = 128

    private var blocks: [UInt16]
    /// Places in `entries` for the characters of the blocks that have any; block 0 has none.
    private var cells: [UInt16]
    private var entries: [Entry] = [Entry(action: .keep, start: 0, count: 0)]
    private var targets: [UInt8] = []

    private struct Entry {
        let action: Action
        let start: UInt32
        let count: UInt8
    }

    private init() {
        self.blocks = [UInt16](repeating: 0, count: 0x11_0000 / Self.blockSize)
        self.cells = [UInt16](repeating: 0, count: Self.blockSize)
        self.add(FoldTables.spelling, .spelling)
        self.add(FoldTables.styles, .style)
        self.add(FoldTables.lookalikes, .lookalike)
        for (action, ranges) in Self.removed {
            let entry = self.entry(action, [])
            for range in ranges { for point in range { self.put(entry, at: point) } }
        }
    }

    /// What is done with a character.
    func action(of point: UInt32) -> Action { self.entries[self.place(of: point)].action }

    /// Its action, and where in ``target(_:)`` its replacement stands.
    func fold(_ point: UInt32) -> (action: Action, target: Range<Int>) {
        let entry = self.entries[self.place(of: point)]
        return (entry.action, Int(entry.start)..<Int(entry.start) + Int(entry.count))
    }

    func target(_ offset: Int) -> UInt8 { self.targets[offset] }

    private func place(of point: UInt32) -> Int {
        guard point < 0x11_0000 else { return 0 }
        let block = Int(self.blocks[Int(point >> Self.blockBits)])
        return Int(self.cells[block * Self.blockSize + Int(point) & (Self.blockSize - 1)])
    }

    // MARK: Making it

    private static let removed: [(Action, [ClosedRange<UInt32>])] = [
        (
            .mark,
            [
                0x300...0x36F, 0x483...0x489, 0x591...0x5BD, 0x5BF...0x5BF, 0x5C1...0x5C2, 0x5C4...0x5C5, 0x5C7...0x5C7,
                0x610...0x61A, 0x64B...0x65F, 0x670...0x670, 0x6D6...0x6DC, 0x6DF...0x6E4, 0x6E7...0x6E8,
                0x6EA...0x6ED, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F,
            ]
        ),
        (
            .invisible,
            [
                0xAD...0xAD, 0x34F...0x34F, 0x115F...0x1160, 0x17B4...0x17B5, 0x180E...0x180E, 0x200B...0x200D,
                0x2060...0x2065, 0x206A...0x206F, 0x3164...0x3164, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0, 0xFFF0...0xFFFB,
                0x1BCA0...0x1BCA3, 0x1D173...0x1D17A,
            ]
        ),
        (.tag, [0xE0000...0xE007F]),
        (.variationSelector, [0x180B...0x180D, 0x180F...0x180F, 0xFE00...0xFE0F, 0xE0100...0xE01EF]),
        (.override, [0x202D...0x202E]),
        (.direction, [0x61C...0x61C, 0x200E...0x200F, 0x202A...0x202C, 0x2066...0x2069]),
    ]

    private mutating func entry(_ action: Action, _ target: [UInt32]) -> UInt16 {
        let start = self.targets.count
        for point in target {
            guard let scalar = Unicode.Scalar(point) else { continue }
            self.targets.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        self.entries.append(
            Entry(action: action, start: UInt32(start), count: UInt8(truncatingIfNeeded: self.targets.count - start)))
        return UInt16(self.entries.count - 1)
    }

    private mutating func put(_ entry: UInt16, at point: UInt32) {
        let block = Int(point >> Self.blockBits)
        if self.blocks[block] == 0 {
            self.blocks[block] = UInt16(self.cells.count / Self.blockSize)
            self.cells.append(contentsOf: repeatElement(0, count: Self.blockSize))
        }
        self.cells[Int(self.blocks[block]) * Self.blockSize + Int(point) & (Self.blockSize - 1)] = entry
    }

    /// Reads a table: `first:target,target;first-last=target;…`, targets of characters joined by `+`.
    private mutating func add(_ table: StaticString, _ action: Action) {
        var number: UInt32 = 0
        var first: UInt32 = 0
        var last: UInt32?
        var target: [UInt32] = []
        // SAFE: a static string's bytes live as long as the process, and its count is its own.
        let bytes = unsafe UnsafeBufferPointer(start: table.utf8Start, count: table.utf8CodeUnitCount)
        for index in 0...bytes.count {
            let byte = index < bytes.count ? unsafe bytes[index] : UInt8(ascii: ";")
            switch byte {
            case 0x30...0x39: number = number << 4 | UInt32(byte - 0x30)
            case 0x61...0x66: number = number << 4 | UInt32(byte - 0x61 + 10)
            case UInt8(ascii: "\n"): continue
            case UInt8(ascii: ":"), UInt8(ascii: "-"):
                first = number
                last = byte == UInt8(ascii: "-") ? number : nil
                number = 0
            case UInt8(ascii: "="):
                last = number
                number = 0
            case UInt8(ascii: "+"):
                target.append(number)
                number = 0
            default:
                target.append(number)
                number = 0
                if let end = last, end >= first {
                    for point in first...end { self.put(self.entry(action, [target[0] + point - first]), at: point) }
                } else {
                    self.put(self.entry(action, target), at: first)
                    first += 1
                }
                target.removeAll(keepingCapacity: true)
                if byte == UInt8(ascii: ";") { last = nil }
            }
        }
    }
}
