import Kernel

/// What the server or the client library said went wrong. For whoever runs Gatehouse, never for strangers.
struct PostgresFailure: Error, CustomDebugStringConvertible {
    /// Five characters that say what it is; empty where the connection itself failed.
    let state: String
    let message: String

    var debugDescription: String {
        self.state.isEmpty ? self.message : "\(self.message) (\(self.state))"
    }

    /// Whether nothing more can be asked over the connection.
    var isOfConnection: Bool {
        // 08: connection; 57P01…57P05: the server stops, starts or ended the session; 25006: it only reads now.
        self.state.isEmpty || self.state.hasPrefix("08") || self.state.hasPrefix("57P") || self.state == "25006"
    }

    /// Whether the same may well succeed when it is done again at once: others were in the way.
    var isPassing: Bool { self.state == "40001" || self.state == "40P01" }
}

extension StoreError {
    static let tooLate = StoreError(.unavailable, "the database did not answer in time")

    /// What a failure means to whoever called a port.
    init(_ failure: PostgresFailure) {
        let (code, message): (Code, String) =
            switch failure.state {
            case "23505": (.conflict, "something of the same identity is stored already")
            case let state where state.hasPrefix("23"): (.constraint, "the values break a rule of the database")
            case let state where state.hasPrefix("22") || state.hasPrefix("54"):
                (.constraint, "the values do not fit the database")
            case "53100": (.unavailable, "the disk is full")
            case "53300": (.unavailable, "the database has no room for another connection")
            case "25006": (.unavailable, "the database is read-only")
            case "42501": (.unavailable, "the database does not let this user do that")
            case "57014", "55P03": (.unavailable, "the database did not answer in time")
            case let state where state.hasPrefix("28"): (.unavailable, "the database refuses this user")
            case let state where state.hasPrefix("XX"): (.corrupt, "the database is damaged")
            case let state where state.isEmpty || state.hasPrefix("08") || state.hasPrefix("57P"):
                (.unavailable, "the database cannot be reached")
            default: (.unavailable, "the database failed")
            }
        self.init(code, message, underlying: failure)
    }

    /// A stored value that the code which wrote it would not have written.
    static func unreadable(_ table: String, _ column: String) -> StoreError {
        StoreError(
            .corrupt, "the database holds a value that cannot be read",
            underlying: PostgresFailure(state: "", message: "\(table).\(column)"))
    }
}
