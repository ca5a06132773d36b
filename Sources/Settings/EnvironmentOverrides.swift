/// The variables that set keys: every scalar outside lists and named entries has one, called after its path.
enum EnvironmentOverrides {
    static let prefix = "GATEHOUSE_"

    /// What the variable of a key is called.
    static func variable(for key: String) -> String {
        self.prefix + String(key.uppercased().map { $0 == "." ? "_" : $0 })
    }

    /// Variables of the command line, which are no keys of the file.
    static let commandLine: Set<String> = ["GATEHOUSE_CONFIG", "GATEHOUSE_KEY", "GATEHOUSE_ADMIN_KEY"]

    static func apply(_ environment: [String: String], to settings: inout Settings, _ reader: inout SettingsReader) {
        let overrides = Settings.description.overrides
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) where variable.hasPrefix(self.prefix) {
            guard !self.commandLine.contains(variable), !value.isEmpty else { continue }
            let location = Location(file: "environment", key: Spelling.excerpt(variable))
            if let override = overrides.first(where: { $0.variable == variable }) {
                override.apply(value, override.key, location, &settings, &reader)
            } else if !self.isServiceLink(variable, value) {
                let names = (overrides.map(\.variable) + self.commandLine.sorted()).map {
                    $0.dropFirst(self.prefix.count)
                }
                let nearest = Spelling.nearest(
                    to: String(variable.dropFirst(self.prefix.count)), among: names.map(String.init))
                reader.report(
                    .unknownKey, at: location, "unknown variable",
                    hint: nearest.map { "did you mean \(self.prefix)\($0)?" }
                        ?? "a variable is named after the path of its key: limits.body is GATEHOUSE_LIMITS_BODY")
            }
        }
    }

    /// Whether a variable was set by Kubernetes or Docker, which announce a service called `gatehouse…` in this way.
    private static func isServiceLink(_ variable: String, _ value: String) -> Bool {
        if variable.hasSuffix("_SERVICE_HOST") || variable.hasSuffix("_SERVICE_PORT") { return true }
        if variable.contains("_SERVICE_PORT_") { return true }
        if variable.hasSuffix("_PORT"), value.contains("://") { return true }
        let parts = variable.split(separator: "_")
        return parts.indices.dropLast(2).contains { index in
            parts[index] == "PORT" && Int(parts[index + 1]) != nil && ["TCP", "UDP", "SCTP"].contains(parts[index + 2])
        }
    }
}
