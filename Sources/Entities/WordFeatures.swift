/// What the model sees at one word: rows of its table of weights.
///
/// Each feature is hashed to a row; features that meet in a row share its weights. The order and the number of the
/// features belong to the version of the model.
package enum WordFeatures {
    /// How many features each word has.
    package static let count = 30
    /// How many rows the table has, a power of two.
    package static let rows = 1 << Self.rowBits
    private static let rowBits: UInt64 = 18

    /// The context that all words of a block share, and what is worth keeping from word to word.
    package struct Block: Sendable {
        private let style: UInt64
        /// Per word: the hash of what stands before the colon on its line, zero before that.
        private var label: UInt64 = 0
        private var lineStart: UInt64 = 0
        private var lineWords = 0
        private var sinceNumber = 100
        private var previous = -1

        /// How a block is written: mostly small, mostly capitals, or as it should be.
        package init(_ words: [Word]) {
            var (lower, capitals, initials) = (0, 0, 0)
            for word in words {
                switch word.shape {
                case .lower: lower += 1
                case .capitals where word.end - word.start > 1: capitals += 1
                case .capitalised: initials += 1
                default: break
                }
            }
            self.style =
                if capitals > lower + initials { 3 } else if initials == 0, capitals == 0 { 2 } else if initials > lower
                {
                    1
                } else { 0 }
        }

        /// Moves to the next word that is looked at; words are visited in order.
        mutating func move(to index: Int, _ words: [Word]) {
            var next = self.previous + 1
            if next < index - 24 {
                next = index - 24
                self.label = 0
                self.lineWords = 9
                self.sinceNumber = 100
            }
            while next <= index {
                let word = words[next]
                if word.gap.rawValue >= Word.Gap.line.rawValue {
                    self.label = 0
                    self.lineWords = 0
                    self.lineStart = 0
                }
                if next > 0 {
                    let before = words[next - 1]
                    self.sinceNumber = before.shape.isNumber ? 1 : self.sinceNumber + 1
                    if before.tail == 0x3A, self.lineWords <= 5, word.gap != .none, before.shape == .sign {
                        self.label = self.lineStart
                    }
                }
                if word.shape.isWord { self.lineStart = WordReader.phrase(self.lineStart, word.hash) }
                self.lineWords += 1
                next += 1
            }
            self.previous = index
        }

        var context: UInt64 { self.style }
        var field: UInt64 { self.label }
        var numberDistance: UInt64 { UInt64(min(self.sinceNumber, 7)) }
        var isLineStart: Bool { self.lineWords == 1 }
    }

    private static let nowhere = Word(start: 0, end: 0, hash: 0x51, shape: .line, gap: .paragraph)

    /// The row of what a feature sees; each feature has a multiplier of its own.
    @inline(__always)
    private static func row(_ number: UInt64, _ one: UInt64, _ other: UInt64 = 0) -> UInt32 {
        let factor = 0x9E37_79B9_7F4A_7C15 &+ number &* 0xD6E8_FEB8_6659_FD92
        let mixed = (one ^ (other << 32 | other >> 32)) &* factor
        return UInt32(truncatingIfNeeded: (mixed ^ (mixed << 29)) >> (64 - Self.rowBits))
    }

    /// The rows of one word, in place of what was in `rows`.
    package static func collect(_ words: [Word], at index: Int, _ block: inout Block, into rows: inout [UInt32]) {
        rows.removeAll(keepingCapacity: true)
        var list = List(rows: rows)
        rows = []
        Self.visit(words, at: index, &block, &list)
        rows = list.rows
    }

    /// The sum of the weights of one word's rows.
    static func score(
        _ words: [Word], at index: Int, _ block: inout Block, _ table: [SIMD8<Int8>]
    ) -> SIMD8<Int16> {
        var sum = Sum(table: table)
        Self.visit(words, at: index, &block, &sum)
        return sum.total
    }

    /// What is done with the rows.
    private protocol Sink {
        mutating func append(_ row: UInt32)
    }

    private struct List: Sink {
        var rows: [UInt32]
        mutating func append(_ row: UInt32) { self.rows.append(row) }
    }

    private struct Sum: Sink {
        let table: [SIMD8<Int8>]
        var total = SIMD8<Int16>()

        @inline(__always)
        mutating func append(_ row: UInt32) {
            self.total &+= SIMD8<Int16>(truncatingIfNeeded: self.table[Int(row)])
        }
    }

    @inline(__always)
    private static func visit(_ words: [Word], at index: Int, _ block: inout Block, _ rows: inout some Sink) {
        block.move(to: index, words)
        let count = words.count
        let word = words[index]
        let before = index >= 1 ? words[index - 1] : Self.nowhere
        let before2 = index >= 2 ? words[index - 2] : Self.nowhere
        let after = index + 1 < count ? words[index + 1] : Self.nowhere
        let after2 = index + 2 < count ? words[index + 2] : Self.nowhere
        let after3 = index + 3 < count ? words[index + 3] : Self.nowhere

        let shape = UInt64(word.shape.rawValue)
        let shapeBefore = UInt64(before.shape.rawValue) | UInt64(before.shape == .sign ? before.tail << 8 : 0)
        let shapeAfter = UInt64(after.shape.rawValue) | UInt64(after.shape == .sign ? after.tail << 8 : 0)
        let gap = UInt64(word.gap.rawValue)
        let gapAfter = UInt64(after.gap.rawValue)
        let flags = UInt64(word.flags.rawValue)
        let flagsBefore = UInt64(before.flags.rawValue)
        let flagsAfter = UInt64(after.flags.rawValue)
        let look = flags << 8 | shape
        let isFirst: UInt64 =
            before.shape == .stop || before.shape == .line || gap >= UInt64(Word.Gap.line.rawValue)
                || before.tail == 0x3A
            ? 1 : 0

        rows.append(Self.row(1, word.hash, look & 0xFF))
        rows.append(Self.row(2, before.hash, shape))
        rows.append(Self.row(3, after.hash, shape))
        rows.append(Self.row(4, before2.hash, shape))
        rows.append(Self.row(5, after2.hash, shape))
        rows.append(Self.row(6, before.hash, word.hash))
        rows.append(Self.row(7, after.hash, word.hash))
        rows.append(Self.row(8, shapeBefore << 24 | shapeAfter << 8 | shape, gap << 4 | gapAfter))
        rows.append(Self.row(9, word.tail & 0xFF_FFFF, look))
        rows.append(Self.row(10, word.tail & 0xFFFF_FFFF, shape))
        rows.append(Self.row(11, word.tail & 0xFFFF_FFFF_FFFF, shape))
        rows.append(Self.row(12, UInt64(word.head), shape))
        rows.append(Self.row(13, look, block.context))
        rows.append(Self.row(14, flagsBefore << 8 | UInt64(before.shape.rawValue), look))
        rows.append(Self.row(15, flagsAfter << 8 | UInt64(after.shape.rawValue), look))
        rows.append(Self.row(16, flagsBefore << 40 | flags << 20 | flagsAfter, shape))
        rows.append(Self.row(17, before.hash, look))
        rows.append(Self.row(18, after.hash, look))
        rows.append(Self.row(19, WordReader.phrase(before2.hash, before.hash), shape))
        rows.append(Self.row(20, WordReader.phrase(after.hash, after2.hash), shape))
        rows.append(Self.row(21, block.field, look))
        rows.append(Self.row(22, flags << 40 | flagsAfter << 20 | UInt64(after2.flags.rawValue), shape))
        rows.append(
            Self.row(
                23, UInt64(before2.shape.rawValue) << 48 | shapeBefore << 24 | shapeAfter << 8 | shape,
                UInt64(after2.shape.rawValue)))
        rows.append(Self.row(24, look, block.context << 2 | isFirst | (block.isLineStart ? 2 : 0) + 16))
        rows.append(Self.row(25, shapeBefore << 32 | shapeAfter << 8 | gap << 4 | gapAfter, look))
        rows.append(Self.row(26, block.numberDistance, look))
        rows.append(
            Self.row(
                27, UInt64(after3.shape.rawValue) << 16 | UInt64(after2.shape.rawValue) << 8, shapeAfter << 8 | shape))
        rows.append(Self.row(28, UInt64(before2.flags.rawValue) << 40 | flagsBefore << 20 | flags, shape))
        rows.append(Self.row(29, block.field, WordReader.phrase(before.hash, shape)))
        rows.append(Self.row(30, shape << 8 | gap << 4 | gapAfter, 0))
    }
}
