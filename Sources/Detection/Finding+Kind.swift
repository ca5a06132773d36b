import Synchronization

extension Finding {
    /// What kind of danger. The raw value is the stable name that policies, events and reports use: a family, a dot, a
    /// label.
    ///
    /// A small number: those built in are known at compile time, those of a tenant's own rules (`custom.…`) get theirs
    /// when they are first named. The number means something within this process alone.
    package struct Kind: Sendable {
        let id: UInt16
        /// The family that the kind belongs to: the part of its name before the dot.
        package let family: Family
        /// How much a kind says about what was found, from 0 to 3. Where two kinds of one family claim the same bytes,
        /// the higher wins.
        package let specificity: Int8

        init(_ id: UInt16, _ family: Family, specificity: Int8) {
            self.id = id
            self.family = family
            self.specificity = specificity
        }
    }

    /// The families of kinds.
    package enum Family: String, CaseIterable, Hashable, Sendable {
        /// Credentials.
        case secret
        /// Data about a person.
        case pii
        /// Data about a person's health, and what identifies a patient.
        case phi
        /// Attempts to make a model disobey.
        case injection
        /// Characters that hide or turn around what is written.
        case unicode
        /// Marks of ours that should never be seen outside.
        case canary
        /// Shapes that carry data away.
        case exfiltration
        /// What a tenant looks for with words and rules of its own.
        case custom

        /// Its place among them.
        var place: Int {
            switch self {
            case .secret: 0
            case .pii: 1
            case .phi: 2
            case .injection: 3
            case .unicode: 4
            case .canary: 5
            case .exfiltration: 6
            case .custom: 7
            }
        }
    }
}

extension Finding.Kind: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.id == right.id }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.id) }
}

extension Finding.Kind: CustomStringConvertible {
    package var description: String { self.rawValue }
}

extension Finding.Kind: RawRepresentable, CaseIterable {
    /// The kinds that are built in.
    package static var allCases: [Self] { self.builtIn }

    /// The kind of a name: one that is built in, or `custom.` and a label of 64 letters, digits and `_-.` at most.
    ///
    /// Nil for any other name, and where a process has seen more than 50,000 names of its own.
    package init?(rawValue: String) {
        if let known = Self.byName[rawValue] {
            self = known
            return
        }
        guard Self.isCustom(rawValue) else { return nil }
        let made = Self.made.withLock { $0.id(for: rawValue) }
        guard let made else { return nil }
        self = Self(made, .custom, specificity: 3)
    }

    /// Its name.
    package var rawValue: String {
        let place = Int(self.id)
        if place < Self.names.count { return Self.names[place] }
        if self == .anyCustom { return Self.anyCustomName }
        return Self.made.withLock { $0.names[place - Self.names.count] }
    }

    /// The part of the name after the dot, as it stands in a redaction mark.
    package var label: Substring { self.rawValue.dropFirst(self.family.rawValue.utf8.count + 1) }

    /// Stands for every kind of a tenant's own, in policies that name the family.
    package static let anyCustom = Self(.max, .custom, specificity: 0)

    private static let anyCustomName = "custom.*"
    private static let byName: [String: Self] = {
        var kinds = Dictionary(uniqueKeysWithValues: zip(Self.names, Self.builtIn))
        kinds[Self.anyCustomName] = .anyCustom
        return kinds
    }()
    private static let labels = ByteClass.wordsAndDashes.union(".")

    private static func isCustom(_ name: String) -> Bool {
        let label = name.utf8.dropFirst(7)
        return name.utf8.starts(with: "custom.".utf8) && (1...64).contains(label.count)
            && label.allSatisfy(Self.labels.contains)
    }

    /// The names that this process has made so far.
    private struct Made {
        var names: [String] = []
        var ids: [String: UInt16] = [:]

        mutating func id(for name: String) -> UInt16? {
            if let known = self.ids[name] { return known }
            guard self.names.count < 50_000 else { return nil }
            let id = UInt16(Finding.Kind.names.count + self.names.count)
            self.names.append(name)
            self.ids[name] = id
            return id
        }
    }

    private static let made = Mutex(Made())
}

extension Set where Element == Finding.Kind {
    /// Every kind that is built in.
    package static var all: Self { Set(Finding.Kind.allCases) }

    /// Every kind of one family.
    package static func family(_ family: Finding.Family) -> Self {
        family == .custom ? [.anyCustom] : Set(Finding.Kind.allCases.filter { $0.family == family })
    }

    /// Those of `found` that this set names, a tenant's own included where it names all of these.
    package func named(among found: Self) -> Self {
        self.contains(.anyCustom)
            ? found.filter { $0.family == .custom || self.contains($0) } : self.intersection(found)
    }
}
