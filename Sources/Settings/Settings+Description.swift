/// Every key there is. To add one: a property, and a line here.
extension Settings {
    static let description = Section(
        initial: Settings(),
        fields: [
            .value(
                "listen", \.listen, .address, "where applications connect; port 0 takes any free one",
                isEssential: true),
            .value(
                "admin", \.admin, .address, "where administrators connect, people and programs; keep it on loopback",
                isEssential: true),
            .value("threads", \.threads, .count(0...256), "how many event loops run; 0 means one for each core"),
            .section("log", \.log, Log.description, "what the gateway says about itself, on standard error"),
            .section("storage", \.storage, Storage.description, "the database of keys and events"),
            .section("audit", \.audit, Audit.description, "how events are recorded"),
            .entries("providers", \.providers, Provider.type, "who answers: each provider has a name of your choice"),
            .entries(
                "models", \.models, Model.type,
                "the model names that applications may ask for, and the provider that each leads to"),
            .section(
                "prices", \.prices, Prices.description,
                "what exchanges cost, for budgets and for the ledger; what answers within the gateway costs nothing"),
            .section("limits", \.limits, Limits.description, "what one process takes on"),
            .section("detectors", \.detectors, Detectors.description, "what is looked for; [] means nothing"),
            .entries(
                "classifiers", \.classifiers, Classifier.type,
                "detectors of yours that run elsewhere: each has a name of your choice"),
            .section(
                "surrogates", \.surrogates, Surrogates.description,
                "what the remedy tokenise puts in the place of values"),
            .section(
                "policies", \.policies, Policies.description,
                "what may be done; without such a folder the policies hold that the gateway comes with"),
        ],
        former: [
            "rules":
                "rules became policies: `gatehouse policy init` writes a folder of them, docs/policy.md explains them"
        ])

    /// The paths of the keys of plain sections, by their last names; where several end alike, all of them.
    static let homes: [String: String] = {
        var homes: [String: String] = [:]
        for key in Self.description.keys {
            guard case .section(let keys) = key.form else { continue }
            for inner in keys {
                let path = "\(key.name).\(inner.name)"
                homes[inner.name] = homes[inner.name].map { "\($0) or \(path)" } ?? path
            }
        }
        return homes
    }()
}

extension Settings.Log {
    static let description = Section(
        initial: Self(),
        fields: [
            .value("level", \.level, .choice, "the least important level that is written"),
            .value("format", \.format, .choice, "text is for people, json for machines"),
        ])
}

extension Settings.Storage {
    static let description = Section(
        initial: Self(),
        fields: [
            .value(
                "path", \.path, .line("the path of a file", upTo: 4096),
                "the database file; a relative path begins at the folder of this file",
                isEssential: true),
            .secret(
                "url", \.url,
                "for several gateways: a database of PostgreSQL, for keys, policies, the log and the vault, instead of files: "
                    + "postgresql://user:password@host/name?sslmode=verify-full",
                example: "${env:DATABASE_URL}"),
            .secret(
                "vault_url", \.vaultURL,
                "with `url`: another database for the vault, to be backed up apart from the log",
                example: "${env:VAULT_DATABASE_URL}"),
        ])
}

extension Settings.Audit {
    static let description = Section(
        initial: Self(),
        fields: [
            .value(
                "durability", \.durability, .choice,
                "when an answer ends: durable, once its event is on the disk; asynchronous, at once, so that a crash may lose "
                    + "the last events"),
            .value(
                "content", \.content, .choice,
                "what is sealed of an exchange: none, nothing; metadata, the event in full; redacted, prompt and answer too, "
                    + "with marks for what was found; full, both as they were"),
            .value(
                "content_limit", \.contentLimit, .size(.kibibytes(1) ... .mebibytes(16)),
                "bytes that are kept of a prompt, and of an answer; of longer ones the beginning"),
            .value(
                "queue", \.queue, .count(1...10_000_000),
                "events that may wait for the disk before exchanges are refused"),
            .value("batch", \.batch, .count(1...4096), "the most events that one commit makes durable"),
            .value(
                "linger", \.linger, .duration(.zero ... .seconds(1)),
                "how long events that no answer waits for may lie before they are written"),
            .optional(
                "path", \.path, .line("the path of a file", upTo: 4096),
                "the log; without it, audit.db beside the database", example: "audit.db"),
            .optional(
                "vault", \.vault, .line("the path of a file", upTo: 4096),
                "the keys of what is sealed in the log, to be backed up apart from it; without it, vault.db beside the "
                    + "database",
                example: "vault.db"),
            .secret(
                "root_key", \.rootKey,
                "what wraps the keys in the vault: 32 bytes in base64; without it, vault.key beside the database, made at the "
                    + "first start",
                example: "${file:/run/secrets/root_key}"),
            .secret(
                "root_key_before", \.rootKeyBefore,
                "the root key of before, for the one start that wraps everything under the new one",
                example: "${file:/run/secrets/root_key_before}"),
            .optional(
                "key", \.key, .line("the path of a file", upTo: 4096),
                "the seed of the key that the log signs with, made at the first start; without it, audit.key beside the "
                    + "database",
                example: "audit.key"),
            .optional(
                "key_before", \.keyBefore, .line("the path of a file", upTo: 4096),
                "the key that the log signed with before, which signs too as long as it stands here, so that whoever knows "
                    + "only that one can follow",
                example: "audit-2026.key"),
            .list(
                "retired_keys", \.retiredKeys, .line("a public key as `gatehouse audit policy` prints it", upTo: 512),
                "public keys that the log signed with once: by these its older checkpoints are known"),
            .optional(
                "checkpoint", \.checkpoint, .line("the path of a file", upTo: 4096),
                "what was signed last, to be kept apart from the log, so that an older log is noticed; without it, "
                    + "audit.checkpoint beside the database",
                example: "/var/lib/gatehouse-state/audit.checkpoint"),
            .value(
                "origin", \.origin, .line("a name such as `gateway.example.com/audit`", upTo: 200),
                "the name under which the log signs; it cannot change once the log is begun"),
            .value(
                "keep_metadata", \.retention.metadata, Self.days,
                "for how many days the details of exchanges can be read, by whole months; 0 means for ever"),
            .value(
                "keep_content", \.retention.content, Self.days,
                "for how many days prompts and answers can be read, by whole months; 0 means for ever"),
            .value(
                "keep_administration", \.retention.administration, Self.days,
                "for how many days the details of administrative acts can be read, by whole months; 0 means for ever"),
            .entries(
                "use_cases", \.useCases, Settings.UseCase.type,
                "what models are used for (`use_case`), where other times hold for that"),
            .entries(
                "anchors", \.anchors, Settings.Anchor.type,
                "where signed checkpoints of the log go, out of reach of whoever could change it"),
            .entries(
                "witnesses", \.witnesses, Settings.WitnessEndpoint.type,
                "who signs checkpoints that continue what they saw before: see `gatehouse witness`"),
            .entries(
                "export", \.exports, Settings.Export.type,
                "where analysts read the log: each event is brought there as it happens"),
        ])

