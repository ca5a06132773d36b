internal import PatternMatching
internal import Synchronization

/// Whether a scan saw the whole text.
package enum ScanOutcome: Hashable, Sendable {
    /// All that the patterns can find was found.
    case complete
    /// The scan could not be carried out; what was found, if anything, is not all. Callers treat the text as refused.
    case failed
}

/// The patterns made ready to scan: compiled once, then immutable and shared by all threads.
///
/// Scanning text without hits costs one pass of the engine (with the library about 0.5 GB/s) and allocates nothing. The
/// engine says where something may be, and a matcher of ours confirms it and finds its exact bytes.
@safe
package final class PatternDatabase: Sendable {
    /// Which patterns these are; the same in every finding they make.
    package let version: DetectorVersion
    /// The kinds that are looked for.
    package let kinds: Set<Finding.Kind>
    let patterns: [Pattern]
    /// What may be the end of a hit, for texts that come in pieces.
    private let endings: Endings
    /// The same, for who is asked about each hit and counts no references.
    // SAFE: `patterns` keeps them as long as there is this.
    let asked: [Unmanaged<Pattern>]
    /// Ours, until the library is ready; then nobody needs it.
    private let own: Mutex<PatternSet?>
    // SAFE: what is stored here, once, was retained for that; nobody scans when it is released in deinit.
    private let library: Atomic<Unmanaged<VectorscanDatabase>?>

    /// Compiles the patterns of some kinds; takes some tens of milliseconds.
    ///
    /// - Throws: ``PatternError`` naming the pattern that cannot be compiled.
    package convenience init(
        kinds: Set<Finding.Kind> = .all, engine: PatternEngine = .preferred
    ) throws(PatternError) {
        try self.init(kinds: kinds, words: [], canaries: [], engine: engine)
    }

    /// The same, with a tenant's own words and marks.
    package convenience init(
        kinds: Set<Finding.Kind>, words: [CustomWords], canaries: [Canary], engine: PatternEngine = .preferred
    ) throws(PatternError) {
        try self.init(
            patterns: PatternTable.all.filter { kinds.contains($0.kind) } + words.flatMap(\.patterns)
                + canaries.flatMap(\.patterns), engine: engine)
    }

    init(patterns: [Pattern], engine: PatternEngine = .preferred) throws(PatternError) {
        self.patterns = patterns
        self.kinds = Set(patterns.map(\.kind))
        self.version = DetectorVersion(name: "patterns", contentHash: Self.hash(of: patterns))
        self.endings = try Self.endings(of: patterns)
        unsafe self.asked = patterns.map { unsafe Unmanaged.passUnretained($0) }
        var own: PatternSet?
        var library: Unmanaged<VectorscanDatabase>?
        switch try Self.compile(patterns, for: engine) {
        case .none: break
        case .swift(let set): own = set
        case .vectorscan(let database): unsafe library = Unmanaged.passRetained(database)
        }
        self.own = Mutex(own)
        unsafe self.library = Atomic(library)
    }

    deinit { unsafe self.library.load(ordering: .acquiring)?.release() }

    /// Has the library look from now on, where ours did so far: the same is found, in a third of the time.
    ///
    /// To compile patterns for the library takes ten times as long as for ours, so a gateway starts with ours and calls
    /// this beside its first requests, from a thread that may be busy for a second. Does nothing where the library looks
    /// already or cannot be used.
    package func hasten() throws(PatternError) {
        guard PatternEngine.preferred == .vectorscan, self.own.withLock({ $0 != nil }),
            case .vectorscan(let database) = try Self.compile(self.patterns, for: .vectorscan)
        else { return }
        self.own.withLock { own in
            guard own != nil else { return }
            unsafe self.library.store(Unmanaged.passRetained(database), ordering: .releasing)
            own = nil
        }
    }

    /// Who looks.
    @unsafe
    private enum Engine {
        case none
        case own(PatternSet)
        case library(Unmanaged<VectorscanDatabase>)
    }

    /// Who looks at present.
    private var engine: Engine {
        if let database = unsafe self.library.load(ordering: .acquiring) { return unsafe .library(database) }
        if let set = self.own.withLock({ $0 }) { return unsafe .own(set) }
        // Between the two looks the library became ready, or there is nothing to look for.
        if let database = unsafe self.library.load(ordering: .acquiring) { return unsafe .library(database) }
        return unsafe .none
    }

    /// Whether a hit may have ended at an offset from `start` to the end of a text; of most text it can be told at a glance
    /// that none has.
    func mayHit(_ text: Span<UInt8>, from start: Int) -> Bool { self.endings.mayEnd(in: text, from: start) }

    /// Finds all that the patterns can in a text and appends it in reading order.
    ///
    /// Takes any bytes. Findings of different families may overlap; within a family a finding that lies inside a more
    /// specific or a longer one is dropped. Linear in the text.
    package func scan(_ text: Span<UInt8>, with scratch: Scratch, into findings: inout [Finding]) -> ScanOutcome {
        // Taken out while they grow: an access to what an object holds is checked each time.
        var hits = Hits()
        swap(&hits, &scratch.hits)
        let outcome = self.collect(text, isFinal: true, with: scratch, into: &hits)
        if !hits.matches.isEmpty { self.report(&hits, before: text.count, at: 0, into: &findings) }
        swap(&hits, &scratch.hits)
        return outcome
    }

    /// Lets the engine alone pass over a text and counts its hits, which is what benchmarks compare ``scan`` with.
    package func unconfirmedHits(in text: Span<UInt8>, with scratch: Scratch) -> Int {
        var hits = 0
        switch unsafe self.engine {
        case .none: break
        case .own(let set):
            _ = set.scan(text, with: scratch.states()) { _, _, _ in
                hits += 1
                return true
            }
        case .library(let database):
            // SAFE: the library and the handler use the pointers only while this call lasts; the context is `hits`.
            unsafe text.withUnsafeBufferPointer { text in
                _ = unsafe database._withUnsafeGuaranteedRef { database in
                    unsafe database.scan(
                        text, with: scratch.space, identity: self.version.contentHash, context: &hits
                    ) { _, _, _, _, hits in
                        unsafe hits?.assumingMemoryBound(to: Int.self).pointee += 1
                        return 0
                    }
                }
            }
        }
        return hits
    }

    /// Notes the confirmed hits in a text, and unless it is final those that need more of it.
    func collect(
        _ text: Span<UInt8>, isFinal: Bool, with scratch: Scratch, into hits: inout Hits
    ) -> ScanOutcome {
        hits.clear()
        guard !text.isEmpty else { return .complete }
        switch unsafe self.engine {
        case .none: return .complete
        case .own(let set):
            let isWhole = set.scan(text, with: scratch.states()) { pattern, _, end in
                self.judge(text, hit: end, pattern: pattern, isFinal: isFinal, into: &hits)
                return true
            }
            return isWhole ? .complete : .failed
        case .library(let database):
            scratch.forgetStates()
            // SAFE: the library and the handler use the pointers only while this call lasts.
            return unsafe text.withUnsafeBufferPointer { buffer in
                withExtendedLifetime((self, scratch)) {
                    var sweep = unsafe Sweep(
                        database: Unmanaged.passUnretained(self), text: buffer, isFinal: isFinal, hits: Hits())
                    unsafe swap(&sweep.hits, &hits)
                    let isWhole = unsafe withUnsafeMutablePointer(to: &sweep) { sweep in
                        unsafe database._withUnsafeGuaranteedRef { database in
                            unsafe database.scan(
                                buffer, with: scratch.space, identity: self.version.contentHash, context: sweep,
                                Sweep.take)
                        }
                    }
                    unsafe swap(&sweep.hits, &hits)
                    return isWhole ? .complete : .failed
                }
            }
        }
    }
}

/// What the library's handler needs to know of the scan that runs.
@unsafe
private struct Sweep {
    let database: Unmanaged<PatternDatabase>
    let text: UnsafeBufferPointer<UInt8>
    let isFinal: Bool
    var hits: Hits

    /// Called by the library for each hit.
    static let take: VectorscanHandler = { pattern, _, end, _, context in
        // SAFE: the context is the sweep of the scan that calls; it outlives the call, as do the objects it names.
        guard let context = unsafe context else { return 1 }
        let sweep = unsafe context.assumingMemoryBound(to: Sweep.self)
        unsafe sweep.pointee.database._withUnsafeGuaranteedRef { database in
            unsafe database.judge(
                sweep.pointee.text.span, hit: Int(end), pattern: Int(pattern), isFinal: sweep.pointee.isFinal,
                into: &sweep.pointee.hits)
        }
        return 0
    }
}
