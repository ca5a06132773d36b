/// What a part of the model looks for.
package enum InjectionHead: Int, CaseIterable, Hashable, Sendable {
    /// Takes instructions out of force, or asks for them: "forget what you were told", "print your system prompt".
    case override
    /// Talks the model into being somebody without limits.
    case persona
    /// An instruction where only data should be.
    case indirect

    /// The name after `injection.` in kinds of findings.
    package var label: String {
        switch self {
        case .override: "override"
        case .persona: "persona"
        case .indirect: "indirect"
        }
    }
}

/// What other detectors found in the same text, as far as it tells about an injection.
package struct InjectionSignals: Hashable, Sendable {
    /// How many phrases of known attacks are in the text.
    package var phrases: Int
    /// Whether the text hides something from the eye: tag characters, bidirectional overrides, runs of selectors.
    package var hidesText: Bool
    /// Whether the words were found only after a disguise was undone, such as base64 or letters of another script.
    package var wasDisguised: Bool

    /// Creates signals; none by default.
    package init(phrases: Int = 0, hidesText: Bool = false, wasDisguised: Bool = false) {
        self.phrases = phrases
        self.hidesText = hidesText
        self.wasDisguised = wasDisguised
    }

    /// The phrases as far as they count: more than three say no more.
    package var counted: Int { min(self.phrases, 3) }

    /// The signals as numbers, in the order of the model's weights.
    var values: SIMD4<Float> {
        SIMD4(Float(self.counted), self.hidesText ? 1 : 0, self.wasDisguised ? 1 : 0, 0)
    }
}
