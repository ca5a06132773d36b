internal import Entities

/// The lists of words that names are drawn from, by language and category, each split into a part for training and one
/// that is kept for the development set.
package struct EntityLists: Sendable {
    /// The entries of a category that training may see, and those that it may not.
    struct Parts: Sendable {
        var training: [String] = []
        var heldOut: [String] = []
        var everything: [String] = []
    }

    private var parts: [String: Parts] = [:]

    /// Takes lists by `language/category`, as the files of the list folder are called.
    package init(_ lists: [String: [String]]) {
        for (name, entries) in lists {
            var parts = Parts(everything: entries)
            for entry in entries {
                if Self.isHeldOut(entry) { parts.heldOut.append(entry) } else { parts.training.append(entry) }
            }
            if parts.heldOut.isEmpty { parts.heldOut = parts.training }
            self.parts[name] = parts
        }
    }

    /// One entry in ten is kept back, the same in all languages.
    static func isHeldOut(_ entry: String) -> Bool { WordReader.hash(entry.utf8) % 10 == 7 }

    /// The entries of a category, of one part or of both.
    func entries(_ language: String, _ category: String, _ part: EntityGenerator.Part) -> [String] {
        guard let parts = self.parts["\(language)/\(category)"] else { return [] }
        return switch part {
        case .training: parts.training
        case .heldOut: parts.heldOut
        case .everything: parts.everything
        }
    }

    /// Every entry of a category in all languages; those kept back only where asked.
    func all(_ category: String, withHeldOut: Bool) -> [String] {
        var all: [String] = []
        for (name, parts) in self.parts.sorted(by: { $0.key < $1.key }) where name.hasSuffix("/" + category) {
            all += parts.training
            if withHeldOut { all += parts.heldOut }
        }
        return all
    }
}
