package import Detection
import Entities
import Foundation
import Screening
package import Surrogates

/// De-identifies files: the detectors, the rules, and the bytes from one file to another.
package struct Deidentification {
    /// What could not be done, and with which file.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// What was found in one file: counts, never values.
    package struct Report: Hashable, Sendable {
        package let file: String
        package let output: String
        package let format: String
        package let bytes: Int
        package let records: Int
        package let counts: [String: Int]
    }

    /// What is taken out.
    package enum Profile: String, CaseIterable, Sendable {
        /// Everything that the chosen kinds name.
        case everything = "all"
        /// What HIPAA's Safe Harbor rule names; years, three digits of ZIP codes and ages up to 89 stay.
        case safeHarbor = "safe-harbor"
    }

    /// What was put in the place of what in all files so far.
    package private(set) var deidentifier: Deidentifier
    private let rules: DocumentDeidentifier.Rules

    /// The states and the country, which Safe Harbor lets stand.
    private static let largePlaces: Set<String> = [
        "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida",
        "georgia", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine",
        "maryland", "massachusetts", "michigan", "minnesota", "mississippi", "missouri", "montana", "nebraska",
        "nevada",
        "new hampshire", "new jersey", "new mexico", "north carolina", "north dakota", "ohio", "oklahoma", "oregon",
        "pennsylvania", "rhode island", "south carolina", "south dakota", "tennessee", "texas", "utah", "vermont",
        "virginia", "washington state", "west virginia", "wisconsin", "wyoming", "united states", "usa", "u.s.",
    ]

    /// Makes the detectors ready.
    ///
    /// - Throws: Where a detector cannot be made.
    package init(
        _ deidentifier: Deidentifier, kinds: Set<Finding.Kind>, profile: Profile, lowestConfidence: Int
    ) throws(Failure) {
        self.deidentifier = deidentifier
        let isSafeHarbor = profile == .safeHarbor
        let patterns: PatternDatabase
        let names: EntityRecogniser
        do { patterns = try PatternDatabase(kinds: kinds) } catch {
            throw Failure(description: "the patterns cannot be made: \(error)")
        }
        do throws(EntityModel.Failure) { names = try EntityRecogniser.embedded() } catch {
            throw Failure(description: error.description)
        }
        let scratch = Scratch()
        var room = EntityRecogniser.Scratch()
        let version = DetectorVersion(name: "entities", contentHash: names.contentHash)
        self.rules = DocumentDeidentifier.Rules(isSafeHarbor: isSafeHarbor) { text, findings in
            guard patterns.scan(text.span, with: scratch, into: &findings) == .complete else { return false }
            var spans: [EntitySpan] = []
            names.find(in: text.span, scratch: &room, into: &spans)
            for span in spans where Int(span.confidence) >= lowestConfidence {
                let kind = span.kind.findingKind
                guard kinds.contains(kind) else { continue }
                if isSafeHarbor {
                    // Neither an employer's name nor a state is among the identifiers.
                    let value = String(decoding: text[span.range], as: UTF8.self).lowercased()
                    if kind == .organisation || kind == .place && Self.largePlaces.contains(value) { continue }
                }
                findings.append(
                    Finding(
                        kind: kind, span: span.range, confidence: Finding.Confidence(percent: span.confidence),
                        severity: .medium, detector: version))
            }
            return true
        }
    }

    /// The beginning of a document, to be taken on by hand.
    func document(_ format: DocumentDeidentifier.Format) -> DocumentDeidentifier {
        DocumentDeidentifier(format, self.deidentifier, self.rules)
    }

    /// Takes a document from a file to wherever `write` puts it.
    package mutating func run(
        _ file: String, _ format: DocumentDeidentifier.Format, output: String, write: ([UInt8]) throws -> Void
    ) throws -> Report {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw Failure(description: "the file `\(file)` cannot be read")
        }
        defer { try? handle.close() }
        let before = self.deidentifier.counts
        var document = self.document(format)
        var bytes = 0
        var done: [UInt8] = []
        do {
            while let piece = try handle.read(upToCount: 256 * 1024), !piece.isEmpty {
                bytes += piece.count
                try document.append(Array(piece), to: &done)
                try write(done)
                done.removeAll(keepingCapacity: true)
            }
            try document.finish(to: &done)
            try write(done)
        } catch let failure as DocumentDeidentifier.Failure {
            throw Failure(description: "`\(file)`: \(failure.description)")
        }
        self.deidentifier = document.deidentifier
        let counts = self.deidentifier.counts.merging(before) { $0 - $1 }.filter { $0.value > 0 }
        return Report(
            file: file, output: output, format: format.rawValue, bytes: bytes, records: document.records, counts: counts
        )
    }

    /// Puts the values back into a document that was de-identified with this map.
    package static func restore(_ file: String, _ map: SurrogateMap, write: ([UInt8]) throws -> Void) throws {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw Failure(description: "the file `\(file)` cannot be read")
        }
        defer { try? handle.close() }
        var scanner = SurrogateScanner()
        var held: [UInt8] = []
        var origin = 0
        func release(_ found: [Restoration]) throws {
            let end = scanner.settled - origin
            let local = found.map {
                Replacement(($0.span.lowerBound - origin)..<($0.span.upperBound - origin), $0.value)
            }
            let settled = Array(held[..<end])
            try write(Replacement.apply(local, to: settled.span))
            held.removeFirst(end)
            origin += end
        }
        while let piece = try handle.read(upToCount: 256 * 1024), !piece.isEmpty {
            let bytes = Array(piece)
            held += bytes
            var found: [Restoration] = []
            scanner.append(bytes.span, map, into: &found)
            try release(found)
        }
        var found: [Restoration] = []
        scanner.finish(map, into: &found)
        try release(found)
    }
}
