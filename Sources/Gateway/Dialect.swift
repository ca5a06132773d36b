/// Whose API a caller speaks: errors and lists of models come in its form.
enum Dialect: Sendable {
    case openAI
    case anthropic
    case gemini
}
