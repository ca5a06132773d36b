/// Which tile: 256 consecutive hashes of every eighth level of the tree, or so many of them as there are
/// (c2sp.org/tlog-tiles).
package struct TileID: Hashable, Sendable {
    /// How many hashes a full tile has.
    package static let fullWidth = 256

    /// The tile's level, from 0: its hashes are roots of subtrees of `256^level` leaves.
    package let level: Int
    /// Its number within the level, from 0.
    package let index: UInt64
    /// How many hashes it has, from 1 to 256.
    package let width: Int

    /// A tile of that width; the whole of it where none is said.
    package init(level: Int, index: UInt64, width: Int = Self.fullWidth) {
        precondition((0..<8).contains(level) && (1...Self.fullWidth).contains(width), "a tile has 1 to 256 hashes")
        self.level = level
        self.index = index
        self.width = width
    }

    package var isFull: Bool { self.width == Self.fullWidth }

    /// The same tile when all its hashes are there.
    package var full: TileID { TileID(level: self.level, index: self.index) }

    /// How many hashes of `level` a tree of `size` leaves has.
    package static func hashCount(level: Int, size: UInt64) -> UInt64 { level < 8 ? size >> UInt64(8 * level) : 0 }

    /// The tile of a tree of `size` leaves that has this number in this level; nil where the tree has none.
    package init?(level: Int, index: UInt64, size: UInt64) {
        guard (0..<8).contains(level) else { return nil }
        let count = Self.hashCount(level: level, size: size)
        guard index <= count / 256, count - index * 256 > 0 else { return nil }
        self.init(level: level, index: index, width: Int(min(256, count - index * 256)))
    }

    /// The partial tiles at the right edge of a tree: at most one in each level, none that is empty.
    package static func partial(size: UInt64) -> [TileID] {
        (0..<8).compactMap { level in
            let count = Self.hashCount(level: level, size: size)
            let width = Int(count % 256)
            return width > 0 ? TileID(level: level, index: count / 256, width: width) : nil
        }
    }
}

extension TileID {
    /// Where the tile is served, such as `tile/0/x001/x234/067` or `tile/1/000.p/17`.
    package var path: String { "tile/\(self.level)/\(self.place)" }

    /// Where the entries under a tile of level 0 are served, such as `tile/entries/x001/x234/067`.
    package var entriesPath: String { "tile/entries/\(self.place)" }

    private var place: String {
        var groups: [String] = []
        var rest = self.index
        repeat {
            let digits = String(rest % 1000)
            let group = String(repeating: "0", count: 3 - digits.utf8.count) + digits
            groups.append(groups.isEmpty ? group : "x" + group)
            rest /= 1000
        } while rest > 0
        return groups.reversed().joined(separator: "/") + (self.isFull ? "" : ".p/\(self.width)")
    }

    /// What a path of a log asks for.
    package enum Resource: Hashable, Sendable {
        /// Hashes.
        case hashes(TileID)
        /// The entries under a tile of level 0.
        case entries(TileID)
    }

    /// Reads a path in its one form; nil where it is no tile's.
    package static func resource(path: some StringProtocol) -> Resource? {
        guard path.utf8.count <= 64 else { return nil }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.removeFirst() == "tile" else { return nil }
        let kind = parts.removeFirst()
        var level = 0
        if kind != "entries" {
            guard let number = Self.number(kind, below: 8) else { return nil }
            level = number
        }
        var width = Self.fullWidth
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let number = Self.number(parts.removeLast(), below: Self.fullWidth), number > 0 else { return nil }
            width = number
            parts[parts.count - 1].removeLast(2)
        }
        guard let index = Self.index(parts) else { return nil }
        let tile = TileID(level: level, index: index, width: width)
        return kind == "entries" ? .entries(tile) : .hashes(tile)
    }

    private static func index(_ groups: [some StringProtocol]) -> UInt64? {
        guard (1...7).contains(groups.count) else { return nil }
        var index: UInt64 = 0
        for (position, group) in groups.enumerated() {
            let isLast = position == groups.count - 1
            let digits = Array(group.utf8.dropFirst(isLast ? 0 : 1))
            guard isLast || group.utf8.first == UInt8(ascii: "x"), digits.count == 3,
                digits.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            let value = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
            // One number has one path: no group of zeros in front.
            guard position > 0 || isLast || value > 0 else { return nil }
            let (product, overflow) = index.multipliedReportingOverflow(by: 1000)
            guard !overflow, product <= UInt64.max - value else { return nil }
            index = product + value
        }
        return index
    }

    private static func number(_ text: some StringProtocol, below limit: Int) -> Int? {
        guard let value = Int(text), value >= 0, value < limit, String(value) == text else { return nil }
        return value
    }
}
