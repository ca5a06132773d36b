import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Verification

/// Fetches what a log serves over HTTP.
struct HTTPLogFetcher: LogFetcher {
    /// The longest answer: 256 entries of 64 KiB.
    private static let longest = 256 * (65_535 + 2)

    /// With a slash at the end.
    private let prefix: String

    init(_ url: String) { self.prefix = url.hasSuffix("/") ? url : url + "/" }

    func fetch(_ path: String) async throws(VerificationError) -> [UInt8]? {
        let url = self.prefix + path
        do {
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
            if response.status == .notFound { return nil }
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
