import Detection
import Kernel
import NIOCore
import Providers
import Surrogates

// Surrogates in bodies: put in on the way to the provider, taken out again on the way back.

/// What policy wants done about the kinds that were found.
struct Remedied: Equatable {
    /// The kinds that are taken out.
    var redacted: Set<Finding.Kind> = []
    /// The kinds for which something else stands until the answer.
    var tokenised: Set<Finding.Kind> = []

    var isEmpty: Bool { self.redacted.isEmpty && self.tokenised.isEmpty }

    /// What is done about findings in one text, in order and without overlaps.
    func replacements(
        _ text: Span<UInt8>, _ findings: [Finding], _ surrogates: inout SurrogateMap
    ) -> [Replacement] {
        let concerned = findings.filter { self.redacted.contains($0.kind) || self.tokenised.contains($0.kind) }
        let taken = concerned.filter { self.redacted.contains($0.kind) }.nonOverlapping()
        // Both are in order, and neither is looked at twice.
        var next = 0
        return concerned.nonOverlapping().compactMap { finding in
            let span = finding.span.clamped(to: 0..<text.count)
            guard !span.isEmpty else { return nil }
            // Where both remedies claim a byte, nothing of it goes on.
            while next < taken.count, taken[next].span.upperBound <= finding.span.lowerBound { next += 1 }
            let isRedacted = next < taken.count && taken[next].span.overlaps(finding.span)
            guard !isRedacted else { return Replacement(span, Array(Redaction.mark(for: finding).utf8)) }
            var value: [UInt8] = []
            for index in span { value.append(text[index]) }
            return Replacement(span, surrogates.surrogate(for: value, kind: finding.kind))
        }
    }
}

extension Screening {
    /// The changes to the body that these replacements in the gathered text make.
    func patches(for replacements: [Replacement], _ tape: JSONTape) -> [BytePatch] {
        let replacements = replacements.sorted { $0.span.lowerBound < $1.span.lowerBound }
        // Both are in order, and neither is looked at twice.
        var first = 0
        return self.segments.compactMap { segment in
            while first < replacements.count, replacements[first].span.upperBound <= segment.range.lowerBound {
                first += 1
            }
            let inside = replacements[first...].prefix { $0.span.lowerBound < segment.range.upperBound }
            guard !inside.isEmpty else { return nil }
            let start = segment.range.lowerBound
            let local = inside.map { replacement in
                Replacement(
                    (max(start, replacement.span.lowerBound) - start)..<(min(
                        replacement.span.upperBound, segment.range.upperBound) - start), replacement.content)
            }
            var content: [UInt8] = []
            let changed = Replacement.apply(local, to: self.text.span.extracting(segment.range))
            JSONString.appendEscaped(changed.span, to: &content)
            return BytePatch(tape[segment.node].range, content)
        }
    }
}

extension Screening {
    /// The body with a mark for everything that was found, and for what could not be looked into.
    func marked(_ findings: [Finding], _ tape: JSONTape, _ body: ByteBuffer) -> ByteBuffer {
        let marks = findings.nonOverlapping().compactMap { finding -> Replacement? in
            let span = finding.span.clamped(to: 0..<self.text.count)
            return span.isEmpty ? nil : Replacement(span, Array(Redaction.mark(for: finding).utf8))
        }
        let patches = Self.withoutTokens(self.patches(for: marks, tape), tape, body)
        return body.patched(patches + self.media.map { BytePatch(tape[$0].range, Array("[MEDIA]".utf8)) })
    }
}

extension [Replacement] {
    /// These, and of others those that touch none of them; both are in order.
    func joined(with others: [Replacement]) -> [Replacement] {
        guard !others.isEmpty else { return self }
        var next = 0
        return self
            + others.filter { other in
                while next < self.count, self[next].span.upperBound <= other.span.lowerBound { next += 1 }
                return next == self.count || !self[next].span.overlaps(other.span)
            }
    }
}
