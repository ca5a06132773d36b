import Kernel
import Settings

/// What has been taken over so far.
struct LiteLLMConversion {
    /// A provider as it will be written. Two with the same members are one.
    struct ProviderDraft {
        let name: String
        let members: [ImportedMember]
    }

    struct ModelDraft {
        let name: String
        let provider: String
        let model: String
        let maxTokens: Int?
        var fallbacks: [String] = []
    }

    let file: String
    private let root: [YAMLValue.Member]
    private(set) var providers: [ProviderDraft] = []
    var models: [ModelDraft] = []
    /// The members of further sections, by the section.
    private(set) var sections: [(name: String, members: [ImportedMember])] = []
    private(set) var findings: [ImportFinding] = []
    /// How long the first byte of an answer may take, where a deployment says nothing.
    private(set) var timeout: String?
    /// What deployments refer to by name in place of writing it.
    private var credentials: [String: [YAMLValue.Member]] = [:]
    private var usedCredentials: Set<String> = []
    /// The variables that stand for credentials in clear, by what stood there.
    private var variables: [String: String] = [:]
    private var takenVariables: Set<String> = []

    init(file: String, _ root: [YAMLValue.Member]) {
        self.file = file
        self.root = root
    }

    var sortedFindings: [ImportFinding] {
        self.findings.enumerated().sorted { left, right in
            func rank(_ finding: (offset: Int, element: ImportFinding)) -> (Int, Int, Int) {
                (finding.element.location.line ?? 0, finding.element.location.column ?? 0, finding.offset)
            }
            return rank(left) < rank(right)
        }.map(\.element)
    }

    mutating func convert() {
        self.takenVariables = Self.variables(in: self.root)
        // What deployments depend on comes first, wherever it stands.
        for member in self.root {
            switch member.name {
            case "litellm_settings", "router_settings", "general_settings": self.convertSection(member)
            case "credential_list": self.readCredentials(member)
            default: continue
            }
        }
        for member in self.root {
            switch member.name {
            case "model_list": self.convertModels(member)
            case "environment_variables": self.reportVariables(member)
            case "litellm_settings", "router_settings", "general_settings", "credential_list": continue
            default: self.report(.dropped, member, member.name, LiteLLMReasons.reason(for: member.name))
            }
        }
        self.reportUnusedCredentials()
        for member in self.root where member.name == "router_settings" {
            for inner in member.value.members where inner.name == "model_group_alias" {
                self.convertAliases(inner, "router_settings.model_group_alias")
            }
        }
        for member in self.root where member.name == "litellm_settings" {
            for inner in member.value.members where inner.name == "model_alias_map" {
                self.convertAliases(inner, "litellm_settings.model_alias_map")
            }
        }
        // Aliases are models by now, so that they can have fallbacks and be some.
        for member in self.root where ["router_settings", "litellm_settings"].contains(member.name) {
            for inner in member.value.members where inner.name == "fallbacks" {
                self.convertFallbacks(inner, "\(member.name).fallbacks")
            }
        }
    }

    // MARK: Sections

    private mutating func convertSection(_ section: YAMLValue.Member) {
        for member in section.value.members {
            let key = "\(section.name).\(member.name)"
            switch (section.name, member.name) {
            case ("router_settings", "model_group_alias"), ("litellm_settings", "model_alias_map"),
                ("router_settings", "fallbacks"), ("litellm_settings", "fallbacks"):
                continue
            case ("litellm_settings", "request_timeout"), ("router_settings", "timeout"):
                guard self.timeout == nil, let seconds = member.value.text.flatMap(Self.duration) else {
                    self.report(.dropped, member, key, LiteLLMReasons.timeout)
                    continue
                }
                self.timeout = seconds
                self.report(.changed, member, key, "is response_timeout of each provider: until the answer begins")
            case ("litellm_settings", "drop_params"):
                let message = "what a provider cannot be told is always left out, and named in Gatehouse-Dropped-Params"
                self.report(.changed, member, key, message)
            case ("litellm_settings", "json_logs"):
                guard member.value.text?.lowercased() == "true" else { continue }
                self.sections.append(("log", [ImportedMember("format", "json")]))
            case ("general_settings", "global_max_parallel_requests"):
                self.convertLimit(member, key, "concurrency", upTo: 1_000_000) { String($0) }
            case ("general_settings", "max_request_size_mb"):
                self.convertLimit(member, key, "body", upTo: 1024) { "\($0)MiB" }
            case ("general_settings", "master_key"):
                let message = "make a key for each administrator: gatehouse key create --role administrator --name …"
                self.report(member.value.isReference ? .dropped : .secret, member, key, message)
            default:
                self.report(.dropped, member, key, LiteLLMReasons.reason(for: member.name))
            }
        }
        if !section.value.isNothing, section.value.isScalarOrList {
            self.report(.dropped, section, section.name, "is no mapping")
        }
    }

