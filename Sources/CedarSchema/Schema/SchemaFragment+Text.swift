package import Cedar

extension SchemaFragment {
    /// The fragment in the human syntax, laid out.
    /// - Throws: `CedarError` where the JSON form says what the human syntax cannot: an entity type or a common type
    ///   that is meant although the other has the same name.
    package func text() throws(CedarError) -> String {
        var writer = SchemaWriter(self)
        return try writer.write()
    }
}

/// Lays a fragment out as text.
private struct SchemaWriter {
    private let fragment: SchemaFragment
    private var commonTypes: Set<String> = []
    private var entityTypes: Set<String> = []
    private var namespace = ""
    private var text = ""
    private var indent = ""

    init(_ fragment: SchemaFragment) {
        self.fragment = fragment
        for namespace in fragment.namespaces {
            self.commonTypes.formUnion(namespace.commonTypes.map { Self.qualified($0.name, in: namespace.name) })
            self.entityTypes.formUnion(namespace.entityTypes.map { Self.qualified($0.name, in: namespace.name) })
        }
    }

    private static func qualified(_ name: String, in namespace: String) -> String {
        namespace.isEmpty || name.utf8.contains(UInt8(ascii: ":")) ? name : "\(namespace)::\(name)"
    }

    mutating func write() throws(CedarError) -> String {
        for namespace in self.fragment.namespaces {
            self.namespace = namespace.name
            if namespace.name.isEmpty {
                try self.write(namespace)
            } else {
                self.write(namespace.annotations)
                self.line("namespace \(namespace.name) {")
                self.indent = "  "
                try self.write(namespace)
                self.indent = ""
                self.line("}")
            }
        }
        return self.text
    }

    private mutating func line(_ line: String) { self.text += self.indent + line + "\n" }

    private mutating func write(_ annotations: [Annotation]) {
        for annotation in annotations { self.line(Self.written(annotation)) }
    }

    private static func written(_ annotation: Annotation) -> String {
        annotation.value.map { "@\(annotation.key)(\(CedarText.quoted($0)))" } ?? "@\(annotation.key)"
    }

    private mutating func write(_ namespace: SchemaFragment.Namespace) throws(CedarError) {
        for common in namespace.commonTypes {
            self.write(common.annotations)
            self.line("type \(common.name) = \(try self.written(common.type));")
        }
        for declaration in namespace.entityTypes {
            self.write(declaration.annotations)
            self.line("entity \(declaration.name)\(try self.written(declaration.kind));")
        }
        for action in namespace.actions {
            self.write(action.annotations)
            self.line("action \(Self.written(action.name))\(try self.rest(of: action));")
        }
    }

    private func written(_ kind: SchemaFragment.EntityTypeDeclaration.Kind) throws(CedarError) -> String {
        switch kind {
        case .enumerated(let choices):
            return " enum [\(choices.map(CedarText.quoted).joined(separator: ", "))]"
        case .standard(let parents, let shape, let tags):
            var text = ""
            if !parents.isEmpty { text += " in [\(parents.map(\.path).joined(separator: ", "))]" }
            if let shape {
                guard case .record(let members) = shape.kind else {
                    throw CedarError(
                        .typeMismatch, "the human syntax writes an entity type's attributes out", at: shape.location)
                }
                text += members.isEmpty ? "" : " = \(try self.written(shape))"
            }
            if let tags { text += " tags \(try self.written(tags))" }
            return text
        }
    }

    private func rest(of action: SchemaFragment.ActionDeclaration) throws(CedarError) -> String {
        var text = ""
        if !action.parents.isEmpty {
            let parents = action.parents.map { parent in
                parent.type.map { "\($0)::\(CedarText.quoted(parent.id))" } ?? Self.written(parent.id)
            }
            text += " in [\(parents.joined(separator: ", "))]"
        }
        guard let appliesTo = action.appliesTo, !appliesTo.principals.isEmpty, !appliesTo.resources.isEmpty else {
            return text
        }
        let inner = self.indent + "  "
        text += " appliesTo {\n"
        text += "\(inner)principal: [\(appliesTo.principals.map(\.path).joined(separator: ", "))],\n"
        text += "\(inner)resource: [\(appliesTo.resources.map(\.path).joined(separator: ", "))]"
        if let context = appliesTo.context { text += ",\n\(inner)context: \(try self.written(context))" }
        return text + "\n\(self.indent)}"
    }

    private static func written(_ name: Text) -> String {
        CedarText.isIdentifier(name) ? name.string : CedarText.quoted(name)
    }

    // MARK: Types

    private func written(_ type: SchemaFragment.TypeExpression) throws(CedarError) -> String {
        switch type.kind {
        case .boolean: return "__cedar::Bool"
        case .long: return "__cedar::Long"
        case .string: return "__cedar::String"
        case .extension(let type): return "__cedar::\(type.rawValue)"
        case .set(let element): return "Set<\(try self.written(element))>"
        case .entityOrCommon(let name): return name
        case .common(let name): return name
        case .entity(let name):
            // Where both are declared, the human syntax takes the name for the common type.
            let candidates = [Self.qualified(name, in: self.namespace), name]
            let meant = candidates.first { self.commonTypes.contains($0) || self.entityTypes.contains($0) }
            let isBuiltin = meant == nil && SchemaNames.builtinType(name[...]) != nil
            guard !isBuiltin, meant.map({ !self.commonTypes.contains($0) }) ?? true else {
                throw CedarError(
                    .unknownName, "`\(name)` is both an entity type and a common type, which only JSON can tell apart",
                    at: type.location)
            }
            return name
        case .record(let members):
            guard !members.isEmpty else { return "{}" }
            var parts: [String] = []
            for member in members {
                let annotations = member.annotations.map { Self.written($0) + " " }.joined()
                let mark = member.isRequired ? "" : "?"
                parts.append("\(annotations)\(Self.written(member.name))\(mark): \(try self.written(member.type))")
            }
            return "{ \(parts.joined(separator: ", ")) }"
        }
    }
}
