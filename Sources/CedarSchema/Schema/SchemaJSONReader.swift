package import Cedar
import Kernel

/// Reads the JSON form of schemas. Unknown and repeated members are mistakes, as is null where a value must be.
struct SchemaJSONReader {
    private let bytes: [UInt8]
    private let tape: JSONTape
    private let places: PlaceIndex
    private let limits: SchemaLimits

    init(_ bytes: [UInt8], limits: SchemaLimits) throws(CedarError) {
        guard bytes.count <= limits.bytes else {
            throw CedarError(.tooLarge, "a schema of more than \(limits.bytes) bytes")
        }
        self.bytes = bytes
        self.limits = limits
        self.places = PlaceIndex(bytes)
        do throws(JSONError) {
            // Each nested type is two levels of JSON, an attribute's is three.
            self.tape = try JSONTape(
                bytes.span, limits: JSONTape.Limits(depth: 3 * limits.depth + 16, tokens: 4_000_000))
        } catch {
            let code: CedarError.Code =
                error.code == .tooDeep ? .tooDeep : error.code == .tooComplex ? .tooLarge : .syntax
            throw CedarError(code, error.message, at: self.places.location(of: error.offset, in: bytes))
        }
    }

    func read() throws(CedarError) -> SchemaFragment {
        var namespaces: [SchemaFragment.Namespace] = []
        for (name, node) in try self.members(of: self.tape.root, "a schema") {
            guard name.isEmpty || SchemaNames.isPath(name.string), !self.isReserved(name.string) else {
                throw self.error(.syntax, "`\(name)` cannot name a namespace", at: node)
            }
            namespaces.append(try self.namespace(name.string, node))
        }
        return SchemaFragment(namespaces)
    }

    // MARK: Declarations

    private func namespace(_ name: String, _ node: JSONTape.Node) throws(CedarError) -> SchemaFragment.Namespace {
        let members = try self.members(
            of: node, "a namespace", allowed: ["commonTypes", "entityTypes", "actions", "annotations"],
            required: ["entityTypes", "actions"])
        var namespace = SchemaFragment.Namespace(name, at: self.location(node))
        for (key, value) in members {
            switch key {
            case "commonTypes":
                for (name, node) in try self.members(of: value, "`commonTypes`") {
                    namespace.commonTypes.append(try self.commonType(name, node))
                }
            case "entityTypes":
                for (name, node) in try self.members(of: value, "`entityTypes`") {
                    namespace.entityTypes.append(try self.entityType(name, node))
                }
            case "actions":
                for (name, node) in try self.members(of: value, "`actions`") {
                    namespace.actions.append(try self.action(name, node))
                }
            default:
                namespace.annotations = try self.annotations(value)
                guard !name.isEmpty || namespace.annotations.isEmpty else {
                    throw self.error(.syntax, "what is in no namespace has no annotations in common", at: value)
                }
            }
        }
        return namespace
    }

    private func commonType(_ name: Text, _ node: JSONTape.Node) throws(CedarError) -> SchemaFragment.CommonType {
        let name = try self.declared(name, node)
        guard !SchemaNames.keywords.contains(name) else {
            throw self.error(.syntax, "`\(name)` is a built-in type and cannot be declared", at: node)
        }
        var annotations: [Annotation] = []
        let type = try self.type(node, depth: 1, extra: ["annotations"]) { (key, value) throws(CedarError) in
            if key == "annotations" { annotations = try self.annotations(value) }
        }
        return SchemaFragment.CommonType(
            name: name, type: type, annotations: annotations, location: self.location(node))
    }

