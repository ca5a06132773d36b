/// The spellings of a model's name that mean the same price, from the closest to the loosest.
///
/// What may go is only what names a version or a place: the address of an Amazon resource, the place before a Bedrock
/// model (`eu.`), `:0`, `-v1`, `@20250929`, `-2024-08-06`, `-20250929`, `-latest`, `-001`. A fine-tuned model
/// (`ft:gpt-4o:acme::id`) is sought by what it was made of, as `ft:gpt-4o`, never as `gpt-4o`: it costs more.
package enum ModelSpelling {
    private static let places: Set<Substring> = [
        "us", "eu", "apac", "jp", "au", "ca", "sa", "me", "af", "global", "us-gov",
    ]

    package static func all(of model: String) -> [String] {
        var name = model[...]
        if name.hasPrefix("arn:"), let slash = name.lastIndex(of: "/") { name = name[name.index(after: slash)...] }
        if name.hasPrefix("ft:") {
            name = name.prefix(upTo: name.dropFirst(3).firstIndex(of: ":") ?? name.endIndex)
        }
        var spellings = [model]
        for candidate in Self.withoutVersion(name) + Self.withoutVersion(Self.withoutPlace(name)) {
            let text = String(candidate)
            if !spellings.contains(text) { spellings.append(text) }
        }
        return spellings
    }

    private static func withoutPlace(_ name: Substring) -> Substring {
        guard let dot = name.firstIndex(of: "."), Self.places.contains(name[..<dot]) else { return name }
        return name[name.index(after: dot)...]
    }

    /// The name, then each time with one more mark of a version off its end.
    private static func withoutVersion(_ name: Substring) -> [Substring] {
        var names = [name]
        var rest = name
        while names.count < 6, let shorter = Self.dropVersion(rest), !shorter.isEmpty {
            names.append(shorter)
            rest = shorter
        }
        return names
    }

    /// Without the last mark of a version; nil where there is none.
    private static func dropVersion(_ name: Substring) -> Substring? {
        if let mark = name.lastIndex(of: "@") { return name[..<mark] }
        if let colon = name.lastIndex(of: ":"), !name.hasPrefix("ft:"), Self.isNumber(name[colon...].dropFirst()) {
            return name[..<colon]
        }
        let isDate = Self.ends(name, in: "-0000-00-00")
        if isDate { return name.dropLast(11) }
        if Self.ends(name, in: "-00000000") { return name.dropLast(9) }
        if name.hasSuffix("-latest") { return name.dropLast(7) }
        if let dash = name.lastIndex(of: "-"), name[dash...].hasPrefix("-v"), Self.isNumber(name[dash...].dropFirst(2))
        {
            return name[..<dash]
        }
        return Self.ends(name, in: "-000") ? name.dropLast(4) : nil
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether a name ends in this form, in which each `0` stands for any digit.
    private static func ends(_ name: Substring, in form: StaticString) -> Bool {
        let form = Array("\(form)".utf8)
        let end = name.utf8.suffix(form.count)
        return name.utf8.count > form.count
            && zip(end, form).allSatisfy { $0 == $1 || $1 == 0x30 && (0x30...0x39).contains($0) }
    }
}
