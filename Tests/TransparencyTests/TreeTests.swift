import TestSupport
import Testing
import Transparency

/// RFC 6962's definition of the root, as it stands there.
func definedRoot(_ leaves: ArraySlice<Hash>) -> Hash {
    guard let first = leaves.first else { return .empty }
    guard leaves.count > 1 else { return first }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    let middle = leaves.startIndex + half
    return .node(definedRoot(leaves[..<middle]), definedRoot(leaves[middle...]))
}

/// The hashes of `count` leaves that are their own number.
func numberedLeaves(_ count: Int) -> [Hash] { (0..<count).map { .leaf(bytes("leaf \($0)")) } }

@Suite("The tree")
struct TreeTests {
    @Test("hashes are those of RFC 6962")
    func knownHashes() {
        #expect(Hash.empty.base64 == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        #expect(Hash.leaf([]).hexadecimal == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        #expect(
            Hash.node(.leaf([]), .leaf([0])).hexadecimal
                == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")
    }

    @Test("a hash has 32 bytes, and no other length is one")
    func length() {
        #expect(Hash([UInt8](repeating: 7, count: 32))?.bytes == [UInt8](repeating: 7, count: 32))
        for count in [0, 31, 33, 64] { #expect(Hash([UInt8](repeating: 7, count: count)) == nil) }
        #expect(Hash(base64: Hash.empty.base64) == .empty)
        #expect(Hash(base64: "ZG9uJ3QgY2FyZSAx") == nil)
        #expect(Hash.sequence([UInt8](repeating: 7, count: 33).span) == nil)
        let hashes = numberedLeaves(3)
        #expect(Hash.sequence(Hash.bytes(of: hashes).span) == hashes)
    }

    @Test("the compact range has the root of the definition at each size, and one hash for each bit of the size")
    func compactRange() {
        let leaves = numberedLeaves(300)
        var range = CompactRange()
        for (count, leaf) in leaves.enumerated() {
            #expect(range.root == definedRoot(leaves[..<count]))
            #expect(range.peaks.count == count.nonzeroBitCount)
            range.append(leaf)
        }
    }

    @Test("a compact range goes on where it stopped, and refuses hashes that do not fit its size")
    func resumedRange() throws {
        var range = CompactRange()
        for leaf in numberedLeaves(77) { range.append(leaf) }
        #expect(try #require(CompactRange(size: 77, peaks: range.peaks)) == range)
        #expect(CompactRange(size: 76, peaks: range.peaks) == nil)
    }

    @Test("full tiles come once, complete, and the edge serves the rest")
    func tiles() throws {
        let count = 256 * 256 + 256 * 3 + 5
        let leaves = numberedLeaves(count)
        var edge = RightEdge()
        var tiles: [TileID: Tile] = [:]
        for leaf in leaves {
            for tile in edge.append(leaf) { #expect(tiles.updateValue(tile, forKey: tile.id) == nil) }
        }
        #expect(tiles.count == 259 + 1)
        for index in 0..<259 {
            let tile = try #require(tiles[TileID(level: 0, index: UInt64(index))])
            #expect(tile.hashes == Array(leaves[(index * 256)..<(index * 256 + 256)]))
        }
        let upper = try #require(tiles[TileID(level: 1, index: 0)])
        #expect(upper.hashes[7] == definedRoot(leaves[(7 * 256)..<(8 * 256)]))
        #expect(edge.root == definedRoot(leaves[...]))
        #expect(
            TileID.partial(size: UInt64(count)).map(\.path) == ["tile/0/259.p/5", "tile/1/001.p/3", "tile/2/000.p/1"])
        for id in TileID.partial(size: UInt64(count)) {
            #expect(edge.tile(id)?.hashes.count == id.width)
            #expect(edge.tile(id.full) == nil)
        }
        #expect(edge.tile(TileID(level: 2, index: 0, width: 1))?.hashes == [definedRoot(leaves[..<65536])])
        #expect(edge.tile(TileID(level: 0, index: 259, width: 2))?.hashes == Array(leaves[66304..<66306]))
        #expect(edge.tile(TileID(level: 0, index: 259, width: 6)) == nil)

        let resumed = try RightEdge(
            size: UInt64(count), leaf: { leaves[Int($0)] }, tile: { try #require(tiles[$0]) })
        #expect(resumed == edge)
    }

    static let sizes = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537]

    @Test("a log that is taken up at any size goes on as if it had never stopped", arguments: TreeTests.sizes)
    func resuming(_ size: Int) throws {
        let leaves = numberedLeaves(size + 1)
        var edge = RightEdge()
        var tiles: [TileID: Tile] = [:]
        for leaf in leaves.dropLast() { for tile in edge.append(leaf) { tiles[tile.id] = tile } }
        var resumed = try RightEdge(size: UInt64(size), leaf: { leaves[Int($0)] }, tile: { try #require(tiles[$0]) })
        #expect(resumed.root == edge.root)
        #expect(edge.append(leaves[size]) == resumed.append(leaves[size]))
        #expect(resumed.root == definedRoot(leaves[...]))
        #expect(resumed.range == edge.range)
    }

    static let paths: [(TileID, String, String)] = [
        (TileID(level: 0, index: 0), "tile/0/000", "tile/entries/000"),
        (TileID(level: 0, index: 273, width: 112), "tile/0/273.p/112", "tile/entries/273.p/112"),
        (TileID(level: 1, index: 1, width: 17), "tile/1/001.p/17", "tile/entries/001.p/17"),
        (TileID(level: 0, index: 1_234_067), "tile/0/x001/x234/067", "tile/entries/x001/x234/067"),
        (TileID(level: 7, index: 1000, width: 1), "tile/7/x001/000.p/1", "tile/entries/x001/000.p/1"),
    ]

    @Test("tiles have the paths of tlog-tiles, and each path is read back", arguments: TreeTests.paths)
    func readsPaths(_ id: TileID, hashes: String, entries: String) {
        #expect(id.path == hashes)
        #expect(id.entriesPath == entries)
        #expect(TileID.resource(path: hashes) == .hashes(id))
        if id.level == 0 { #expect(TileID.resource(path: entries) == .entries(id)) }
    }

    static let noPaths: [String] = [
        "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/-0/000",
        "tile/+0/000",
        "tile/8/000", "tile/64/000", "tile/0/x000/000", "tile/0/001/000", "tile/0/x001/x000", "tile/0/001.p",
        "tile/0/001.p/",
        "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/01", "tile/0/001.p/1/1", "tile/0/001/", "/tile/0/001",
        "tile/entries", "tile/entries/", "tile/Entries/000", "tile/0/../000", "tile/0/٠٠٠", "tile/0/a00",
        "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
    ]

    @Test("what is no tile's path is refused", arguments: TreeTests.noPaths)
    func refusesPath(_ path: String) {
        #expect(TileID.resource(path: path) == nil)
    }

    @Test("the example of the specification: a tree of 70,000 leaves")
    func example() {
        #expect(
            TileID.partial(size: 70_000).map(\.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
        #expect(TileID(level: 0, index: 272, size: 70_000)?.isFull == true)
        #expect(TileID(level: 0, index: 273, size: 70_000)?.width == 112)
        #expect(TileID(level: 0, index: 274, size: 70_000) == nil)
        #expect(TileID(level: 3, index: 0, size: 70_000) == nil)
        #expect(TileID.partial(size: 256).map(\.path) == ["tile/1/000.p/1"])
        #expect(TileID.partial(size: 0).isEmpty)
        #expect(TileID(level: 0, index: UInt64.max, size: UInt64.max) == nil)
    }

    @Test("bytes that are no tile are refused")
    func noTile() {
        for count in [0, 31, 33, 8191, 8193] {
            #expect(throws: TransparencyError(.malformed, "")) {
                try Tile(TileID(level: 0, index: 0), bytes: [UInt8](repeating: 0, count: count).span)
            }
        }
    }
}
