/// What stands between `${` and `}`, and looking it up.
package enum ReferencedText {
    static let expectation = "`${env:NAME}` or `${file:/path}`"
    private static let sizeLimit = ByteCount.kibibytes(64)

    /// Reads what stands between the braces; nil where it is neither a variable nor a file.
    package static func parse(_ text: Substring) -> SecretReference.Source? {
        if text.hasPrefix("env:") {
            let name = text.dropFirst(4)
            let isName = name.utf8.enumerated().allSatisfy { index, byte in
                (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F || index > 0 && (0x30...0x39).contains(byte)
            }
            return isName && !name.isEmpty ? .environment(String(name)) : nil
        }
        if text.hasPrefix("file:") {
            let path = text.dropFirst(5)
            return path.isEmpty || path.contains("{") ? nil : .file(String(path))
        }
        return nil
    }

    static func written(_ source: SecretReference.Source) -> String {
        switch source {
        case .environment(let name): "${env:\(name)}"
        case .file(let path): "${file:\(path)}"
        }
    }

    /// The text that is meant, without line breaks at its end; never empty.
    static func look(
        up source: SecretReference.Source, in environment: [String: String], folder: String,
        readFile: (String) throws -> [UInt8]
    ) -> Result<String, Refusal> {
        let text: String
        let name: String
        switch source {
        case .environment(let variable):
            name = "the variable `\(variable)`"
            guard let value = environment[variable] else {
                return .failure(Refusal(saying: "\(name) is not set", hint: Self.hint(for: variable, in: environment)))
            }
            text = value
        case .file(let written):
            let path = PathText.resolve(written, in: folder)
            name = "the file `\(path)`"
            do {
                let bytes = try readFile(path)
                guard bytes.count <= Self.sizeLimit.bytes else {
                    return .failure(Refusal(saying: "\(name) is larger than \(Self.sizeLimit)"))
                }
                guard let valid = String(validating: bytes, as: UTF8.self) else {
                    return .failure(Refusal(saying: "\(name) is not UTF-8"))
                }
                text = valid
            } catch {
                return .failure(Refusal(saying: "\(name) cannot be read: \(error)"))
            }
        }
        guard let end = text.lastIndex(where: { !$0.isNewline }) else {
            return .failure(Refusal(saying: "\(name) is empty"))
        }
        return .success(String(text[...end]))
    }

    private static func hint(for name: String, in environment: [String: String]) -> String {
        Spelling.hint(for: name, among: environment.keys.sorted()) ?? "set it before the start: export \(name)=…"
    }
}

/// Paths as text: this module opens no file.
enum PathText {
    /// The folder that holds a file; empty where the file stands in the working directory.
    static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "" }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    static func resolve(_ path: String, in folder: String) -> String {
        guard !path.hasPrefix("/"), !folder.isEmpty else { return path }
        return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    }
}
