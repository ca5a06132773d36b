import Settings

/// A provider as LiteLLM calls it, and what that is here.
struct LiteLLMProvider: Sendable {
    /// The kind here.
    let kind: String
    /// Where its API begins, where that does not depend on the customer.
    let baseURL: String?
    /// The variable that LiteLLM takes the key from where none is written; nil where no key is needed.
    let keyVariable: String?
    /// What a server that speaks the OpenAI API has of it; nil is everything.
    let api: String?

    private init(_ kind: String, _ baseURL: String? = nil, _ keyVariable: String? = nil, api: String? = nil) {
        self.kind = kind
        self.baseURL = baseURL
        self.keyVariable = keyVariable
        self.api = api
    }

    /// Others that speak the OpenAI API.
    private static func compatible(_ baseURL: String?, _ keyVariable: String?) -> Self {
        Self("openai", baseURL, keyVariable, api: "[chat, embeddings]")
    }

    /// By the prefix of the model or by `custom_llm_provider`.
    static let all: [String: Self] = [
        "openai": Self("openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        "text-completion-openai": Self("openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        "azure": Self("azure", nil, "AZURE_API_KEY"),
        "azure_text": Self("azure", nil, "AZURE_API_KEY"),
        "anthropic": Self("anthropic", nil, "ANTHROPIC_API_KEY"),
        "gemini": Self("gemini", nil, "GEMINI_API_KEY"),
        "vertex_ai": Self("vertex"),
        "bedrock": Self("bedrock"),
        "bedrock_converse": Self("bedrock"),
        "ollama": .compatible("http://localhost:11434/v1", nil),
        "ollama_chat": .compatible("http://localhost:11434/v1", nil),
        "hosted_vllm": .compatible(nil, nil),
        "vllm": .compatible(nil, nil),
        "lm_studio": .compatible(nil, nil),
        "llamafile": .compatible("http://127.0.0.1:8080/v1", nil),
        "openai_like": .compatible(nil, nil),
        "custom_openai": .compatible(nil, nil),
        "litellm_proxy": Self("openai", nil, "LITELLM_PROXY_API_KEY"),
        "groq": .compatible("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
        "mistral": .compatible("https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
        "deepseek": .compatible("https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
        "together_ai": .compatible("https://api.together.xyz/v1", "TOGETHERAI_API_KEY"),
        "fireworks_ai": .compatible("https://api.fireworks.ai/inference/v1", "FIREWORKS_AI_API_KEY"),
        "openrouter": .compatible("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
        "perplexity": .compatible("https://api.perplexity.ai", "PERPLEXITYAI_API_KEY"),
        "xai": .compatible("https://api.x.ai/v1", "XAI_API_KEY"),
        "deepinfra": .compatible("https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY"),
        "cerebras": .compatible("https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
        "nvidia_nim": .compatible("https://integrate.api.nvidia.com/v1", "NVIDIA_NIM_API_KEY"),
        "sambanova": .compatible("https://api.sambanova.ai/v1", "SAMBANOVA_API_KEY"),
    ]

    /// What stands before the slash in our price table: the kind where we have one, else LiteLLM's own word.
    static func owner(of provider: String) -> String {
        if provider.hasPrefix("vertex_ai") { return "vertex" }
        switch provider {
        case "text-completion-openai": return "openai"
        case "azure_text": return "azure"
        case "bedrock_converse": return "bedrock"
        default: return provider
        }
    }

    /// The provider of a model that is written without one, as LiteLLM guesses it.
    static func guess(from model: String) -> String? {
        let openAI = ["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-", "whisper-", "tts-", "dall-e-", "ft:"]
        if openAI.contains(where: model.hasPrefix) { return "openai" }
        if model.hasPrefix("claude-") { return "anthropic" }
        if model.hasPrefix("gemini-") { return "vertex_ai" }
        if model.hasPrefix("anthropic.") || model.hasPrefix("amazon.") { return "bedrock" }
        return nil
    }
}
