import Settings

/// One entry of LiteLLM's `model_list`.
struct LiteLLMDeployment {
    private let item: YAMLValue
    private let key: String
    private var parameters: [YAMLValue.Member]
    private var taken: Set<String> = []

    init(_ item: YAMLValue, _ key: String) {
        self.item = item
        self.key = key
        self.parameters = item.members.first { $0.name == "litellm_params" }?.value.members ?? []
    }

    mutating func convert(_ conversion: inout LiteLLMConversion) {
        let refusal = self.takeOver(&conversion)
        if let refusal { conversion.report(.dropped, at: self.item.mark, self.key, refusal) }
        // What belongs to a model that is dropped goes with it.
        guard refusal == nil else { return }
        for member in self.item.members where !["model_name", "litellm_params"].contains(member.name) {
            self.report(member, &conversion)
        }
        for member in self.parameters where !self.taken.contains(member.name) {
            let key = "\(self.key).litellm_params.\(LiteLLMConversion.shown(member.name))"
            conversion.report(.dropped, member, key, LiteLLMReasons.reason(for: member.name))
        }
    }

    private func report(_ member: YAMLValue.Member, _ conversion: inout LiteLLMConversion) {
        let key = "\(self.key).\(LiteLLMConversion.shown(member.name))"
        guard !member.value.members.isEmpty else {
            return conversion.report(.dropped, member, key, LiteLLMReasons.reason(for: member.name))
        }
        for inner in member.value.members {
            let name = LiteLLMConversion.shown(inner.name)
            conversion.report(.dropped, inner, "\(key).\(name)", LiteLLMReasons.reason(for: inner.name))
        }
    }

    /// Adds the model and its provider.
    /// - Returns: Why it cannot be; nil where it could.
    private mutating func takeOver(_ conversion: inout LiteLLMConversion) -> String? {
        guard let member = self.item.members.first(where: { $0.name == "model_name" }), let name = member.value.text
        else { return "has no model_name" }
        if let refusal = conversion.refusal(ofModelNamed: name) { return refusal }
        self.takeCredential(&conversion)
        guard let written = self.take("model") else { return "has no litellm_params.model" }
        guard !written.isReference, let text = written.text, !text.contains("${") else {
            return "which model it is stands outside the file"
        }
        let custom = self.take("custom_llm_provider")?.text
        guard let (label, rest) = Self.split(text, custom) else {
            return "LiteLLM's name for the provider is missing before `\(LiteLLMConversion.shown(text))`"
        }
        guard let provider = LiteLLMProvider.all[label] else {
            return "`\(LiteLLMConversion.shown(label))` is no provider here; where it speaks the OpenAI API, "
                + "write one of kind openai"
        }
        var model = rest
        var members = [ImportedMember("kind", provider.kind)]
        let refusal =
            switch provider.kind {
            case "azure": self.azure(&members, &model, &conversion)
            case "anthropic", "gemini": self.plain(provider, label, &members, &conversion)
            case "vertex": self.vertex(&members, &conversion)
            case "bedrock": self.bedrock(&members, &model, &conversion)
            default: self.openAI(provider, label, &members, &conversion)
            }
        if let refusal { return refusal }
        guard !model.isEmpty, (try? ScalarType<String>.line("a name", upTo: 256).read(model)) != nil,
            !CredentialShape.matches(model)
        else { return "has no model behind the name of the provider" }
        self.addTimeout(&members, &conversion)
        let maxTokens = self.maxTokens(&conversion)
        let providerName = conversion.provider(LiteLLMProvider.owner(of: label), members)
        let draft = LiteLLMConversion.ModelDraft(
            name: name, provider: providerName, model: model, maxTokens: maxTokens)
        conversion.add(model: draft, member, self.key)
        return nil
    }

    /// The provider and its model: as written before the slash, or as LiteLLM guesses it.
    private static func split(_ text: String, _ custom: String?) -> (label: String, model: String)? {
        let prefix = text.prefix { $0 != "/" }
        let hasSlash = prefix.endIndex != text.endIndex
        if let custom {
            let isRepeated = hasSlash && prefix == custom
            return (custom, isRepeated ? String(text.dropFirst(prefix.count + 1)) : text)
        }
        if hasSlash, LiteLLMProvider.all[String(prefix)] != nil || LiteLLMProvider.guess(from: text) == nil {
            return (String(prefix), String(text.dropFirst(prefix.count + 1)))
        }
        return LiteLLMProvider.guess(from: text).map { ($0, text) }
    }

    // MARK: Kinds

