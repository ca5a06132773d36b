extension Settings {
    /// A place where signed checkpoints of the log go.
    package struct Anchor: Hashable, Sendable {
        /// What kind of place it is.
        package enum Place: Hashable, Sendable {
            case file(AnchorFile)
            case syslog(AnchorSyslog)
            case webhook(AnchorWebhook)
            case s3(AnchorBucket)
        }

        package var name = ""
        package var place: Place

        /// Its credentials by their keys.
        package var secrets: [(key: String, reference: SecretReference)] {
            let all: [(String, SecretReference?)] =
                switch self.place {
                case .file, .syslog: []
                case .webhook(let place): [("token", place.token)]
                case .s3(let place):
                    [
                        ("access_key", place.accessKey), ("secret_key", place.secretKey),
                        ("session_token", place.sessionToken),
                    ]
                }
            return all.compactMap { key, reference in reference.map { (key, $0) } }
        }

        /// What `Settings.resolveSecrets` calls one of its credentials.
        package func secretName(_ key: String) -> String { "audit.anchors.\(self.name).\(key)" }
    }

    /// A file to which checkpoints are added.
    package struct AnchorFile: Hashable, Sendable {
        package var path = ""
        /// Whether whoever can change the log cannot change the file.
        package var isOutside = false
    }

    /// A syslog server.
    package struct AnchorSyslog: Hashable, Sendable {
        package var address = ListenAddress(.loopback, port: 6514)
        package var isTLS = true
        /// The certificates to trust, in a file; nil for those of the system.
        package var authority: String?
    }

    /// A URL to which checkpoints are posted.
    package struct AnchorWebhook: Hashable, Sendable {
        package var url = BaseURL(isTLS: true, host: .loopback, port: 443, path: "")
        package var token: SecretReference?
    }

    /// A bucket of S3 or of what speaks like it.
    package struct AnchorBucket: Hashable, Sendable {
        package enum Lock: String, Sendable, CaseIterable {
            /// Nobody can take an object away before its time.
            case compliance
            /// Only who has a permission of its own can.
            case governance
            case none
        }

        package var endpoint: BaseURL?
        package var region = ""
        package var bucket = ""
        package var prefix = "gatehouse"
        package var accessKey: SecretReference?
        package var secretKey: SecretReference?
        package var sessionToken: SecretReference?
        package var lock = Lock.compliance
        /// For how many days an object is locked.
        package var days = 400
    }

    /// Somebody who signs our checkpoints.
    package struct WitnessEndpoint: Hashable, Sendable {
        package var name = ""
        package var url = BaseURL(isTLS: true, host: .loopback, port: 443, path: "")
        /// Its public key, as `gatehouse witness` prints it.
        package var key = ""
    }
}

extension Settings.Anchor {
    private static let path = ScalarType<String>.line("the path of a file", upTo: 4096)

    static let type = EntryType<Self>(
        variants: [
            .init("file", Self.file, "a file to which checkpoints are added, one JSON object a line") {
                Self(place: .file($0))
            } unwrap: {
                if case .file(let place) = $0.place { place } else { nil }
            },
            .init("syslog", Self.syslog, "a syslog server, RFC 5424 over TCP") {
                Self(place: .syslog($0))
            } unwrap: {
                if case .syslog(let place) = $0.place { place } else { nil }
            },
            .init("webhook", Self.webhook, "a URL to which checkpoints are posted as JSON") {
                Self(place: .webhook($0))
            } unwrap: {
                if case .webhook(let place) = $0.place { place } else { nil }
            },
            .init("s3", Self.bucket, "a bucket of S3, or of what speaks like it, with object lock") {
                Self(place: .s3($0))
            } unwrap: {
                if case .s3(let place) = $0.place { place } else { nil }
            },
        ],
        name: (\.name, .name("a name of letters, digits, `.`, `_` and `-`", alsoAllowing: "._-")),
        isEmptyAllowed: true,
        samples: [
            .init(
                name: "notebook", comment: "A file on another disk, or one that another team owns.", isActive: false,
                kind: "file", values: ["path": "/mnt/evidence/checkpoints.jsonl", "outside": "true"]),
            .init(
                name: "collector", comment: nil, isActive: false, kind: "syslog",
                values: ["address": "logs.example.com:6514"]),
            .init(
                name: "bucket", comment: nil, isActive: false, kind: "s3",
                values: [
                    "region": "eu-central-1", "bucket": "audit-anchors", "access_key": "${env:AWS_ACCESS_KEY_ID}",
                    "secret_key": "${env:AWS_SECRET_ACCESS_KEY}",
                ]),
        ])

