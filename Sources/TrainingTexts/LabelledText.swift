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
    package var signals: InjectionSignals { InjectionSignals(phrases: self.phrases) }
}