    private func entityType(
        _ name: Text, _ node: JSONTape.Node
    ) throws(CedarError) -> SchemaFragment.EntityTypeDeclaration {
        let name = try self.declared(name, node)
        let members = try self.members(
            of: node, "an entity type", allowed: ["memberOfTypes", "shape", "tags", "enum", "annotations"])
        var parents: [SchemaFragment.TypeName] = []
        var shape: SchemaFragment.TypeExpression?
        var tags: SchemaFragment.TypeExpression?
        var choices: [Text]?
        var annotations: [Annotation] = []
        for (key, value) in members {
            switch key {
            case "memberOfTypes": parents = try self.typeNames(value)
            case "shape": shape = try self.type(value, depth: 1)
            case "tags": tags = try self.type(value, depth: 1)
            case "enum":
                var ids: [Text] = []
                for element in try self.elements(of: value, "`enum`") { ids.append(try self.text(element, "an id")) }
                guard !ids.isEmpty else { throw self.error(.syntax, "`enum` needs at least one id", at: value) }
                choices = ids
            default: annotations = try self.annotations(value)
            }
        }
        let kind: SchemaFragment.EntityTypeDeclaration.Kind
        if let choices {
            if let other = members.first(where: { ["memberOfTypes", "shape", "tags"].contains($0.name) }) {
                throw self.error(.syntax, "an entity type with `enum` has no `\(other.name)`", at: other.value)
            }
            kind = .enumerated(choices)
        } else {
            kind = .standard(parents: parents, shape: shape, tags: tags)
        }
        return SchemaFragment.EntityTypeDeclaration(
            name: name, kind: kind, annotations: annotations, location: self.location(node))
    }

    private func action(_ name: Text, _ node: JSONTape.Node) throws(CedarError) -> SchemaFragment.ActionDeclaration {
        let members = try self.members(
            of: node, "an action", allowed: ["attributes", "appliesTo", "memberOf", "annotations"])
        var parents: [SchemaFragment.ActionName] = []
        var appliesTo: SchemaFragment.AppliesTo?
        var annotations: [Annotation] = []
        for (key, value) in members where key == "annotations" || self.tape.kind(value) != .null {
            switch key {
            case "attributes": throw self.error(.syntax, "actions have no attributes", at: value)
            case "appliesTo": appliesTo = try self.appliesTo(value)
            case "memberOf":
                for element in try self.elements(of: value, "`memberOf`") {
                    parents.append(try self.actionName(element))
                }
            default: annotations = try self.annotations(value)
            }
        }
        return SchemaFragment.ActionDeclaration(
            name: name, parents: parents, appliesTo: appliesTo, annotations: annotations,
            location: self.location(node))
    }

    private func appliesTo(_ node: JSONTape.Node) throws(CedarError) -> SchemaFragment.AppliesTo {
        let members = try self.members(
            of: node, "`appliesTo`", allowed: ["principalTypes", "resourceTypes", "context"],
            required: ["principalTypes", "resourceTypes"])
        var principals: [SchemaFragment.TypeName] = []
        var resources: [SchemaFragment.TypeName] = []
        var context: SchemaFragment.TypeExpression?
        for (key, value) in members {
            switch key {
            case "principalTypes": principals = try self.typeNames(value)
            case "resourceTypes": resources = try self.typeNames(value)
            default: context = try self.type(value, depth: 1)
            }
        }
        return SchemaFragment.AppliesTo(principals: principals, resources: resources, context: context)
    }

    private func actionName(_ node: JSONTape.Node) throws(CedarError) -> SchemaFragment.ActionName {
        var type: String?
        var id: Text = ""
        for (key, value) in try self.members(
            of: node, "the name of an action", allowed: ["id", "type"], required: ["id"])
        where key == "id" || self.tape.kind(value) != .null {
            if key == "id" { id = try self.text(value, "an id") } else { type = try self.path(value) }
        }
        return SchemaFragment.ActionName(type: type, id: id, location: self.location(node))
    }

    private func annotations(_ node: JSONTape.Node) throws(CedarError) -> [Annotation] {
        var annotations: [Annotation] = []
        for (key, value) in try self.members(of: node, "`annotations`") {
            guard SchemaNames.isIdentifier(key.string) else {
                throw self.error(.syntax, "`\(key)` cannot name an annotation", at: value)
            }
            let isEmpty = self.tape.kind(value) == .null
            annotations.append(Annotation(key: key, value: isEmpty ? nil : try self.text(value, "an annotation")))
        }
        return annotations
    }

