// Verification: says whether a log holds, from its bytes alone, and reads and writes the bundles that auditors take away.

import Transparency

/// Looks at a whole log, or at what a bundle has of one. It believes nothing but the trust policy that it was given.
package struct Verifier: Sendable {
    private let source: any VerificationSource
    private let trust: Trust
    private let notes: [KeptCheckpoint]
    private let opener: (any PayloadOpener)?
    private let progress: @Sendable (_ done: Int64, _ all: Int64) -> Void

    /// Beyond this, leaves that no checkpoint covers are a gap and not only the present.
    static let unsignedTime: Int64 = 10 * 60 * 1000

    /// `notes` are checkpoints that the auditor brought along; `opener` opens payloads, where keys are at hand; `progress`
    /// hears now and then how many leaves have been looked at.
    package init(
        _ source: any VerificationSource, trust: Trust, notes: [String] = [], opener: (any PayloadOpener)? = nil,
        progress: @escaping @Sendable (_ done: Int64, _ all: Int64) -> Void = { _, _ in }
    ) {
        self.source = source
        self.trust = trust
        self.notes = notes.enumerated().map { number, note in
            KeptCheckpoint(place: .file("note \(number + 1)"), note: note, isExternal: true)
        }
        self.opener = opener
        self.progress = progress
    }

    /// - Throws: where the source cannot be read or is no log; what is wrong with a log is in the report.
    package func run() async throws(VerificationError) -> VerificationReport {
        var report = VerificationReport()
        do {
            try await self.verify(into: &report)
        } catch {
            // What can no longer be read because it was damaged is found as well.
            guard error.code == .damaged else { throw error }
            report.add(.leaves, at: .source, error.message)
        }
        return report
    }

    private func verify(into report: inout VerificationReport) async throws(VerificationError) {
        let outline = try await self.source.outline()
        report.origin = outline.origin
        report.range = outline.range
        for problem in outline.problems { report.add(problem) }
        let milestones = NoteCheck(self.trust, origin: outline.origin)
            .check(outline.checkpoints + self.notes, into: &report)
        report.checkpoints = milestones.count
        if outline.isWhole {
            try await self.verifyTree(outline, milestones, into: &report)
        } else {
            try await self.verifySelection(outline, milestones, into: &report)
        }
        self.anchor(milestones, self.trust, into: &report)
    }

    // MARK: A whole log

    private func verifyTree(
        _ outline: SourceOutline, _ milestones: [Milestone], into report: inout VerificationReport
    ) async throws(VerificationError) {
        var tree = TreeCheck(milestones)
        var pass = Pass(outline, opener: self.opener)
        pass.unsignedFrom = milestones.last { $0.size <= outline.range.upperBound }?.size ?? 0
        var batch = LeafBatch()
        var number: Int64 = 0
        var isTreeWhole = true
        while number * 256 < outline.range.upperBound {
            let range = number * 256..<min((number + 1) * 256, outline.range.upperBound)
            let hashes = try await self.read(number, range, &batch, &pass, into: &report)
            if isTreeWhole {
                let kept = try await self.keptHashes(number, range, batch, outline, into: &report)
                tree.add(hashes, kept: kept, into: &report)
                for due in tree.dueTiles() where outline.hasTiles {
                    let tile = try await self.source.tile(level: due.level, number: due.number)
                    TreeCheck.check(tile, due, into: &report)
                }
            }
            number += 1
            if batch.rows.isEmpty {
                // A hole that is larger than a tile: what lies behind it is still looked at, but makes no tree.
                isTreeWhole = false
                guard let next = try await self.source.next(from: range.upperBound) else { break }
                number = max(number, next / 256)
            }
            if number % 64 == 0 { self.progress(min(number * 256, outline.range.upperBound), outline.range.upperBound) }
        }
        self.progress(outline.range.upperBound, outline.range.upperBound)
        pass.tell(outline.range.upperBound, isWhole: true, into: &report)
        if isTreeWhole { tree.finish(into: &report) }
        if let confirmed = tree.confirmed {
            report.size = confirmed.size
            report.root = confirmed.root.base64
            report.unsigned = max(0, outline.range.upperBound - confirmed.size)
        } else {
            report.unsigned = outline.range.upperBound
        }
        if let since = pass.unsignedSince, let last = pass.lastTime, last - since > Self.unsignedTime {
            report.add(
                .roots, .incomplete, at: .leaves(pass.unsignedFrom..<outline.range.upperBound),
                "no checkpoint covers them")
        }
    }

    /// What is carried from tile to tile.
    private struct Pass {
        var leaves: LeafCheck
        var payloads: PayloadCheck
        let hasPayloads: Bool
        /// Whether every leaf of the range must be there.
        let isDense: Bool
        /// The leaf that must come next.
        var expected: Int64
        var unsignedFrom: Int64 = 0
        var unsignedSince: Int64?
        var lastTime: Int64?

        init(_ outline: SourceOutline, opener: (any PayloadOpener)?) {
            self.leaves = LeafCheck(isFromTheBeginning: outline.range.lowerBound == 0)
            self.isDense = outline.tenant == nil
            self.expected = outline.range.lowerBound
            self.payloads = PayloadCheck(opener)
            self.hasPayloads = outline.hasPayloads
        }

        func tell(_ end: Int64, isWhole: Bool, into report: inout VerificationReport) {
            self.payloads.tell(isWhole: isWhole, into: &report)
            if self.isDense, self.expected < end { Self.missing(self.expected..<end, into: &report) }
            report.tenantNumbers = self.leaves.tenantNumbers
            report.tenants = report.tenantNumbers.count
            report.runs = self.leaves.runCount
        }

        static func missing(_ range: Range<Int64>, into report: inout VerificationReport) {
            if range.count == 1 {
                report.add(.leaves, at: .leaf(range.lowerBound), "is missing")
            } else {
                report.add(.leaves, at: .leaves(range), "are missing")
            }
        }
    }

    /// Reads the leaves of one tile and looks at each.
    /// - Returns: their hashes; nil where a leaf is missing.
    private func read(
        _ number: Int64, _ range: Range<Int64>, _ batch: inout LeafBatch, _ pass: inout Pass,
        into report: inout VerificationReport
    ) async throws(VerificationError) -> [Hash?] {
        batch.removeAll()
        try await self.source.leaves(tile: number, into: &batch)
        var hashes = [Hash?](repeating: nil, count: range.count)
        var named: [PayloadCheck.Named] = []
        self.look(range, batch, &pass, &hashes, &named, into: &report)
        if pass.hasPayloads {
            let payloads = try await self.source.payloads(range)
            let missing = hashes.indices.filter { hashes[$0] == nil }.map { range.lowerBound + Int64($0) }
            try pass.payloads.check(named, payloads, missing: Set(missing), into: &report)
        } else {
            report.payloadsGone += named.count
        }
        return hashes
    }

    /// Looks at the leaves of the batch. Here is where the time goes.
    private func look(
        _ range: Range<Int64>, _ batch: LeafBatch, _ pass: inout Pass, _ hashes: inout [Hash?],
        _ named: inout [PayloadCheck.Named],
        into report: inout VerificationReport
    ) {
        let memory = batch.bytes.span
        for row in batch.rows where range.contains(row.index) {
            if pass.isDense, row.index > pass.expected {
                Pass.missing(pass.expected..<row.index, into: &report)
            }
            pass.expected = row.index + 1
            report.leaves += 1
            let leaf = memory.extracting(row.data)
            hashes[Int(row.index - range.lowerBound)] = Hash.leaf(leaf)
            guard pass.leaves.check(row, in: memory, into: &report) else { continue }
            pass.lastTime = pass.leaves.time
            if let erasure = pass.leaves.erasure {
                pass.payloads.erased(String(decoding: leaf.extracting(erasure).copied, as: UTF8.self), at: row.index)
            }
            if row.index >= pass.unsignedFrom, pass.unsignedSince == nil { pass.unsignedSince = pass.leaves.time }
            guard !pass.leaves.payloads.isEmpty else { continue }
            let event = pass.leaves.id.map { leaf.extracting($0).copied } ?? []
            for payload in pass.leaves.payloads {
                func text(_ range: Range<Int>) -> String {
                    String(decoding: leaf.extracting(range).copied, as: UTF8.self)
                }
                named.append(
                    PayloadCheck.Named(
                        index: row.index, kind: text(payload.kind), keys: text(payload.keys),
                        ciphertextHash: text(payload.ciphertextHash), commitment: text(payload.commitment),
                        event: event))
            }
        }
    }

    /// The hashes that are kept for the leaves just read: of a tile, or beside each leaf; empty where there are none.
    private func keptHashes(
        _ number: Int64, _ range: Range<Int64>, _ batch: LeafBatch, _ outline: SourceOutline,
        into report: inout VerificationReport
    ) async throws(VerificationError) -> [Hash] {
        if outline.hasTiles {
            guard range.count == 256 else { return [] }
            let place = VerificationPlace.tile(level: 0, number: number)
            guard let tile = try await self.source.tile(level: 0, number: number) else {
                report.add(.tiles, at: place, "is missing")
                return []
            }
            guard tile.count == 256 * Hash.byteCount, let hashes = Hash.sequence(tile.span) else {
                report.add(.tiles, at: place, "has \(tile.count) bytes, expected \(256 * Hash.byteCount)")
                return []
            }
            return hashes
        }
        let rows = batch.rows
        guard rows.count == range.count else { return [] }
        let memory = batch.bytes
        return rows.compactMap { row in row.hash.flatMap { Hash(Array(memory[$0])) } }
    }

    // MARK: A selection

    private func verifySelection(
        _ outline: SourceOutline, _ milestones: [Milestone],
        into report: inout VerificationReport
    ) async throws(VerificationError) {
        var pass = Pass(outline, opener: self.opener)
        var batch = LeafBatch()
        let last = milestones.last
        report.size = last?.size
        report.root = last?.root.base64
        var index = try await self.source.next(from: outline.range.lowerBound)
        while let first = index, first < outline.range.upperBound {
            let number = first / 256
            let range = max(number * 256, outline.range.lowerBound)..<min((number + 1) * 256, outline.range.upperBound)
            let hashes = try await self.read(number, range, &batch, &pass, into: &report)
            for row in batch.rows {
                guard range.contains(row.index), let hash = hashes[Int(row.index - range.lowerBound)] else {
                    report.add(.leaves, at: .leaf(row.index), "does not belong to the range of the bundle")
                    continue
                }
                let proof = try await self.source.proof(of: row.index)
                self.verifyProof(row.index, hash, proof, self.trust, milestones, into: &report)
            }
            self.progress(range.upperBound, outline.range.upperBound)
            index = try await self.source.next(from: (number + 1) * 256)
        }
        pass.tell(outline.range.upperBound, isWhole: false, into: &report)
        guard let last else { return }
        for milestone in milestones where milestone.size < last.size {
            let proof = try await self.source.consistency(from: milestone.size, to: last.size)
            self.verifyConsistency(milestone, last, proof, into: &report)
        }
        for milestone in milestones where milestone.size == last.size && milestone.root != last.root {
            report.add(.consistency, at: milestone.place, "has another root than \(last.place), for as many leaves")
        }
    }
}