    private mutating func convertLimit(
        _ member: YAMLValue.Member, _ key: String, _ name: String, upTo limit: Int, write: (Int) -> String
    ) {
        guard let number = member.value.text.flatMap({ Int($0) }), (1...limit).contains(number) else {
            return self.report(.dropped, member, key, "is no number from 1 to \(limit), which limits.\(name) takes")
        }
        let place = self.sections.firstIndex { $0.name == "limits" }
        if place == nil { self.sections.append(("limits", [])) }
        self.sections[place ?? self.sections.count - 1].members.append(ImportedMember(name, write(number)))
    }

    private mutating func reportVariables(_ section: YAMLValue.Member) {
        for member in section.value.members {
            // What it is set to may be a credential, whatever it is called.
            self.report(
                .secret, member, "environment_variables.\(Self.shown(member.name))",
                "variables are not set here: set it before the start")
        }
    }

    private mutating func readCredentials(_ section: YAMLValue.Member) {
        for (index, item) in section.value.items.enumerated() {
            let key = "credential_list[\(index)]"
            guard let name = item.members.first(where: { $0.name == "credential_name" })?.value.text else {
                self.report(.dropped, at: item.mark, key, "has no credential_name")
                continue
            }
            self.credentials[name] = item.members.first { $0.name == "credential_values" }?.value.members ?? []
            for member in item.members where !["credential_name", "credential_values"].contains(member.name) {
                let path = "\(key).\(Self.shown(member.name))"
                self.report(.dropped, member, path, LiteLLMReasons.reason(for: member.name))
            }
        }
        if section.value.items.isEmpty { self.report(.dropped, section, section.name, "holds no named credentials") }
    }

    /// What a named credential holds; nil where there is none of that name.
    mutating func credential(named name: String) -> [YAMLValue.Member]? {
        guard let values = self.credentials[name] else { return nil }
        self.usedCredentials.insert(name)
        return values
    }

    private mutating func reportUnusedCredentials() {
        for section in self.root where section.name == "credential_list" {
            for (index, item) in section.value.items.enumerated() {
                guard let name = item.members.first(where: { $0.name == "credential_name" })?.value.text,
                    !self.usedCredentials.contains(name)
                else { continue }
                let message = "no model that was taken over refers to it"
                self.report(.dropped, at: item.mark, "credential_list[\(index)]", message)
            }
        }
    }

    // MARK: Models

    private mutating func convertModels(_ section: YAMLValue.Member) {
        if section.value.items.isEmpty { self.report(.dropped, section, "model_list", "holds no models") }
        for (index, item) in section.value.items.enumerated() {
            var deployment = LiteLLMDeployment(item, "model_list[\(index)]")
            deployment.convert(&self)
        }
    }

    private mutating func convertAliases(_ section: YAMLValue.Member, _ path: String) {
        for member in section.value.members {
            let key = "\(path).\(Self.shown(member.name))"
            let inner = member.value.members
            let target = member.value.text ?? inner.first { $0.name == "model" }?.value.text
            guard let target, let model = self.models.first(where: { $0.name == target }) else {
                self.report(.dropped, member, key, "the model that it stands for was not taken over")
                continue
            }
            if inner.contains(where: { $0.name == "hidden" }) {
                self.report(.changed, member, key, "is listed like every model that a key may use")
            }
            self.add(
                model: ModelDraft(
                    name: member.name, provider: model.provider, model: model.model, maxTokens: model.maxTokens),
                member, key)
        }
    }

    /// Adds a model, unless there is one of its name or the name is none.
    mutating func add(model: ModelDraft, _ member: YAMLValue.Member, _ key: String) {
        if let refusal = self.refusal(ofModelNamed: model.name) {
            return self.report(.dropped, member, key, refusal)
        }
        self.models.append(model)
    }

