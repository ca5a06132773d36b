import Anchors
import Framing
import Kernel
import Testing
import Transparency

@Suite("What a log serves")
struct LogSurfaceTests {
    private func published(_ log: MemoryLog, size: UInt64) throws -> SignedCheckpoint {
        let root = try ProofPlan(rootOf: size).hashes(from: log)[0]
        return try Checkpoint(origin: "log.example", size: size, root: root)
            .signed(by: try testKey("log.example", seed: "log"))
    }

    @Test("a reader who has only what is served makes the root anew, from hashes and from entries")
    func reading() async throws {
        let log = MemoryLog(70_000)
        let size: UInt64 = 66_000
        let published = try self.published(log, size: size)
        let surface = LogSurface(log)
        func get(_ path: String) async throws -> [UInt8]? {
            guard let resource = LogSurface.Resource(path: path) else { return nil }
            return try await surface.bytes(resource, published: published, .ofTests)
        }
        let note = try #require(await get("checkpoint"))
        let tree = try SignedCheckpoint(parsing: note).checkpoint
        #expect(tree.size == size)
        let plan = try ProofPlan(rootOf: tree.size)
        var tiles: [TileID: Tile] = [:]
        for id in plan.tiles {
            let served = try #require(await get(id.path))
            tiles[id] = try Tile(id, bytes: served.span)
        }
        #expect(try plan.hashes(in: tiles) == [tree.root])

        var range = CompactRange()
        for index in 0...(size / 256) {
            guard let id = TileID(level: 0, index: index, size: size) else { continue }
            let bundle = try #require(await get(id.entriesPath))
            for leaf in try EntryBundle.decode(bundle, count: id.width) { range.append(.leaf(leaf)) }
        }
        #expect(range.root == tree.root)
    }

    @Test("nothing beyond the published checkpoint is served, and nothing empty")
    func edges() async throws {
        let log = MemoryLog(600)
        let surface = LogSurface(log)
        let published = try self.published(log, size: 300)
        let there = ["tile/0/000", "tile/0/001.p/44", "tile/0/001.p/1", "tile/1/000.p/1", "tile/entries/001.p/44"]
        let missing = [
            "tile/0/001", "tile/0/001.p/45", "tile/0/002.p/1", "tile/1/000", "tile/1/000.p/2", "tile/2/000.p/1",
            "tile/entries/001", "tile/entries/001.p/45", "tile/7/000.p/1",
        ]
        for (paths, isThere) in [(there, true), (missing, false)] {
            for path in paths {
                let resource = try #require(LogSurface.Resource(path: path))
                #expect(try await (surface.bytes(resource, published: published, .ofTests) != nil) == isThere)
                #expect(try await surface.bytes(resource, published: nil, .ofTests) == nil)
            }
        }
        #expect(LogSurface.Resource(path: "tile/0/001.p/0") == nil)
        #expect(LogSurface.Resource(path: "checkpoint/") == nil)
    }

    @Test("tiles may be kept for ever, the checkpoint for seconds")
    func headers() throws {
        let tile = try #require(LogSurface.Resource(path: "tile/0/000"))
        #expect(tile.contentType == "application/octet-stream")
        #expect(tile.cacheControl.contains("immutable"))
        let checkpoint = try #require(LogSurface.Resource(path: "checkpoint"))
        #expect(checkpoint.contentType == "text/plain; charset=utf-8")
        #expect(checkpoint.cacheControl == "public, max-age=5")
    }

    @Test("a syslog message is one line with its length in front, and nothing in it can end a field")
    func syslog() throws {
        let message = SyslogMessage(
            severity: .notice, time: time(1_700_000_000).description, host: "gate way\n.example", kind: "CHECKPOINT",
            data: [.init("checkpoint@32473", ["origin": #"a"b]c\d"# + "\n"])], words: "two\nlines")
        let expected =
            #"<109>1 2023-11-14T22:13:20.000Z gateway.example gatehouse - CHECKPOINT "#
            + #"[checkpoint@32473 origin="a\"b\]c\\d "] "# + "\u{FEFF}two lines"
        #expect(message.bytes == bytes(expected))
        #expect(message.frame == bytes("\(expected.utf8.count) \(expected)"))
    }

    @Test("a checkpoint in a syslog message is the note, whole")
    func checkpointMessage() throws {
        let log = MemoryLog(3)
        let signed = try self.published(log, size: 3)
        let text = String(decoding: SyslogMessage(signed, at: time(0), host: "").bytes, as: UTF8.self)
        #expect(text.contains(" - gatehouse - CHECKPOINT [checkpoint@32473 origin=\"log.example\" size=\"3\" "))
        let note = try #require(text.split(separator: "note=\"").last?.split(separator: "\"").first)
        #expect(Base64.decode(note) == bytes(signed.encoded))
    }
}
