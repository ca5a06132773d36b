import Transparency

/// Makes the tree anew from the leaves, and holds the tiles and the checkpoints against it. Pure: leaves go in, problems
/// come out.
///
/// Where a leaf and the hash that is kept for it disagree, either may have been changed. So there are two trees from there
/// on, one of the leaves and one of the kept hashes, and the next checkpoint says which of them the log signed.
struct TreeCheck {
    /// A full tile that is due: what it must hold.
    struct DueTile {
        let level: Int
        let number: Int64
        let hashes: [Hash]
        /// What it holds if the kept hashes are right and not the leaves.
        let others: [Hash]?
    }

    private var tree = GrowingTree()
    private var other: GrowingTree?
    /// The leaves whose kept hash is another than theirs, not yet judged.
    private var disputed: [Int64] = []
    /// Whether a leaf is missing whose hash is not kept either: then no root can be made any more.
    private var isBlind = false

    private let milestones: [Milestone]
    private var next = 0
    private var contradicted: [Milestone] = []
    /// The largest size that a checkpoint confirms.
    private(set) var confirmed: Milestone?

    /// - Parameter milestones: in the order of their sizes.
    init(_ milestones: [Milestone]) {
        self.milestones = milestones
        // The tree without leaves is judged before the first leaf.
        var nothing = VerificationReport()
        self.judge(into: &nothing)
    }

    var size: Int64 { self.tree.size }

    /// Adds the leaves of one tile, or so many of them as there are: their `hashes` (nil where a leaf is missing), and those
    /// that are `kept` for them (none where none are).
    mutating func add(_ hashes: [Hash?], kept: [Hash], into report: inout VerificationReport) {
        let start = self.tree.size
        var isDisputed = self.other != nil
        if kept.count == hashes.count {
            for position in hashes.indices {
                guard let hash = hashes[position], hash != kept[position] else { continue }
                self.disputed.append(start + Int64(position))
                isDisputed = true
            }
        }
        if isDisputed, self.other == nil { self.other = self.tree }
        for position in hashes.indices {
            let isKept = kept.count == hashes.count
            let hash = hashes[position] ?? (isKept ? kept[position] : nil)
            if hash == nil { self.isBlind = true }
            self.tree.append(hash ?? .empty)
            self.other?.append(isKept ? kept[position] : hash ?? .empty)
            if self.next < self.milestones.count, self.milestones[self.next].size == self.tree.size {
                self.judge(into: &report)
            }
        }
    }

    /// The tiles above the leaves that have become full.
    mutating func dueTiles() -> [DueTile] {
        let others = self.other?.takeFull()
        return self.tree.takeFull().enumerated().map { position, tile in
            DueTile(
                level: tile.level, number: tile.number, hashes: tile.hashes,
                others: others.flatMap { position < $0.count ? $0[position].hashes : nil })
        }
    }

    /// Holds a tile above the leaves against what it must be.
    static func check(_ bytes: [UInt8]?, _ due: DueTile, into report: inout VerificationReport) {
        let place = VerificationPlace.tile(level: due.level, number: due.number)
        guard let bytes else {
            report.add(.tiles, at: place, "is missing")
            return
        }
        guard bytes != Hash.bytes(of: due.hashes) else { return }
        if let others = due.others, bytes == Hash.bytes(of: others) { return }
        let hashes = Hash.sequence(bytes.span) ?? []
        guard hashes.count == due.hashes.count else {
            report.add(.tiles, at: place, "has \(bytes.count) bytes, expected \(due.hashes.count * Hash.byteCount)")
            return
        }
        let wrong = hashes.indices.filter { hashes[$0] != due.hashes[$0] }
        let first = wrong.first.map { "hash \($0) is not that of the subtree below it" } ?? "is altered"
        report.add(.tiles, at: place, wrong.count > 1 ? "\(first), nor are \(wrong.count - 1) others" : first)
    }

