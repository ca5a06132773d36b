/// The surrogates of a map as a tree of bytes, so that a text is searched for all of them at once.
struct SurrogateTree: Sendable {
    private var edges: [UInt64: Int32] = [:]
    private var hasEdges: [Bool] = [false]
    private var ends: [Int32] = [-1]
    private var firsts = [Bool](repeating: false, count: 256)
    private(set) var longest = 0

    mutating func insert(_ surrogate: [UInt8], _ entry: Int) {
        guard let first = surrogate.first else { return }
        self.firsts[Int(first)] = true
        self.longest = max(self.longest, surrogate.count)
        var node: Int32 = 0
        for byte in surrogate {
            let edge = UInt64(node) << 8 | UInt64(byte)
            if let next = self.edges[edge] {
                node = next
            } else {
                let next = Int32(self.ends.count)
                self.edges[edge] = next
                self.hasEdges[Int(node)] = true
                self.ends.append(-1)
                self.hasEdges.append(false)
                node = next
            }
        }
        self.ends[Int(node)] = Int32(entry)
    }

    func mayBegin(with byte: UInt8) -> Bool { self.firsts[Int(byte)] }

    /// What is known of a surrogate that may begin at a place.
    enum Match: Equatable {
        case none
        case found(entry: Int, length: Int)
        /// The text is too short to tell.
        case undecided
    }

    /// The longest surrogate at a place that does not go on as a word; `before` is the byte in front of it.
    func match(_ text: Span<UInt8>, at start: Int, before: UInt8, isFinal: Bool) -> Match {
        guard !(Self.isOfWord(before) && Self.isOfWord(text[start])) else { return .none }
        var node: Int32 = 0
        var best = Match.none
        var index = start
        while index < text.count {
            guard let next = self.edges[UInt64(node) << 8 | UInt64(text[index])] else { return best }
            node = next
            index += 1
            let entry = self.ends[Int(node)]
            if entry >= 0 {
                if index < text.count || isFinal {
                    let goesOn = index < text.count && Self.isOfWord(text[index - 1]) && Self.isOfWord(text[index])
                    if !goesOn { best = .found(entry: Int(entry), length: index - start) }
                } else if Self.isOfWord(text[index - 1]) || self.hasEdges[Int(node)] {
                    return .undecided
                } else {
                    best = .found(entry: Int(entry), length: index - start)
                }
            }
        }
        return isFinal || !self.hasEdges[Int(node)] ? best : .undecided
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

/// Finds surrogates in a text that comes in pieces.
///
/// It holds back no more than the longest surrogate: what may yet become one. However the text is cut, it finds the same.
package struct SurrogateScanner: Sendable {
    private var held: [UInt8] = []
    private var before: UInt8 = 0
    /// Up to where, from the start of the stream, it is decided what is a surrogate.
    package private(set) var settled = 0

    /// The scanner of a new stream.
    package init() {}

    /// Takes the next piece, and appends the surrogates that are certain.
    package mutating func append(_ bytes: Span<UInt8>, _ map: SurrogateMap, into found: inout [Restoration]) {
        if self.held.isEmpty {
            let rest = self.scan(bytes, map, isFinal: false, &found)
            for index in rest..<bytes.count { self.held.append(bytes[index]) }
        } else {
            var text = self.held
            self.held = []
            for index in bytes.indices { text.append(bytes[index]) }
            let rest = self.scan(text.span, map, isFinal: false, &found)
            text.removeFirst(rest)
            self.held = text
        }
    }

    /// Nothing follows.
    package mutating func finish(_ map: SurrogateMap, into found: inout [Restoration]) {
        let rest = self.held
        self.held = []
        _ = self.scan(rest.span, map, isFinal: true, &found)
    }

    /// Decides what can be decided; returns how much that was.
    private mutating func scan(
        _ text: Span<UInt8>, _ map: SurrogateMap, isFinal: Bool, _ found: inout [Restoration]
    ) -> Int {
        let origin = self.settled
        var index = 0
        search: while index < text.count {
            guard map.tree.mayBegin(with: text[index]) else {
                self.before = text[index]
                index += 1
                continue
            }
            switch map.tree.match(text, at: index, before: self.before, isFinal: isFinal) {
            case .none:
                self.before = text[index]
                index += 1
            case .found(let entry, let length):
                found.append(
                    Restoration(span: (origin + index)..<(origin + index + length), value: map.entries[entry].value))
                index += length
                self.before = text[index - 1]
            case .undecided: break search
            }
        }
        self.settled = origin + index
        return index
    }
}
