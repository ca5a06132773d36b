/// Things that look dangerous and are not: made when they are needed, so that no source file holds one.
enum DemoSpecimen {
    /// A GitHub token by its form (`ghp_` and 36 letters and digits); it opens nothing.
    static let githubToken = "ghp_" + String(String(repeating: "Demo0123456789", count: 3).prefix(36))

    /// The card number that payment services use for tests: right issuer, right check digit, no account.
    static let cardNumber = (["4111"] + Array(repeating: "1111", count: 3)).joined(separator: " ")
}