    // MARK: Types

    private func type(_ node: JSONTape.Node, depth: Int) throws(CedarError) -> SchemaFragment.TypeExpression {
        try self.type(node, depth: depth, extra: []) { _, _ in }
    }

    /// Reads a type beside which members of other names may stand; `other` is called for each of those.
    private func type(
        _ node: JSONTape.Node, depth: Int, extra: [Text], _ other: (Text, JSONTape.Node) throws(CedarError) -> Void
    ) throws(CedarError) -> SchemaFragment.TypeExpression {
        guard depth <= self.limits.depth else {
            throw self.error(.tooDeep, "types nested more than \(self.limits.depth) deep", at: node)
        }
        let all = try self.members(
            of: node, "a type",
            allowed: ["type", "element", "attributes", "additionalAttributes", "name"] + extra, required: ["type"])
        var parts: [Text: JSONTape.Node] = [:]
        for (key, value) in all {
            if extra.contains(key) { try other(key, value) } else { parts[key] = value }
        }
        let name = try parts.removeValue(forKey: "type").map { (node) throws(CedarError) in
            try self.text(node, "a type's name")
        }
        let kind: SchemaFragment.TypeExpression.Kind
        switch name {
        case "Boolean": kind = .boolean
        case "Long": kind = .long
        case "String": kind = .string
        case "Set": kind = .set(try self.type(self.part("element", of: &parts, node), depth: depth + 1))
        case "Record": kind = .record(try self.record(self.part("attributes", of: &parts, node), depth: depth))
        case "Entity": kind = .entity(try self.path(self.part("name", of: &parts, node)))
        case "EntityOrCommon": kind = .entityOrCommon(try self.path(self.part("name", of: &parts, node)))
        case "Extension":
            let value = try self.part("name", of: &parts, node)
            let name = try self.text(value, "a type's name").string
            guard let type = ExtensionType(rawValue: name) else {
                let hint = Spelling.hint(for: name, among: ExtensionType.allCases.map(\.rawValue))
                throw self.error(.unknownName, "there is no extension type `\(name)`\(hint)", at: value)
            }
            kind = .extension(type)
        case .some(let name) where SchemaNames.isPath(name.string): kind = .common(name.string)
        default: throw self.error(.syntax, "`\(name ?? "")` cannot name a type", at: node)
        }
        if name == "Record", let value = parts.removeValue(forKey: "additionalAttributes") {
            guard self.tape.kind(value) == .false else {
                throw self.error(.syntax, "`additionalAttributes` can only be false", at: value)
            }
        }
        if let (key, value) = parts.min(by: { $0.key < $1.key }) {
            throw self.error(.syntax, "a type `\(name ?? "")` has no `\(key)`", at: value)
        }
        return SchemaFragment.TypeExpression(kind, at: self.location(node))
    }

    private func part(
        _ name: Text, of parts: inout [Text: JSONTape.Node], _ node: JSONTape.Node
    ) throws(CedarError) -> JSONTape.Node {
        guard let value = parts.removeValue(forKey: name) else {
            throw self.error(.syntax, "the type lacks its `\(name)`", at: node)
        }
        return value
    }

    private func record(_ node: JSONTape.Node, depth: Int) throws(CedarError) -> [SchemaFragment.Member] {
        var members: [SchemaFragment.Member] = []
        for (name, value) in try self.members(of: node, "`attributes`") {
            var isRequired = true
            var annotations: [Annotation] = []
            let type = try self.type(value, depth: depth + 1, extra: ["required", "annotations"]) {
                (key, value) throws(CedarError) in
                if key == "annotations" {
                    annotations = try self.annotations(value)
                } else {
                    isRequired = try self.boolean(value, "`required`")
                }
            }
            members.append(
                SchemaFragment.Member(name: name, type: type, isRequired: isRequired, annotations: annotations))
        }
        return members
    }

    // MARK: Values