    /// Says what is left to say when there are no more leaves.
    mutating func finish(into report: inout VerificationReport) {
        for leaf in self.disputed {
            report.add(.leaves, at: .leaf(leaf), "is not what the hash that is kept for it says")
        }
        self.disputed = []
        for milestone in self.milestones[self.next...] where milestone.size > self.tree.size {
            report.add(
                milestone.isExternal ? .consistency : .roots, at: milestone.place,
                "is of \(milestone.size) leaves, but the log ends after \(self.tree.size): it was cut off, or an older "
                    + "copy was put in its place")
        }
        guard !self.isBlind else { return }
        for milestone in self.contradicted where milestone.isExternal || milestone.size <= self.confirmed?.size ?? -1 {
            report.add(
                .consistency, at: milestone.place,
                "a known key signed it, but the tree of \(milestone.size) leaves has another root: there are two "
                    + "histories under one key, or leaves were changed")
        }
        let start = self.confirmed?.size ?? 0
        guard let first = self.contradicted.first(where: { !$0.isExternal && $0.size > start }) else { return }
        report.add(
            .roots, at: first.size - start == 1 ? .leaf(start) : .leaves(start..<first.size),
            "the tree of them has another root than \(first.place) says, which a known key signed: they were changed, or "
                + "there is another history")
    }

    private mutating func judge(into report: inout VerificationReport) {
        var roots: (tree: Hash, other: Hash?)?
        while self.next < self.milestones.count, self.milestones[self.next].size == self.tree.size {
            let milestone = self.milestones[self.next]
            self.next += 1
            let known = roots ?? (self.tree.root, self.other?.root)
            roots = known
            // Only what the milestone covers is judged; the two trees are one until the first of these.
            let judged = self.disputed.filter { $0 < milestone.size }
            if milestone.root == known.tree {
                for leaf in judged {
                    report.add(
                        .tiles, at: .tile(level: 0, number: leaf / 256),
                        "hash \(leaf % 256) is not that of leaf \(leaf), which \(milestone.place) confirms")
                }
                self.settle(milestone, self.tree, judged.count, into: &report)
            } else if let other = self.other, milestone.root == known.other {
                for leaf in judged {
                    report.add(
                        .leaves, at: .leaf(leaf),
                        "is not the leaf that the log committed to: \(milestone.place) confirms the hash of another")
                }
                // The tree goes on with what was signed, so that what follows is judged by itself.
                self.settle(milestone, other, judged.count, into: &report)
            } else {
                self.contradicted.append(milestone)
            }
        }
    }

    private mutating func settle(
        _ milestone: Milestone, _ signed: GrowingTree, _ judged: Int, into report: inout VerificationReport
    ) {
        self.tree = signed
        self.disputed.removeFirst(judged)
        self.other = self.disputed.isEmpty ? nil : signed
        for earlier in self.contradicted where !self.isBlind {
            report.add(
                .consistency, at: earlier.place,
                "a known key signed it, but the history that \(milestone.place) confirms had another root at "
                    + "\(earlier.size) leaves: there are two histories under one key")
        }
        self.contradicted = []
        self.confirmed = milestone
    }
}

/// A tree that grows, and hands out its tiles above the leaves when they are full.
///
/// It does what `CompactRange` does, and keeps what tiles are made of on the way: here all is one module, so that what is
/// called a million times is one loop.
struct GrowingTree {
    private(set) var size: Int64 = 0
    private var peaks: [Hash] = []
    /// Of each level above the leaves, the hashes behind the last full tile.
    private var levels: [[Hash]] = []
    private var counts: [Int64] = []
    private var full: [(level: Int, number: Int64, hashes: [Hash])] = []

    @inline(__always)
    mutating func append(_ leaf: Hash) {
        var hash = leaf
        for height in 0..<(~self.size).trailingZeroBitCount {
            hash = Hash.node(self.peaks.removeLast(), hash)
            if height & 7 == 7 { self.keep(hash, level: height / 8) }
        }
        self.peaks.append(hash)
        self.size += 1
    }

    /// Keeps a hash of a level, 0 for the first above the leaves.
    private mutating func keep(_ hash: Hash, level: Int) {
        if level == self.levels.count {
            self.levels.append([])
            self.counts.append(0)
        }
        self.levels[level].append(hash)
        guard self.levels[level].count == 256 else { return }
        self.full.append((level + 1, self.counts[level], self.levels[level]))
        self.levels[level].removeAll(keepingCapacity: true)
        self.counts[level] += 1
    }

    mutating func takeFull() -> [(level: Int, number: Int64, hashes: [Hash])] {
        guard !self.full.isEmpty else { return [] }
        defer { self.full = [] }
        return self.full
    }

    var root: Hash {
        guard var root = self.peaks.last else { return .empty }
        for peak in self.peaks.dropLast().reversed() { root = Hash.node(peak, root) }
        return root
    }
}
