extension CedarPolicy: CustomStringConvertible {
    /// As source text on a few lines; reading it yields the same policy.
    package var description: String {
        var text = ""
        for annotation in self.annotations { text += "\(annotation)\n" }
        text += "\(self.effect.rawValue) (principal\(self.principal.text(slot: "?principal")), action\(self.action), "
        text += "resource\(self.resource.text(slot: "?resource")))"
        for condition in self.conditions { text += "\n\(condition.kind.rawValue) { \(condition.body) }" }
        return text + ";"
    }
}

extension Annotation: CustomStringConvertible {
    package var description: String {
        self.value.map { "@\(self.key)(\(CedarText.quoted($0)))" } ?? "@\(self.key)"
    }
}

extension ScopeConstraint {
    fileprivate func text(slot: String) -> String {
        func written(_ reference: Reference) -> String {
            switch reference {
            case .entity(let uid): uid.description
            case .slot: slot
            }
        }
        return switch self.kind {
        case .any: ""
        case .equal(let reference): " == \(written(reference))"
        case .in(let reference): " in \(written(reference))"
        case .is(let type): " is \(type)"
        case .isIn(let type, let reference): " is \(type) in \(written(reference))"
        }
    }
}

extension ActionConstraint: CustomStringConvertible {
    package var description: String {
        switch self.kind {
        case .any: ""
        case .equal(let action): " == \(action)"
        case .in(let actions):
            self.isList || actions.count != 1
                ? " in [\(actions.map(\.description).joined(separator: ", "))]" : " in \(actions[0])"
        }
    }
}
