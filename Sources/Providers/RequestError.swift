/// What is wrong with a request's body, as its sender must know it.
package struct RequestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable, such as `invalid_json`.
    package let code: String
    /// The field that is wrong, as a path: `messages`, `stream_options.include_usage`.
    package let parameter: String?
    package let message: String

    package init(code: String, parameter: String? = nil, message: String) {
        self.code = code
        self.parameter = parameter
        self.message = message
    }

    package var description: String { self.message }
}
