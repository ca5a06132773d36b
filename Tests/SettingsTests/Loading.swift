import Settings

struct NoSuchFile: Error, CustomStringConvertible {
    var description: String { "no such file" }
}

func load(
    _ yaml: String, file: String = "gatehouse.yaml", environment: [String: String] = [:], files: [String: String] = [:]
) -> Settings.Loading {
    load(bytes: Array(yaml.utf8), file: file, environment: environment, files: files)
}

func load(
    bytes: [UInt8], file: String = "gatehouse.yaml", environment: [String: String] = [:], files: [String: String] = [:]
) -> Settings.Loading {
    Settings.load(yaml: bytes, file: file, environment: environment) { path in
        guard let content = files[path] else { throw NoSuchFile() }
        return Array(content.utf8)
    }
}

/// The smallest configuration that loads, with `more` behind it.
func minimal(_ more: String = "") -> String {
    """
    providers:
      local:
        kind: extractive
    models:
      demo:
        provider: local

    """ + more
}

extension Settings.Loading {
    /// The problems as they are printed.
    var report: String { self.problems.map(\.description).joined(separator: "\n") }
}