    private mutating func openAI(
        _ provider: LiteLLMProvider, _ label: String, _ members: inout [ImportedMember],
        _ conversion: inout LiteLLMConversion
    ) -> String? {
        var isOwn = false
        if let base = self.takeBase() {
            isOwn = true
            var url = Self.written(base)
            if label.hasPrefix("ollama"), !base.isReference, !url.hasSuffix("/v1") {
                url = Self.trimmed(url, ["/", "/api"]) + "/v1"
                let message = "ends in /v1 now: Ollama is spoken to by its OpenAI API"
                conversion.report(.changed, at: base.mark, "\(self.key).litellm_params.api_base", message)
            }
            if let refusal = self.addBase(Self.trimmed(url, ["/chat/completions"]), base, &members) { return refusal }
        } else if let url = provider.baseURL {
            members.append(ImportedMember("base_url", url))
        } else {
            return "has no api_base"
        }
        let isOpenAI = provider.api == nil && (!isOwn || members.last?.value.contains("//api.openai.com") == true)
        self.addSecret("api_key", "api_key", like: provider.keyVariable ?? Self.variable(label), &members, &conversion)
        if members.last?.name != "api_key", !isOwn, let name = provider.keyVariable, !self.taken.contains("api_key") {
            members.append(ImportedMember("api_key", "${env:\(name)}"))
        }
        guard !isOpenAI else { return nil }
        members.append(ImportedMember("api", provider.api ?? "[chat, embeddings]"))
        let message = "its server is taken to have chat and embeddings: widen api where it has more"
        conversion.report(.changed, at: self.item.mark, self.key, message)
        return nil
    }

    private mutating func plain(
        _ provider: LiteLLMProvider, _ label: String, _ members: inout [ImportedMember],
        _ conversion: inout LiteLLMConversion
    ) -> String? {
        if let base = self.takeBase() {
            let url = Self.trimmed(Self.written(base), ["/v1/messages", "/v1beta", "/v1", "/"])
            if let refusal = self.addBase(url, base, &members) { return refusal }
        }
        let variable = provider.keyVariable ?? Self.variable(label)
        self.addSecret("api_key", "api_key", like: variable, &members, &conversion)
        if !self.taken.contains("api_key") { members.append(ImportedMember("api_key", "${env:\(variable)}")) }
        return nil
    }

    private mutating func azure(
        _ members: inout [ImportedMember], _ model: inout String, _ conversion: inout LiteLLMConversion
    ) -> String? {
        if let base = self.takeBase() {
            var url = Self.written(base)
            if !base.isReference, let path = url.firstRange(of: "/openai/") { url = String(url[..<path.lowerBound]) }
            if let refusal = self.addBase(Self.trimmed(url, ["/openai", "/"]), base, &members) { return refusal }
        } else {
            members.append(ImportedMember("base_url", "${env:AZURE_API_BASE}"))
        }
        let count = members.count
        self.addSecret("azure_ad_token", "token", like: "AZURE_AD_TOKEN", &members, &conversion)
        if members.count == count {
            self.addSecret("api_key", "api_key", like: "AZURE_API_KEY", &members, &conversion)
            if members.count == count { members.append(ImportedMember("api_key", "${env:AZURE_API_KEY}")) }
        }
        if let version = self.take("api_version") {
            let text = Self.written(version)
            members.append(ImportedMember("api_version", ["preview", "latest"].contains(text) ? "v1" : text))
        }
        for series in ["responses/", "o_series/", "gpt5_series/"] where model.hasPrefix(series) {
            model.removeFirst(series.count)
        }
        return nil
    }

    private mutating func vertex(
        _ members: inout [ImportedMember], _ conversion: inout LiteLLMConversion
    ) -> String? {
        let project = self.take("vertex_project") ?? self.take("vertex_ai_project")
        let location = self.take("vertex_location") ?? self.take("vertex_ai_location")
        members.append(ImportedMember("project", project.map(Self.written) ?? "${env:VERTEXAI_PROJECT}"))
        members.append(ImportedMember("location", location.map(Self.written) ?? "${env:VERTEXAI_LOCATION}"))
        members.append(ImportedMember("token", "${env:VERTEX_ACCESS_TOKEN}"))
        let message = "is called with an access token: set VERTEX_ACCESS_TOKEN, or refer to a file that is renewed"
        conversion.report(.changed, at: self.item.mark, self.key, message)
        return nil
    }

    private mutating func bedrock(
        _ members: inout [ImportedMember], _ model: inout String, _ conversion: inout LiteLLMConversion
    ) -> String? {
        for route in ["converse/", "invoke/", "converse_like/"] where model.hasPrefix(route) {
            model.removeFirst(route.count)
        }
        let region = self.take("aws_region_name").map(Self.written)
        // A region may stand before the model: bedrock/eu-west-1/anthropic.…
        var writtenRegion: String?
        if let slash = model.firstIndex(of: "/"), !model.hasPrefix("arn:") {
            writtenRegion = String(model[..<slash])
            model = String(model[model.index(after: slash)...])
        }
        if let id = self.take("model_id")?.text { model = id }
        members.append(ImportedMember("region", region ?? writtenRegion ?? "${env:AWS_REGION_NAME}"))
        if let base = self.take("aws_bedrock_runtime_endpoint"),
            let refusal = self.addBase(Self.trimmed(Self.written(base), ["/"]), base, &members)
        {
            return refusal
        }
        let count = members.count
        self.addSecret("api_key", "api_key", like: "AWS_BEARER_TOKEN_BEDROCK", &members, &conversion)
        guard members.count == count else { return nil }
        for (name, key, variable) in [
            ("aws_access_key_id", "access_key", "AWS_ACCESS_KEY_ID"),
            ("aws_secret_access_key", "secret_key", "AWS_SECRET_ACCESS_KEY"),
        ] {
            let before = members.count
            self.addSecret(name, key, like: variable, &members, &conversion)
            if members.count == before { members.append(ImportedMember(key, "${env:\(variable)}")) }
        }
        self.addSecret("aws_session_token", "session_token", like: "AWS_SESSION_TOKEN", &members, &conversion)
        return nil
    }

