import Kernel
import Synchronization
import Transparency

/// A bundle as a source of leaves, checkpoints and proofs. It reads its large files once, from front to back.
package final class BundleSource: VerificationSource {
    package let manifest: BundleManifest
    private let files: any BundleFiles
    private let state: Mutex<State>

    private struct State: Sendable {
        var leaves: BundleLines?
        var leaf: LeafLine?
        var payloads: BundleLines?
        var payload: KeptPayload?
    }

    /// One line of `leaves.jsonl`.
    private struct LeafLine {
        let index: Int64
        let hash: [UInt8]
        let leaf: [UInt8]
    }

    /// - Throws: `.malformed`, `.unsafePath` or `.tooLarge` where it is no bundle that may be read.
    package init(_ files: any BundleFiles) throws(VerificationError) {
        self.manifest = try BundleManifest(json: files.whole("manifest.json"))
        self.files = files
        self.state = Mutex(State())
    }

    /// Opens an archive or a folder.
    package convenience init(path: String, isFolder: Bool) throws(VerificationError) {
        if isFolder { try self.init(FolderFiles(path: path)) } else { try self.init(ArchiveFiles(path: path)) }
    }

    /// The trust policy that the bundle brings along; nil where it brings none. A claim like all else in it.
    package func policy() throws(VerificationError) -> String? {
        guard self.files.sizes["policy"] != nil else { return nil }
        return String(decoding: try self.files.whole("policy"), as: UTF8.self)
    }

    package func outline() async throws(VerificationError) -> SourceOutline {
        var checkpoints = [
            KeptCheckpoint(
                place: .file("checkpoint"), size: self.manifest.size,
                note: String(decoding: try self.files.whole("checkpoint"), as: UTF8.self))
        ]
        for name in self.files.sizes.keys.sorted() where name.hasPrefix("checkpoints/") {
            checkpoints.append(
                KeptCheckpoint(
                    place: .file(name), note: String(decoding: try self.files.whole(name), as: UTF8.self)))
        }
        return SourceOutline(
            origin: self.manifest.origin, range: self.manifest.range, isWhole: self.manifest.isWhole, hasTiles: false,
            tenant: self.manifest.tenant, hasPayloads: self.manifest.hasPayloads, checkpoints: checkpoints)
    }

    package func leaves(tile number: Int64, into batch: inout LeafBatch) async throws(VerificationError) {
        let range = number * 256..<(number + 1) * 256
        let lines = try self.lines(range)
        for line in lines {
            let data = batch.append(line.leaf)
            batch.rows.append(LeafBatch.Row(index: line.index, data: data, hash: batch.append(line.hash)))
        }
    }

    package func next(from index: Int64) async throws(VerificationError) -> Int64? {
        let lines: Result<Int64?, VerificationError> = self.state.withLock { state in
            Result { () throws(VerificationError) in
                try self.advance(&state)
                while let leaf = state.leaf, leaf.index < index {
                    state.leaf = nil
                    try self.advance(&state)
                }
                return state.leaf?.index
            }
        }
        return try lines.get()
    }

    private func lines(_ range: Range<Int64>) throws(VerificationError) -> [LeafLine] {
        let lines: Result<[LeafLine], VerificationError> = self.state.withLock { state in
            Result { () throws(VerificationError) in
                var lines: [LeafLine] = []
                try self.advance(&state)
                while let leaf = state.leaf, leaf.index < range.upperBound {
                    guard leaf.index >= range.lowerBound else {
                        throw VerificationError(
                            .malformed, "leaf \(leaf.index) is not in its place in `leaves.jsonl`")
                    }
                    lines.append(leaf)
                    state.leaf = nil
                    try self.advance(&state)
                }
                return lines
            }
        }
        return try lines.get()
    }

    /// Reads a line ahead where none was.
    private func advance(_ state: inout State) throws(VerificationError) {
        guard state.leaf == nil else { return }
        if state.leaves == nil { state.leaves = BundleLines(self.files, "leaves.jsonl", longest: 8192) }
        guard let line = try state.leaves?.next() else { return }
        let number = state.leaves?.number ?? 0
        let object = try LineObject(line, "leaves.jsonl", number)
        guard let index = object.integer("index"), let leaf = object.bytes("leaf"), let hash = object.bytes("hash"),
            hash.count == Hash.byteCount, leaf.count <= 4096
        else {
            throw VerificationError(.malformed, "line \(number) of `leaves.jsonl` is no leaf with its index and hash")
        }
        state.leaf = LeafLine(index: index, hash: hash, leaf: leaf)
    }

    package func tile(level: Int, number: Int64) async throws(VerificationError) -> [UInt8]? { nil }

    package func payloads(_ range: Range<Int64>) async throws(VerificationError) -> [KeptPayload] {
        let payloads: Result<[KeptPayload], VerificationError> = self.state.withLock { state in
            Result { () throws(VerificationError) in
                var payloads: [KeptPayload] = []
                try self.advancePayload(&state)
                while let payload = state.payload, payload.index < range.upperBound {
                    guard payload.index >= range.lowerBound else {
                        throw VerificationError(
                            .malformed, "a payload of leaf \(payload.index) is not in its place in `payloads.jsonl`")
                    }
                    payloads.append(payload)
                    state.payload = nil
                    try self.advancePayload(&state)
                }
                return payloads
            }
        }
        return try payloads.get()
    }

    private func advancePayload(_ state: inout State) throws(VerificationError) {
        guard state.payload == nil else { return }
        if state.payloads == nil { state.payloads = BundleLines(self.files, "payloads.jsonl", longest: 1 << 28) }
        guard let line = try state.payloads?.next() else { return }
        let number = state.payloads?.number ?? 0
        let object = try LineObject(line, "payloads.jsonl", number)
        guard let index = object.integer("index"), let kind = object.text("k"), let keys = object.text("kid"),
            let nonce = object.bytes("nonce"), let ciphertext = object.bytes("ct")
        else { throw VerificationError(.malformed, "line \(number) of `payloads.jsonl` is no payload") }
        state.payload = KeptPayload(index: index, kind: kind, keys: keys, nonce: nonce, ciphertext: ciphertext)
    }

    package func proof(of index: Int64) async throws(VerificationError) -> [UInt8]? {
        let name = "proofs/\(index).tlog-proof"
        return self.files.sizes[name] == nil ? nil : try self.files.whole(name)
    }

    package func consistency(from old: Int64, to new: Int64) async throws(VerificationError) -> [UInt8]? {
        let name = "consistency/\(old)-\(new)"
        return self.files.sizes[name] == nil ? nil : try self.files.whole(name)
    }
}

