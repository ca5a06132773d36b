/// Undoes DEFLATE (RFC 1951), up to a limit: a bomb costs no more than what it may make. Broken input gives what came
/// before the break.
struct Inflater {
    private let input: [UInt8]
    private var next: Int
    private var bits: UInt32 = 0
    private var held = 0
    private let limit: Int
    private var output: [UInt8] = []

    init(_ input: [UInt8], from start: Int, limit: Int) {
        self.input = input
        self.next = start
        self.limit = limit
    }

    mutating func inflate() -> [UInt8] {
        while self.output.count < self.limit {
            guard let isLast = self.read(1), let type = self.read(2) else { break }
            let isWhole =
                switch type {
                case 0: self.stored()
                case 1: self.coded(Self.fixedLengths, Self.fixedDistances)
                case 2: self.dynamic()
                default: false
                }
            if !isWhole || isLast == 1 { break }
        }
        return self.output
    }

    private mutating func read(_ count: Int) -> Int? {
        while self.held < count {
            guard self.next < self.input.count else { return nil }
            self.bits |= UInt32(self.input[self.next]) << UInt32(self.held)
            self.next += 1
            self.held += 8
        }
        let value = self.bits & ((1 << UInt32(count)) - 1)
        self.bits >>= UInt32(count)
        self.held -= count
        return Int(value)
    }

    private mutating func stored() -> Bool {
        self.bits = 0
        self.held = 0
        guard self.next + 4 <= self.input.count else { return false }
        let count = Int(self.input[self.next]) | Int(self.input[self.next + 1]) << 8
        self.next += 4
        let end = min(self.next + count, self.input.count)
        let room = max(0, self.limit - self.output.count)
        self.output.append(contentsOf: self.input[self.next..<end].prefix(room))
        self.next = end
        return room > 0
    }

    /// A canonical Huffman code: how many codes of each length, and the symbols in order.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in lengths { self.counts[length] += 1 }
            self.counts[0] = 0
            for length in 1..<16 {
                for (symbol, own) in lengths.enumerated() where own == length { self.symbols.append(symbol) }
            }
        }
    }

    private static let fixedLengths = Code(
        (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    private static let fixedDistances = Code([Int](repeating: 5, count: 30))

    private mutating func symbol(_ code: Code) -> Int? {
        var value = 0
        var first = 0
        var index = 0
        for length in 1..<16 {
            guard let bit = self.read(1) else { return nil }
            value |= bit
            let count = code.counts[length]
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        return nil
    }

    private mutating func dynamic() -> Bool {
        guard let literals = self.read(5), let distances = self.read(5), let codes = self.read(4) else { return false }
        var lengths = [Int](repeating: 0, count: 19)
        for index in 0..<codes + 4 {
            guard let length = self.read(3) else { return false }
            lengths[Self.order[index]] = length
        }
        let code = Code(lengths)
        var all: [Int] = []
        let total = literals + 257 + distances + 1
        while all.count < total {
            guard let symbol = self.symbol(code) else { return false }
            switch symbol {
            case 0..<16: all.append(symbol)
            case 16:
                guard let last = all.last, let extra = self.read(2) else { return false }
                all.append(contentsOf: repeatElement(last, count: extra + 3))
            case 17:
                guard let extra = self.read(3) else { return false }
                all.append(contentsOf: repeatElement(0, count: extra + 3))
            default:
                guard let extra = self.read(7) else { return false }
                all.append(contentsOf: repeatElement(0, count: extra + 11))
            }
        }
        guard all.count == total else { return false }
        return self.coded(Code(Array(all[..<(literals + 257)])), Code(Array(all[(literals + 257)...])))
    }

    private mutating func coded(_ literals: Code, _ distances: Code) -> Bool {
        while self.output.count < self.limit {
            guard let symbol = self.symbol(literals) else { return false }
            if symbol < 256 {
                self.output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return true }
            guard symbol - 257 < Self.lengthBases.count, let more = self.read(Self.lengthBits[symbol - 257]),
                let distance = self.symbol(distances), distance < Self.distanceBases.count,
                let further = self.read(Self.distanceBits[distance])
            else { return false }
            let back = Self.distanceBases[distance] + further
            guard back <= self.output.count else { return false }
            for _ in 0..<Self.lengthBases[symbol - 257] + more {
                self.output.append(self.output[self.output.count - back])
            }
        }
        return false
    }

    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
}
