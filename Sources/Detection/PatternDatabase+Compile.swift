internal import PatternMatching

extension PatternDatabase {
    /// The triggers, made ready for whoever looks for them.
    enum Triggers: Sendable {
        /// There are none.
        case none
        case vectorscan(VectorscanDatabase)
        case swift(PatternSet)
    }

    static func compile(_ patterns: [Pattern], for engine: PatternEngine) throws(PatternError) -> Triggers {
        guard !patterns.isEmpty else { return .none }
        let triggers = patterns.map(\.matcher.trigger)
        switch engine {
        case .vectorscan:
            do throws(VectorscanError) {
                return .vectorscan(try VectorscanDatabase(triggers, tellsStarts: false))
            } catch {
                if error.isAbsent { throw PatternError(code: .unsupportedMachine, message: error.message) }
                guard let index = error.index else {
                    throw PatternError(
                        code: .outOfMemory, message: "the patterns do not compile: \(error.message)")
                }
                throw Self.invalid(patterns[index], error.message)
            }
        case .swift:
            do throws(ExpressionError) {
                return .swift(try PatternSet(triggers))
            } catch {
                throw Self.invalid(patterns[error.index], error.message)
            }
        }
    }

    static func endings(of patterns: [Pattern]) throws(PatternError) -> Endings {
        do throws(ExpressionError) {
            return try Endings(patterns.map(\.matcher.trigger))
        } catch {
            throw Self.invalid(patterns[error.index], error.message)
        }
    }

    private static func invalid(_ pattern: Pattern, _ reason: String) -> PatternError {
        PatternError(
            code: .invalidPattern,
            message: "pattern `\(pattern.kind.rawValue)` does not compile: `\(pattern.matcher.trigger)`: \(reason)")
    }

    /// FNV-1a over the definitions: tells versions apart, protects nothing.
    static func hash(of patterns: [Pattern]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let definitions = ["revision \(PatternTable.revision)"] + patterns.map(\.definition)
        for byte in definitions.joined(separator: "\n").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
