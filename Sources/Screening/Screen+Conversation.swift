internal import Detection
internal import Injection

// What only shows when the texts of an exchange are seen together: orders in pieces, and users who go further turn by turn.

/// What the learned detector says of one text of a conversation.
struct JudgedSegment {
    let segment: ScreenedSegment
    /// The probability of an order.
    let probability: Float
    let head: InjectionHead
    /// Whether something of the family `injection` was found in it.
    let isFlagged: Bool
}

extension Screen {
    /// From this chance on that one of a user's turns was an attack, the turns together are a finding.
    static let escalated: Float = 0.5
    /// Of a long text only so much of its beginning and of its end is read together with its neighbours.
    private static let edge = 256

    /// Looks at the texts of an exchange together. What is found lies at the last text of those that say it.
    func findInConversation(
        _ text: Span<UInt8>, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> Bool {
        let judged = scratch.judged.filter { $0.segment.turn != nil }
        guard judged.count > 1 else { return true }
        self.findEscalation(judged, &findings)
        for group in TextChannel.Group.allCases {
            let members = judged.filter { $0.segment.channel.group == group }.suffix(EscalationMeter.window)
            guard members.count > 1, !members.contains(where: \.isFlagged) else { continue }
            guard self.findPieces(Array(members), text, scratch, &findings) else { return false }
        }
        return true
    }

    /// Adds up the user's turns: several that are suspicious say more than one.
    private func findEscalation(_ judged: [JudgedSegment], _ findings: inout [Finding]) {
        var meter = EscalationMeter()
        var turn: Int?
        var highest: Float = 0
        var worst: JudgedSegment?
        var last: JudgedSegment?
        var turns = 0
        for one in judged where one.segment.channel == .user {
            if one.segment.turn != turn {
                if turn != nil { meter.add(highest) }
                (turn, highest, turns) = (one.segment.turn, 0, turns + 1)
            }
            highest = max(highest, one.probability)
            if one.probability > worst?.probability ?? -1 { worst = one }
            last = one
        }
        guard turns > 1, let worst, let last else { return }
        meter.add(highest)
        let level = meter.level
        // One turn that is an attack by itself is a finding already; this is about what several add up to.
        guard level >= Self.escalated, level > worst.probability else { return }
        findings.append(
            self.finding(worst.head, at: last.segment.range, percent: UInt8(min(95, (level * 100).rounded()))))
    }

    /// Reads neighbours as one text; a finding counts where it goes over the end of one of them.
    private func findPieces(
        _ members: [JudgedSegment], _ text: Span<UInt8>, _ scratch: ScreenScratch, _ findings: inout [Finding]
    ) -> Bool {
        guard let last = members.last else { return true }
        var joined: [UInt8] = []
        var ends: [Int] = []
        for member in members {
            if !joined.isEmpty { joined.append(0x20) }
            let range = member.segment.range.clamped(to: 0..<text.count)
            if range.count <= 2 * Self.edge {
                for index in range { joined.append(text[index]) }
            } else {
                for index in range.prefix(Self.edge) { joined.append(text[index]) }
                joined.append(0x0A)
                for index in range.suffix(Self.edge) { joined.append(text[index]) }
            }
            ends.append(joined.count)
        }
        let (details, closest, probability) = (scratch.details, scratch.closest, scratch.probability)
        defer { (scratch.details, scratch.closest, scratch.probability) = (details, closest, probability) }
        scratch.seen.removeAll(keepingCapacity: true)
        var found: [Finding] = []
        guard self.readOrders(joined.span, last.segment.channel, scratch, &found) else { return false }
        // Many texts read as one are suspicious more often than one is: here the learned detector has to be sure.
        let across = found.filter { finding in
            let isSure = finding.detector != self.injectionVersion || finding.confidence.percent >= 80
            return isSure
                && ends.dropLast().contains { finding.span.lowerBound < $0 && finding.span.upperBound > $0 + 1 }
        }
        guard let surest = across.max(by: { $0.confidence < $1.confidence }) else { return true }
        // Nobody says an order in pieces by chance: to be found only together is a disguise.
        let isPhrase = surest.detector != self.injectionVersion
        let percent = isPhrase ? min(95, surest.confidence.percent + Self.disguised) : surest.confidence.percent
        findings.append(
            Finding(
                kind: surest.kind, span: last.segment.range, confidence: Finding.Confidence(percent: percent),
                severity: surest.severity, detector: surest.detector))
        return true
    }
}
