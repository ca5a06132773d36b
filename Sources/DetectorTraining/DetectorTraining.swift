// DetectorTraining makes the models of learned detectors and says how good they are: data, training, evaluation.

package import Injection

/// One labelled text that a model learns from or is measured by.
package struct LabelledText: Hashable, Sendable {
    /// What the text is, by the heads that should see it. None: clean.
    package var heads: Set<InjectionHead>
    package var text: String
    package var channel: TextChannel
    /// The language's code, such as `en`.
    package var language: String
    /// Where texts of this kind come from: a data set or a generator. Families are held out as a whole.
    package var family: String
    /// Which file or generator the text is from.
    package var source: String
    /// The licence of the text.
    package var licence: String
    /// Where the attack lies, in UTF-8 bytes, if that is known.
    package var attack: Range<Int>?
    /// How many phrases of known attacks are in the text, as far as they were counted.
    package var phrases = 0

    /// Creates a labelled text.
    package init(
        heads: Set<InjectionHead>, text: String, channel: TextChannel, language: String, family: String, source: String,
        licence: String, attack: Range<Int>? = nil
    ) {
        self.heads = heads
        self.text = text
        self.channel = channel
        self.language = language
        self.family = family
        self.source = source
        self.licence = licence
        self.attack = attack
    }

    /// Whether the text is an attack of any kind.
    package var isAttack: Bool { !self.heads.isEmpty }
    /// What other detectors than the model see in the text.
    var signals: InjectionSignals { InjectionSignals(phrases: self.phrases) }
}

/// Chance that a seed decides: the same seed gives the same numbers everywhere (SplitMix64).
package struct SeededChance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates a source of numbers.
    package init(seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number from 0 up to, but not including, a bound.
    package mutating func below(_ bound: Int) -> Int {
        // The high half of a product: not exactly even, but the same on every machine.
        Int(truncatingIfNeeded: self.next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
    }

    /// True once in so many times.
    package mutating func once(in times: Int) -> Bool { self.below(times) == 0 }
}

/// Why something about training or evaluation cannot be done.
package struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, stable.
    package struct Code: Hashable, Sendable {
        private enum Value { case malformedRow, malformedGrammar, tooLittleData, leakage, malformedCard }
        private let value: Value
        package static let malformedRow = Self(value: .malformedRow)
        package static let malformedGrammar = Self(value: .malformedGrammar)
        package static let tooLittleData = Self(value: .tooLittleData)
        package static let leakage = Self(value: .leakage)
        package static let malformedCard = Self(value: .malformedCard)
    }

    package let code: Code
    /// What is wrong, in words, and what to do.
    package let message: String

    /// Creates an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}