    /// Why a name cannot be that of a model that is still to be added; nil where it can.
    func refusal(ofModelNamed name: String) -> String? {
        if name.contains("*") { return "patterns of names have no equal: each model is named" }
        if self.models.contains(where: { $0.name == name }) {
            return "`\(Self.shown(name))` is there already: requests are not spread over several deployments"
        }
        guard (try? Settings.Model.nameType.read(name)) != nil, !CredentialShape.matches(name) else {
            return
                "`\(Self.shown(name))` cannot be the name of a model, which is \(Settings.Model.nameType.expectation)"
        }
        return nil
    }

    /// The name of a provider with these members: one that is there, or a new one called after `name`.
    mutating func provider(_ name: String, _ members: [ImportedMember]) -> String {
        if let known = self.providers.first(where: { $0.members == members }) { return known.name }
        var candidate = name
        var number = 2
        while self.providers.contains(where: { $0.name == candidate }) {
            candidate = "\(name)-\(number)"
            number += 1
        }
        self.providers.append(ProviderDraft(name: candidate, members: members))
        return candidate
    }

    // MARK: Credentials

    /// The variable that takes the place of a credential in clear: the same for the same, a new one for each other.
    mutating func variable(for secret: String, like name: String) -> String {
        if let known = self.variables[secret] { return known }
        var candidate = name
        var number = 2
        while self.takenVariables.contains(candidate) {
            candidate = "\(name)_\(number)"
            number += 1
        }
        self.takenVariables.insert(candidate)
        self.variables[secret] = candidate
        return candidate
    }

    /// The variables that the file refers to, and those that LiteLLM takes for deployments that write no key.
    private static func variables(in root: [YAMLValue.Member]) -> Set<String> {
        var names: Set<String> = []
        func visit(_ value: YAMLValue) {
            if let name = value.referencedVariable { names.insert(name) }
            for member in value.members { visit(member.value) }
            for item in value.items { visit(item) }
        }
        for member in root { visit(member.value) }
        for item in root.first(where: { $0.name == "model_list" })?.value.items ?? [] {
            let parameters = item.members.first { $0.name == "litellm_params" }?.value.members ?? []
            let hasOwn = parameters.contains { ["api_key", "litellm_credential_name"].contains($0.name) }
            guard !hasOwn, let model = parameters.first(where: { $0.name == "model" })?.value.text else { continue }
            let prefix = String(model.prefix { $0 != "/" })
            let provider =
                LiteLLMProvider.all[prefix] ?? LiteLLMProvider.guess(from: model).flatMap { LiteLLMProvider.all[$0] }
            if let name = provider?.keyVariable { names.insert(name) }
        }
        return names
    }

    // MARK: Reporting

    mutating func report(
        _ kind: ImportFinding.Kind, _ member: YAMLValue.Member, _ key: String, _ message: String
    ) {
        self.report(kind, at: member.mark, key, message)
    }

    mutating func report(_ kind: ImportFinding.Kind, at mark: YAMLValue.Mark, _ key: String, _ message: String) {
        let location = Location(file: self.file, line: mark.line, column: mark.column, key: key)
        self.findings.append(ImportFinding(kind, at: location, message))
    }

    /// A word of the file as it may be repeated.
    static func shown(_ text: String) -> String { CredentialShape.matches(text) ? "…" : Spelling.excerpt(text) }

    /// Seconds, perhaps with a fraction, as a duration of ours; nil where it is none or out of bounds.
    static func duration(_ text: String) -> String? {
        guard let number = DecimalNumber(text), let milliseconds = number.microdollars(tenTo: 3)?.value,
            (100...86_400_000).contains(milliseconds)
        else { return nil }
        return Duration.milliseconds(milliseconds).text
    }
}

extension YAMLValue {
    /// The text of a scalar; nil for anything else, and where nothing is written.
    var text: String? {
        guard case .scalar(let text, _) = self.content, !self.isNothing else { return nil }
        return text
    }

    var members: [Member] { if case .mapping(let members) = self.content { members } else { [] } }
    var items: [YAMLValue] { if case .list(let items) = self.content { items } else { [] } }

    var isScalarOrList: Bool { if case .mapping = self.content { false } else { true } }

    /// The variable of an `os.environ/NAME`.
    var referencedVariable: String? {
        guard let text, text.hasPrefix("os.environ/"),
            case .environment(let name)? = ReferencedText.parse("env:\(text.dropFirst(11))")
        else { return nil }
        return name
    }

    var isReference: Bool { self.referencedVariable != nil }
}
