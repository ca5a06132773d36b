/// One row of the pattern table: what to look for, how to confirm it, what it means.
///
/// The trigger is a short vectorscan expression that ends at a fixed place in what it is about. It says where to look;
/// the matcher, which is ordinary Swift, decides and finds the exact bytes. So one small database and one pass serve to
/// detect and to locate, rules may be such as no regular expression can state, and a stream can ask a matcher whether
/// more text could change its mind.
///
/// A class, because each hit asks for one: nothing of it is copied.
///
/// INVARIANT: from the start of a trigger, or the first byte that a matcher looks back at, to the start of the span are
/// at most ``lookbehind`` bytes.
final class Pattern: Sendable {
    let kind: Finding.Kind
    let matcher: Matcher
    let confidence: Finding.Confidence
    let severity: Finding.Severity

    static let lookbehind = 128

    init(_ kind: Finding.Kind, _ matcher: Matcher, _ percent: UInt8, _ severity: Finding.Severity) {
        self.kind = kind
        self.matcher = matcher
        self.confidence = Finding.Confidence(percent: percent)
        self.severity = severity
    }

    /// All that decides what the pattern finds, for the version of the set.
    var definition: String {
        "\(self.kind.rawValue) \(self.matcher) \(self.matcher.trigger) \(self.confidence.percent) \(self.severity)"
    }
}

/// The ways to confirm a hit.
enum Matcher: Hashable, Sendable {
    case token(TokenMatcher)
    case assignment(AssignmentMatcher)
    case flag(AssignmentMatcher)
    case webToken
    case privateKey
    case bearer
    case basic
    case command
    case connection
    case email
    case card
    case phone(PhoneMatcher)
    case format(FormatMatcher)
    case context(ContextMatcher)
    case network(NetworkMatcher)
    case phrase(PhraseMatcher)
    case exfiltration(ExfiltrationMatcher)
    case literal(LiteralMatcher)

    /// The vectorscan expression of what may be a match.
    var trigger: String {
        switch self {
        case .token(let matcher): matcher.trigger
        case .assignment(let matcher): matcher.trigger
        case .flag: AssignmentMatcher.flagTrigger
        case .webToken: WebTokenMatcher.trigger
        case .privateKey: PrivateKeyMatcher.trigger
        case .bearer: BearerMatcher.trigger
        case .basic: BasicMatcher.trigger
        case .command: CommandMatcher.trigger
        case .connection: ConnectionMatcher.trigger
        case .email: EmailMatcher.trigger
        case .card: CardMatcher.trigger
        case .phone(let matcher): matcher.trigger
        case .format(let matcher): matcher.trigger
        case .context(let matcher): matcher.trigger
        case .network(let matcher): matcher.trigger
        case .phrase(let matcher): matcher.trigger
        case .exfiltration(let matcher): matcher.trigger
        case .literal(let matcher): matcher.trigger
        }
    }

    /// How matches go on that are longer than a stream may hold back.
    var tail: Tail {
        switch self {
        case .token(let matcher): matcher.tail
        case .assignment, .flag: .run(.bareValues)
        case .webToken: .run(.webToken)
        case .bearer: .run(.bearer)
        case .privateKey: .privateKey
        case .basic, .command, .connection, .email, .card, .phone, .format, .context, .phrase, .exfiltration, .literal:
            .none
        case .network(let matcher): matcher.tail
        }
    }
}

extension Pattern {
    /// Confirms the hit that ends at `hit`, or denies it.
    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        switch self.matcher {
        case .token(let matcher): matcher.match(&reader, hit: hit)
        case .assignment(let matcher), .flag(let matcher): matcher.match(&reader, hit: hit)
        case .webToken: WebTokenMatcher.match(&reader, hit: hit)
        case .privateKey: PrivateKeyMatcher.match(&reader, hit: hit)
        case .bearer: BearerMatcher.match(&reader, hit: hit)
        case .basic: BasicMatcher.match(&reader, hit: hit)
        case .command: CommandMatcher.match(&reader, hit: hit)
        case .connection: ConnectionMatcher.match(&reader, hit: hit)
        case .email: EmailMatcher.match(&reader, hit: hit)
        case .card: CardMatcher.match(&reader, hit: hit)
        case .phone(let matcher): matcher.match(&reader, hit: hit)
        case .format(let matcher): matcher.match(&reader, hit: hit)
        case .context(let matcher): matcher.match(&reader, hit: hit)
        case .network(let matcher): matcher.match(&reader, hit: hit)
        case .phrase(let matcher): matcher.match(&reader, hit: hit)
        case .exfiltration(let matcher): matcher.match(&reader, hit: hit)
        case .literal(let matcher): matcher.match(&reader, hit: hit)
        }
    }
}