    private static let file = Section(
        initial: Settings.AnchorFile(),
        fields: [
            .required("path", \.path, Self.path, "the file", example: "/mnt/evidence/checkpoints.jsonl"),
            .value(
                "outside", \.isOutside, .truth,
                "whether whoever can change the log cannot change the file, so that it counts as an anchor"),
        ])

    private static let syslog = Section(
        initial: Settings.AnchorSyslog(),
        fields: [
            .required("address", \.address, .address, "host and port of the server", example: "logs.example.com:6514"),
            .value("tls", \.isTLS, .truth, "whether the connection is encrypted"),
            .optional(
                "ca", \.authority, Self.path, "the certificates to trust; without it, those of the system",
                example: "/etc/gatehouse/ca.pem"),
        ])

    private static let webhook = Section(
        initial: Settings.AnchorWebhook(),
        fields: [
            .required("url", \.url, .url, "where to post", example: "https://evidence.example.com/checkpoints"),
            .secret(
                "token", \.token, "a bearer token to send along; leave it out where none is needed",
                example: "${env:ANCHOR_TOKEN}"),
        ])

    private static let bucket = Section(
        initial: Settings.AnchorBucket(),
        fields: [
            .optional(
                "endpoint", \.endpoint, .url, "where the service is, if it is not AWS",
                example: "https://minio.example.com"),
            .required(
                "region", \.region, .name("a region such as `eu-central-1`", alsoAllowing: "-"),
                "the region of the bucket", example: "eu-central-1"),
            .required(
                "bucket", \.bucket, .name("the name of a bucket", alsoAllowing: ".-"),
                "the bucket, made with object lock", example: "audit-anchors"),
            .value(
                "prefix", \.prefix, .name("letters, digits and `/._-`", alsoAllowing: "/._-"),
                "what the names of objects begin with"),
            .secret("access_key", \.accessKey, "the id of the access key", example: "${env:AWS_ACCESS_KEY_ID}"),
            .secret("secret_key", \.secretKey, "its secret", example: "${env:AWS_SECRET_ACCESS_KEY}"),
            .secret(
                "session_token", \.sessionToken, "the token of a temporary key", example: "${env:AWS_SESSION_TOKEN}"),
            .value(
                "lock", \.lock, .choice,
                "how objects are locked: compliance lets nobody remove them, governance those who are permitted to"),
            .value("days", \.days, .count(1...36_500), "for how many days"),
        ])
}

extension Settings.WitnessEndpoint {
    static let type = EntryType<Self>(
        variants: [
            .init(nil, Self.description, "a witness") {
                $0
            } unwrap: {
                $0
            }
        ],
        name: (\.name, .name("a name of letters, digits, `.`, `_` and `-`", alsoAllowing: "._-")),
        isEmptyAllowed: true,
        samples: [
            .init(
                name: "security-team", comment: nil, isActive: false, kind: nil,
                values: [
                    "url": "https://witness.example.com",
                    "key": "witness.example.com/w1+894f5f7a+BHRNwe0EA3BDZzENPH7IGMVgzy+XSlHfkCuQeChUFLC+",
                ])
        ])

    private static let description = Section(
        initial: Self(),
        fields: [
            .required("url", \.url, .url, "where it takes checkpoints", example: "https://witness.example.com"),
            .required(
                "key", \.key, .line("a key as `gatehouse witness` prints it", upTo: 1024),
                "its public key, as `gatehouse witness` prints it",
                example: "witness.example.com/w1+894f5f7a+BHRNwe0EA3BDZzENPH7IGMVgzy+XSlHfkCuQeChUFLC+"),
        ])
}
