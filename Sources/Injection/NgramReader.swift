/// Cuts a text into the n-grams that the model knows: three to five characters, one to three words, and pairs of words
/// with one between them, each as a 32-bit hash.
///
/// Letters are folded to lower case, digits are all alike, white space is one space, and characters that nobody sees
/// are not there. A word ends at the first character that is neither letter nor digit, after 32 characters, or at once
/// in scripts that write without spaces; n-grams belong to the word that they end in or before.
package struct NgramReader {
    /// A word longer than this is cut, so that a text without spaces has windows too.
    private static let longestWord = 32

    private var mixes: SIMD8<UInt32> = .init(repeating: 0)
    private var starts: SIMD8<Int> = .init(repeating: 0)
    private var length = 1
    private var word: UInt32 = 0
    private var wordLength = 0
    private var wordStart = 0
    private var previous: UInt32 = 0
    private var beforePrevious: UInt32 = 0
    private var previousStart = 0
    private var beforePreviousStart = 0

    private init() { self.mixes[0] = Self.mix(0x20) }

    /// Reads a text from begin to end.
    ///
    /// `emit` takes each n-gram's hash and the bytes that it is made of. `endWord` is told the bytes of a word after all
    /// n-grams that belong to it; its last call is for what follows the last word, if anything does.
    @inline(__always)
    static func read(
        _ text: Span<UInt8>, emit: (_ hash: UInt32, _ start: Int, _ end: Int) -> Void,
        endWord: (_ start: Int, _ end: Int) -> Void
    ) {
        var reader = NgramReader()
        var index = 0
        var emitted = false
        let count = text.count
        while index < count {
            let start = index
            var scalar = UInt32(text[index])
            index += 1
            if scalar >= 0x80 {
                scalar = Self.decode(scalar, text, &index)
                scalar = ScalarFolding.fold(scalar)
                if scalar == 0 { continue }
            } else if scalar >= 0x41, scalar <= 0x5A {
                scalar |= 0x20
            } else if scalar >= 0x30, scalar <= 0x39 {
                scalar = 0x30
            } else if scalar <= 0x20 || scalar == 0x7F {
                scalar = 0x20
            }
            let shape = ScalarFolding.shape(scalar)
            if shape != .letter, reader.wordLength > 0 {
                reader.finishWord(at: start, emit)
                endWord(reader.wordStart, start)
                emitted = false
            }
            if shape == .space {
                if reader.mixes[0] == Self.spaceMix { continue }
                scalar = 0x20
            }
            reader.take(scalar, at: start, end: index, emit)
            emitted = true
            guard shape == .letter || shape == .single else { continue }
            if reader.wordLength == 0 { reader.wordStart = start }
            reader.word = (reader.word ^ reader.mixes[0]) &* 0x0100_0193
            reader.word ^= reader.word >> 15
            reader.wordLength += 1
            if shape == .single || reader.wordLength == Self.longestWord {
                reader.finishWord(at: index, emit)
                endWord(reader.wordStart, index)
                emitted = false
            }
        }
        if reader.wordLength > 0 {
            reader.finishWord(at: count, emit)
            endWord(reader.wordStart, count)
        } else if emitted {
            endWord(count, count)
        }
    }

    /// The hashes of a text's n-grams, and for each word how many there are up to its end; for training.
    package static func hashes(of text: Span<UInt8>) -> (hashes: [UInt32], wordEnds: [Int32], wordBytes: [Range<Int>]) {
        var hashes: [UInt32] = []
        var wordEnds: [Int32] = []
        var wordBytes: [Range<Int>] = []
        Self.read(text) { hash, _, _ in
            hashes.append(hash)
        } endWord: { start, end in
            wordEnds.append(Int32(hashes.count))
            wordBytes.append(start..<end)
        }
        return (hashes, wordEnds, wordBytes)
    }

    private static let spaceMix = mix(0x20)

    @inline(__always)
    private static func mix(_ scalar: UInt32) -> UInt32 {
        var value = scalar &* 0x9E37_79B1
        value ^= value >> 15
        return value &* 0x85EB_CA6B
    }

    @inline(__always)
    private static func finish(_ hash: UInt32, _ kind: UInt32) -> UInt32 {
        var value = (hash &+ kind &* 0x9E37_79B9) &* 0x85EB_CA6B
        value ^= value >> 13
        value = value &* 0xC2B2_AE35
        return value ^ (value >> 16)
    }

    @inline(__always)
    private static func turn(_ value: UInt32, _ bits: UInt32) -> UInt32 { (value << bits) | (value >> (32 &- bits)) }

    @inline(__always)
    private mutating func take(_ scalar: UInt32, at start: Int, end: Int, _ emit: (UInt32, Int, Int) -> Void) {
        self.mixes[4] = self.mixes[3]
        self.mixes[3] = self.mixes[2]
        self.mixes[2] = self.mixes[1]
        self.mixes[1] = self.mixes[0]
        self.mixes[0] = Self.mix(scalar)
        self.starts[4] = self.starts[3]
        self.starts[3] = self.starts[2]
        self.starts[2] = self.starts[1]
        self.starts[1] = self.starts[0]
        self.starts[0] = start
        if self.length < 5 { self.length += 1 }
        guard self.length >= 3 else { return }
        let three = self.mixes[0] ^ Self.turn(self.mixes[1], 7) ^ Self.turn(self.mixes[2], 14)
        emit(Self.finish(three, 3), self.starts[2], end)
        guard self.length >= 4 else { return }
        let four = three ^ Self.turn(self.mixes[3], 21)
        emit(Self.finish(four, 4), self.starts[3], end)
        guard self.length >= 5 else { return }
        emit(Self.finish(four ^ Self.turn(self.mixes[4], 28), 5), self.starts[4], end)
    }

    @inline(__always)
    private mutating func finishWord(at end: Int, _ emit: (UInt32, Int, Int) -> Void) {
        emit(Self.finish(self.word, 11), self.wordStart, end)
        if self.previous != 0 {
            let two = self.word ^ Self.turn(self.previous, 11)
            emit(Self.finish(two, 12), self.previousStart, end)
            if self.beforePrevious != 0 {
                let third = Self.turn(self.beforePrevious, 22)
                emit(Self.finish(two ^ third, 13), self.beforePreviousStart, end)
                emit(Self.finish(self.word ^ third, 14), self.beforePreviousStart, end)
            }
        }
        self.beforePrevious = self.previous
        self.beforePreviousStart = self.previousStart
        self.previous = self.word | 1
        self.previousStart = self.wordStart
        self.word = 0
        self.wordLength = 0
    }

    /// The scalar that begins with a byte above 0x7F; U+FFFD for what is not UTF-8.
    private static func decode(_ first: UInt32, _ text: Span<UInt8>, _ index: inout Int) -> UInt32 {
        let extra = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0
        guard extra > 0, first < 0xF5, index + extra <= text.count else { return 0xFFFD }
        var scalar = first & (0x3F >> UInt32(extra))
        for offset in 0..<extra {
            let next = UInt32(text[index + offset])
            guard next & 0xC0 == 0x80 else { return 0xFFFD }
            scalar = scalar << 6 | next & 0x3F
        }
        index += extra
        return scalar
    }
}
