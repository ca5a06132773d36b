/// One text of a conversation.
package struct ConversationPart: Sendable {
    package var channel: TextChannel
    package var text: [UInt8]

    /// Creates a part.
    package init(channel: TextChannel, text: [UInt8]) {
        self.channel = channel
        self.text = text
    }
}

/// What a whole conversation looks like, besides what each of its texts does.
package struct ConversationVerdict: Hashable, Sendable {
    /// The part that stands out most, and its verdict.
    package var worst: Int?
    package var worstVerdict: InjectionVerdict?
    /// The verdict on neighbouring texts read as one, where they say together what none says alone.
    package var split: InjectionVerdict?
    /// The parts that were read as one.
    package var splitParts: [Int] = []
    /// How far the user has gone over the last turns, from 0 to 1: attempts add up, and fade.
    package var escalation: Float = 0
    /// How many examples of dialogue a single text brings along; many are a way to teach the model bad manners.
    package var examples = 0

    /// The verdict on a conversation without a text.
    package init() {}
}

/// Adds up what turns look like: each counts less the longer ago it was, and after ten turns not at all.
package struct EscalationMeter: Hashable, Sendable {
    /// How many turns count.
    package static let window = 10
    /// What is left of a turn's weight one turn later.
    package static let decay: Float = 0.8

    private var turns: [Float] = []

    /// Creates a meter that has seen nothing.
    package init() {}

    /// Takes a turn's probability of being an attack.
    package mutating func add(_ probability: Float) {
        self.turns.append(max(0, min(1, probability)))
        if self.turns.count > Self.window { self.turns.removeFirst() }
    }

    /// The chance that at least one of the turns that count was an attack, each taken for as sure as its age leaves it.
    ///
    /// What is as likely as in any clean text counts nothing, so that a long harmless talk stays at zero.
    package var level: Float {
        var none: Float = 1
        var weight: Float = 1
        for turn in self.turns.reversed() {
            none *= 1 - weight * max(0, (turn - 0.1) / 0.9)
            weight *= Self.decay
        }
        return 1 - none
    }
}

extension InjectionDetector {
    /// How much of a text is read together with its neighbours: an attack in pieces needs no more.
    private static let joinedBytes = 4096

    /// Judges a conversation: each text, neighbours of one group read as one, and how the user's turns add up.
    package func assess(_ parts: [ConversationPart], scratch: inout InjectionScratch) -> ConversationVerdict {
        var verdict = ConversationVerdict()
        var meter = EscalationMeter()
        var margins = [Float](repeating: -.infinity, count: parts.count)
        for (index, part) in parts.enumerated() {
            let one = self.assess(part.text.span, channel: part.channel, scratch: &scratch)
            margins[index] = self.margin(one, part.channel)
            if let worst = verdict.worst, margins[worst] >= margins[index] {
            } else {
                verdict.worst = index
                verdict.worstVerdict = one
            }
            if part.channel == .user { meter.add(one.probability) }
            verdict.examples = max(verdict.examples, Self.examples(in: part.text.span))
        }
        verdict.escalation = meter.level
        for group in TextChannel.Group.allCases {
            let members = parts.indices.filter { parts[$0].channel.group == group && parts[$0].channel != .assistant }
                .suffix(EscalationMeter.window)
            guard members.count > 1, let first = members.first else { continue }
            var joined: [UInt8] = []
            for index in members {
                if !joined.isEmpty { joined.append(0x20) }
                joined += parts[index].text.prefix(Self.joinedBytes)
            }
            let together = self.assess(joined.span, channel: parts[first].channel, scratch: &scratch)
            let margin = self.margin(together, parts[first].channel)
            // Only where no text is suspicious alone, and the whole is so by more than one more text would make it.
            guard together.isSuspicious, members.allSatisfy({ margins[$0] < 0 }), margin > 0 else { continue }
            verdict.split = together
            verdict.splitParts = Array(members)
        }
        return verdict
    }

    private func margin(_ verdict: InjectionVerdict, _ channel: TextChannel) -> Float {
        verdict.score - self.model.judgements[channel.group.rawValue].thresholds.x
    }

    /// How many lines begin with a speaker's name, in pairs: `User:` and its answer are one example.
    static func examples(in text: Span<UInt8>) -> Int {
        var lines = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == 0x0A {
            if Self.isSpeaker(text.extracting(start..<index)) { lines += 1 }
            start = min(index + 1, text.count)
        }
        return lines / 2
    }

    private static let speakers: [StaticString] = [
        "user:", "human:", "assistant:", "ai:", "q:", "a:", "question:", "answer:", "bot:", "system:", "###",
    ]

    private static func isSpeaker(_ line: Span<UInt8>) -> Bool {
        var from = 0
        while from < line.count, line[from] == 0x20 || line[from] == 0x2A || line[from] == 0x3E { from += 1 }
        return Self.speakers.contains { name in
            guard name.utf8CodeUnitCount <= line.count - from else { return false }
            // SAFE: a static string's bytes live as long as the program, and there are as many as it says.
            let bytes = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            for index in 0..<name.utf8CodeUnitCount {
                let byte = line[from + index]
                let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                guard unsafe bytes[index] == lower else { return false }
            }
            return true
        }
    }
}