/// One line of a bundle: a JSON object.
private struct LineObject {
    private let bytes: [UInt8]
    private let tape: JSONTape

    init(_ line: ArraySlice<UInt8>, _ file: String, _ number: Int) throws(VerificationError) {
        let bytes = Array(line)
        do { self.tape = try JSONTape(bytes.span, limits: JSONTape.Limits(depth: 2, tokens: 32)) } catch {
            throw VerificationError(.malformed, "line \(number) of `\(file)` is not JSON: \(error)")
        }
        self.bytes = bytes
    }

    func text(_ name: StaticString) -> String? {
        let bytes = self.bytes.span
        guard let node = self.tape.member(name, of: self.tape.root, in: bytes) else { return nil }
        return self.tape.string(node, in: bytes)
    }

    func bytes(_ name: StaticString) -> [UInt8]? {
        let bytes = self.bytes.span
        guard let node = self.tape.member(name, of: self.tape.root, in: bytes), self.tape.kind(node) == .string,
            !self.tape[node].hasEscapes
        else { return nil }
        return Base64.decode(self.bytes[self.tape[node].range])
    }

    func integer(_ name: StaticString) -> Int64? {
        let bytes = self.bytes.span
        guard let node = self.tape.member(name, of: self.tape.root, in: bytes),
            let value = self.tape.integer(node, in: bytes), value >= 0
        else { return nil }
        return Int64(value)
    }
}