    // MARK: Parameters

    /// Puts what a named credential holds in the place of what the deployment does not write itself.
    private mutating func takeCredential(_ conversion: inout LiteLLMConversion) {
        guard let name = self.parameters.first(where: { $0.name == "litellm_credential_name" })?.value.text,
            let values = conversion.credential(named: name)
        else { return }
        self.taken.insert("litellm_credential_name")
        for value in values where !self.parameters.contains(where: { $0.name == value.name }) {
            self.parameters.append(value)
        }
    }

    private mutating func take(_ name: String) -> YAMLValue? {
        guard let member = self.parameters.first(where: { $0.name == name }), member.value.text != nil else {
            return nil
        }
        self.taken.insert(name)
        return member.value
    }

    private mutating func takeBase() -> YAMLValue? { self.take("api_base") ?? self.take("base_url") }

    /// Adds a base URL that we would read, or a reference; what is refused may hold a credential and is not repeated.
    private func addBase(
        _ text: String, _ value: YAMLValue, _ members: inout [ImportedMember]
    ) -> String? {
        if !value.isReference {
            do throws(Refusal) { _ = try BaseURL(text) } catch {
                return "its api_base is no base URL: " + (error.message ?? error.hint ?? "expected https://host/path")
            }
        }
        members.append(ImportedMember("base_url", text))
        return nil
    }

    /// Adds a reference to a credential: that of the file, or in place of one in clear a variable to be set.
    private mutating func addSecret(
        _ name: String, _ key: String, like variable: String, _ members: inout [ImportedMember],
        _ conversion: inout LiteLLMConversion
    ) {
        guard let value = self.take(name), let text = value.text else { return }
        let path = "\(self.key).litellm_params.\(name)"
        if let name = value.referencedVariable {
            members.append(ImportedMember(key, "${env:\(name)}"))
        } else if Self.placeholders.contains(text.lowercased()) {
            conversion.report(.changed, at: value.mark, path, "is a placeholder and is left out")
        } else {
            let variable = conversion.variable(for: text, like: variable)
            members.append(ImportedMember(key, "${env:\(variable)}"))
            conversion.report(.secret, at: value.mark, path, "stood in clear: set it as the variable \(variable)")
        }
    }

    private static let placeholders: Set<String> = [
        "", "none", "null", "empty", "dummy", "fake", "fake-key", "no-key", "not-needed", "na", "n/a", "anything",
    ]

    private mutating func addTimeout(_ members: inout [ImportedMember], _ conversion: inout LiteLLMConversion) {
        var timeout = conversion.timeout
        if let written = self.take("timeout") {
            let path = "\(self.key).litellm_params.timeout"
            if let own = written.text.flatMap(LiteLLMConversion.duration) {
                timeout = own
                let message = "is response_timeout of the provider: until the answer begins"
                conversion.report(.changed, at: written.mark, path, message)
            } else {
                conversion.report(.dropped, at: written.mark, path, LiteLLMReasons.timeout)
            }
        }
        if let timeout { members.append(ImportedMember("response_timeout", timeout)) }
    }

    private mutating func maxTokens(_ conversion: inout LiteLLMConversion) -> Int? {
        guard let value = self.take("max_tokens") else { return nil }
        let path = "\(self.key).litellm_params.max_tokens"
        guard let number = value.text.flatMap({ Int($0) }), (1...10_000_000).contains(number) else {
            conversion.report(.dropped, at: value.mark, path, "is no number from 1 to 10000000")
            return nil
        }
        let message = "is sent only where the provider wants a bound and the application names none"
        conversion.report(.changed, at: value.mark, path, message)
        return number
    }

    /// A scalar as it will be written, references in our form.
    private static func written(_ value: YAMLValue) -> String {
        value.referencedVariable.map { "${env:\($0)}" } ?? value.text ?? ""
    }

    /// Without these endings, each as often as it comes up.
    private static func trimmed(_ text: String, _ endings: [String]) -> String {
        var text = text
        while let ending = endings.first(where: text.hasSuffix) { text.removeLast(ending.count) }
        return text
    }

    /// What a variable for the key of a provider is called.
    private static func variable(_ label: String) -> String {
        String(label.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) + "_API_KEY"
    }
}
