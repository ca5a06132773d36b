/// One file of a bundle: `*.cedar` holds policies, `*.properties.cedar` what must always hold, `*.tests.json` requests
/// and what is to be decided of them, `SERVER.tools.json` the tools of a server as it lists them.
package struct PolicyFile: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case policies, properties, tests, tools
    }

    /// Relative to the folder of policies, with `/` between folders.
    package let name: String
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// By the end of the name; nil where it is no file of a bundle.
    package var kind: Kind? {
        if self.name.hasSuffix(".properties.cedar") { return .properties }
        if self.name.hasSuffix(".cedar") { return .policies }
        if self.name.hasSuffix(".tests.json") { return .tests }
        if self.name.hasSuffix(".tools.json") { return .tools }
        return nil
    }

    /// The name without folders and ending: the server of a file of tools.
    package var stem: String {
        let last = self.name.split(separator: "/").last ?? ""
        return String(last.prefix { $0 != "." })
    }
}

/// Bounds that keep a bundle from costing more than it is worth.
package struct PolicyLimits: Sendable {
    /// Of all files together.
    package var bytes: Int
    package var files: Int
    package var policies: Int
    package var tests: Int

    package init(bytes: Int = 64 << 20, files: Int = 10_000, policies: Int = 200_000, tests: Int = 100_000) {
        self.bytes = bytes
        self.files = files
        self.policies = policies
        self.tests = tests
    }
}