    private func typeNames(_ node: JSONTape.Node) throws(CedarError) -> [SchemaFragment.TypeName] {
        var names: [SchemaFragment.TypeName] = []
        for element in try self.elements(of: node, "a list of types") {
            names.append(SchemaFragment.TypeName(path: try self.path(element), location: self.location(element)))
        }
        return names
    }

    private func path(_ node: JSONTape.Node) throws(CedarError) -> String {
        let path = try self.text(node, "a type's name").string
        guard SchemaNames.isPath(path) else { throw self.error(.syntax, "`\(path)` cannot name a type", at: node) }
        return path
    }

    private func declared(_ name: Text, _ node: JSONTape.Node) throws(CedarError) -> String {
        let isName = SchemaNames.isIdentifier(name.string) && !CedarText.reserved.contains(name.string)
        guard isName, name.string != SchemaNames.builtin else {
            throw self.error(.syntax, "`\(name)` cannot be the name of a type", at: node)
        }
        return name.string
    }

    private func isReserved(_ path: String) -> Bool {
        SchemaNames.parts(of: path).contains { $0 == SchemaNames.builtin }
    }

    private func text(_ node: JSONTape.Node, _ what: String) throws(CedarError) -> Text {
        guard let string = self.tape.string(node, in: self.bytes.span) else {
            throw self.error(.typeMismatch, "\(what) must be a string", at: node)
        }
        return Text(string)
    }

    private func boolean(_ node: JSONTape.Node, _ what: String) throws(CedarError) -> Bool {
        switch self.tape.kind(node) {
        case .true: return true
        case .false: return false
        default: throw self.error(.typeMismatch, "\(what) must be true or false", at: node)
        }
    }

    private func elements(of node: JSONTape.Node, _ what: String) throws(CedarError) -> [JSONTape.Node] {
        guard self.tape.kind(node) == .array else {
            throw self.error(.typeMismatch, "\(what) must be an array", at: node)
        }
        var elements: [JSONTape.Node] = []
        var element = self.tape.firstElement(of: node)
        while let current = element {
            elements.append(current)
            element = self.tape.element(after: current, of: node)
        }
        return elements
    }

    /// The members in the order of writing; each name once, and none that does not belong.
    private func members(
        of node: JSONTape.Node, _ what: String, allowed: [Text]? = nil, required: [Text] = []
    ) throws(CedarError) -> [(name: Text, value: JSONTape.Node)] {
        guard self.tape.kind(node) == .object else {
            throw self.error(.typeMismatch, "\(what) must be an object", at: node)
        }
        var members: [(name: Text, value: JSONTape.Node)] = []
        var names: Set<Text> = []
        var member = self.tape.firstMember(of: node)
        while let (key, value) = member {
            let name = Text(self.tape.string(key, in: self.bytes.span) ?? "")
            guard names.insert(name).inserted else {
                throw self.error(.duplicate, "`\(name)` is there twice", at: key)
            }
            guard allowed?.contains(name) ?? true else {
                throw self.error(.unknownName, "\(what) has no `\(name)`", at: key)
            }
            members.append((name, value))
            member = self.tape.member(after: value, of: node)
        }
        if let missing = required.first(where: { !names.contains($0) }) {
            throw self.error(.syntax, "\(what) lacks its `\(missing)`", at: node)
        }
        return members
    }

    private func error(_ code: CedarError.Code, _ message: String, at node: JSONTape.Node) -> CedarError {
        CedarError(code, message, at: self.location(node))
    }

    private func location(_ node: JSONTape.Node) -> SourceLocation {
        self.places.location(of: self.tape[node].range.lowerBound, in: self.bytes)
    }
}

extension SchemaFragment {
    /// Reads the JSON form.
    /// - Throws: `CedarError` with the place of the first mistake.
    package init(json: [UInt8], limits: SchemaLimits = SchemaLimits()) throws(CedarError) {
        let reader = try SchemaJSONReader(json, limits: limits)
        self = try reader.read()
    }
}
