// Detection finds what is dangerous in text.

/// One fact about a text: something dangerous of a known kind lies in these bytes.
///
/// A finding never holds the text that it is about, so it can be logged, stored and shown. What is done about it is
/// for policy to say.
package struct Finding: Hashable, Sendable {
    /// What was found.
    package let kind: Kind
    /// Where: UTF-8 byte offsets in the text that was scanned, or from the start of the stream.
    package let span: Range<Int>
    /// How sure the detector is.
    package let confidence: Confidence
    /// How bad it is if the bytes get into wrong hands.
    package let severity: Severity
    /// Who found it.
    package let detector: DetectorVersion
    /// Whether these bytes belong to a finding already reported, which was longer than a stream may hold back.
    ///
    /// Only ``StreamScanner`` makes such findings. They are to be removed like any other, but not counted again, and
    /// their mark is empty.
    package let isContinuation: Bool

    /// Creates a finding.
    package init(
        kind: Kind, span: Range<Int>, confidence: Confidence, severity: Severity, detector: DetectorVersion,
        isContinuation: Bool = false
    ) {
        self.kind = kind
        self.span = span
        self.confidence = confidence
        self.severity = severity
        self.detector = detector
        self.isContinuation = isContinuation
    }
}

extension Finding {
    /// What kind of danger. The raw value is the stable name that policies, events and reports use.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case awsAccessKey = "secret.aws_access_key"
        case awsSecretKey = "secret.aws_secret_key"
        case githubToken = "secret.github_token"
        case gitlabToken = "secret.gitlab_token"
        case slackToken = "secret.slack_token"
        case slackWebhook = "secret.slack_webhook"
        case openAIKey = "secret.openai_key"
        case anthropicKey = "secret.anthropic_key"
        case googleKey = "secret.google_key"
        case stripeKey = "secret.stripe_key"
        case sendGridKey = "secret.sendgrid_key"
        case twilioKey = "secret.twilio_key"
        case npmToken = "secret.npm_token"
        case pypiToken = "secret.pypi_token"
        case huggingFaceToken = "secret.huggingface_token"
        case digitalOceanToken = "secret.digitalocean_token"
        case azureKey = "secret.azure_key"
        case gatehouseKey = "secret.gatehouse_key"
        case providerToken = "secret.provider_token"
        case webToken = "secret.jwt"
        case privateKey = "secret.private_key"
        case connectionPassword = "secret.connection_password"
        case bearerToken = "secret.bearer_token"
        case basicCredentials = "secret.basic_credentials"
        case genericAssignment = "secret.generic_assignment"
        case email = "pii.email"
        case card = "pii.card"
        case phone = "pii.phone"

        /// The family that the kind belongs to: the part of its name before the dot.
        package var family: Family {
            switch self {
            case .email, .card, .phone: .pii
            default: .secret
            }
        }

        /// The part of the name after the dot, as it stands in a redaction mark.
        package var label: Substring {
            self.rawValue.dropFirst(self.family.rawValue.count + 1)
        }
    }

    /// The two families of kinds: credentials, and data about a person.
    package enum Family: String, CaseIterable, Hashable, Sendable {
        case secret
        case pii
    }

    /// How bad a finding is, from a nuisance to an open door.
    package enum Severity: UInt8, Comparable, Hashable, Sendable {
        case low
        case medium
        case high
        case critical

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// How sure a detector is, in percent.
    package struct Confidence: Comparable, Hashable, Sendable {
        /// From 0, a guess, to 100, certain.
        package let percent: UInt8

        /// Creates a confidence; more than 100 percent is taken as 100.
        package init(percent: UInt8) { self.percent = min(percent, 100) }

        /// The same from 0 to 1.
        package var fraction: Double { Double(self.percent) / 100 }

        package static func < (left: Self, right: Self) -> Bool { left.percent < right.percent }
    }
}

extension Set where Element == Finding.Kind {
    /// Every kind.
    package static var all: Self { Set(Finding.Kind.allCases) }

    /// Every kind of one family.
    package static func family(_ family: Finding.Family) -> Self {
        Set(Finding.Kind.allCases.filter { $0.family == family })
    }
}

/// Which detector found something, and in which version: two findings of the same version were found by the same rules.
package struct DetectorVersion: Hashable, Sendable, CustomStringConvertible {
    /// The detector's stable name, such as `patterns`.
    package let name: String
    /// A hash over everything that decides what it finds.
    package let contentHash: UInt64

    /// Creates the identity of a detector.
    package init(name: String, contentHash: UInt64) {
        self.name = name
        self.contentHash = contentHash
    }

    /// The name and the hash in 16 hexadecimal digits: `patterns@00f3…`.
    package var description: String {
        let digits = String(self.contentHash, radix: 16)
        return "\(self.name)@\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }
}