    static let days = ScalarType<Int>.count(0...36_500)
}

extension Settings.Limits {
    private static let time = ScalarType<Duration>.duration(.milliseconds(100) ... .seconds(3600))

    static let description = Section(
        initial: Self(),
        fields: [
            .value("body", \.body, .size(.kibibytes(1) ... .mebibytes(1024)), "the largest request body"),
            .value(
                "head", \.head, .size(.kibibytes(1) ... .mebibytes(1)),
                "the largest request line and header fields, together"),
            .value("connections", \.connections, .count(1...1_000_000), "client connections open at once"),
            .value("concurrency", \.concurrency, .count(1...1_000_000), "exchanges under way at once"),
            .value(
                "concurrency_per_key", \.concurrencyPerKey, .count(1...1_000_000),
                "exchanges under way at once with one key"),
            .value(
                "requests_per_minute", \.requestsPerMinute, .count(0...1_000_000),
                "requests that one key may send in a minute; 0 means any number"),
            .value(
                "header_timeout", \.headerTimeout, Self.time,
                "how long the header fields of a request may take to arrive"),
            .value("body_timeout", \.bodyTimeout, Self.time, "how long the body of a request may take to arrive"),
            .value("keep_alive", \.keepAlive, Self.time, "how long a client connection is kept between two requests"),
            .value(
                "drain", \.drain, .duration(.zero ... .seconds(3600)),
                "how long exchanges under way may still take when the gateway stops"),
        ])
}

extension Settings.Surrogates {
    static let description = Section(
        initial: Self(),
        fields: [
            .value(
                "scope", \.scope, .choice,
                "exchange: surrogates are made anew each time; conversation: exchanges of a key with the same "
                    + "Gatehouse-Conversation share them"),
            .value(
                "lifetime", \.lifetime, .duration(.seconds(60) ... .seconds(30 * 86400)),
                "how long the surrogates of a conversation are kept after it was used last"),
            .value(
                "conversations", \.conversations, .count(1...1_000_000),
                "how many conversations are kept, sealed in memory; the one not used for longest makes room"),
        ])
}

extension Settings.Detectors {
    static let description = Section(
        initial: Self(),
        fields: [
            .list("request", \.request, .choice, "families to look for in what applications send"),
            .list("response", \.response, .choice, "families to look for in what models answer"),
            .list(
                "dictionaries", \.dictionaries, .line("a path", upTo: 1000),
                "files of words of your own, one a line; found as custom. and the file's name"),
            .list(
                "rules", \.rules, .line("a path", upTo: 1000),
                "files of rules of your own, in the form of gitleaks; for requests"),
            .list(
                "canaries", \.canaries, .line("a mark of 12 to 64 letters, digits, - and _", upTo: 64),
                "marks of yours that should never be seen outside, in any encoding"),
            .list(
                "canary_files", \.canaryFiles, .line("a path", upTo: 1000),
                "files of such marks, as gatehouse canary keeps them"),
            .optional(
                "injection_model", \.injectionModel, .line("the path of a file", upTo: 4096),
                "the model that recognises injections, as gatehouse detector train makes it; without it, the program's",
                example: "models/current/injection.model"),
        ])
}
