import AsyncHTTPClient
import Kernel
import NIOCore
import NIOHTTP1
import Verification

/// Fetches what a log serves over HTTP.
struct HTTPLogFetcher: LogFetcher {
    /// The longest answer: 256 entries of 64 KiB.
    private static let longest = 256 * (65_535 + 2)

    /// With a slash at the end.
    private let prefix: String
    private let token: Secret<String>?

    init(_ url: String, token: Secret<String>?) {
        self.prefix = url.hasSuffix("/") ? url : url + "/"
        self.token = token
    }

    func fetch(_ path: String) async throws(VerificationError) -> [UInt8]? {
        let url = self.prefix + path
        do {
            var request = HTTPClientRequest(url: url)
            if let token { request.headers.add(name: "authorization", value: "Bearer \(token.reveal())") }
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            if response.status == .notFound { return nil }
            guard response.status != .unauthorized, response.status != .forbidden else {
                throw VerificationError(
                    .unreadable,
                    """
                    `\(url)` is for administrators
                    hint: --key-from NAME names the variable of the environment that holds an administrator's key
                    """)
            }
            guard response.status == .ok else {
                throw VerificationError(.unreadable, "`\(url)` answers \(response.status.code)")
            }
            let body = try await response.body.collect(upTo: Self.longest)
            return Array(body.readableBytesView)
        } catch let error as VerificationError {
            throw error
        } catch {
            throw VerificationError(.unreadable, "`\(url)` cannot be fetched: \(error)")
        }
    }
}
