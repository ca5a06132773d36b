package import Framing
package import NIOCore

/// A route of OpenAI's API that has no shape of its own here: its requests are authenticated, inspected, metered, and go to
/// the provider as they are.
package struct PassedRoute: Hashable, Sendable {
    package let method: RequestMethod
    /// Behind the base path, such as `/files/file-1/content`.
    package let path: String
    /// With a question mark, where there is one.
    package var query = ""
    /// The model, where the path names it.
    package var model: String?
    /// Whether the body names the model.
    package let namesModel: Bool

    package var target: String { self.path + self.query }

    package enum Lookup: Hashable, Sendable {
        case route(PassedRoute)
        /// Something is there, but not by this method: these are.
        case wrongMethod(StaticMethods)
    }

    /// What may be said in `Allow`.
    package enum StaticMethods: String, Sendable {
        case get = "GET"
        case post = "POST"
        case getPost = "GET, POST"
        case getDelete = "GET, DELETE"
    }

    private static let routes: [(path: [String], methods: StaticMethods, namesModel: Bool)] = [
        (["completions"], .post, true), (["moderations"], .post, true), (["images", "generations"], .post, true),
        (["images", "edits"], .post, true), (["images", "variations"], .post, true),
        (["audio", "speech"], .post, true),
        (["audio", "transcriptions"], .post, true), (["audio", "translations"], .post, true),
        (["files"], .getPost, false), (["files", "*"], .getDelete, false), (["files", "*", "content"], .get, false),
        (["batches"], .getPost, false), (["batches", "*"], .get, false), (["batches", "*", "cancel"], .post, false),
        (["responses", "*"], .getDelete, false), (["responses", "*", "cancel"], .post, false),
        (["responses", "*", "input_items"], .get, false),
    ]

    /// What is at a path; nil where nothing is. Ids hold letters, digits, `-`, `_` and `.` only.
    package static func named(_ path: Substring, _ method: RequestMethod) -> Lookup? {
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for route in Self.routes where route.path.count == parts.count {
            guard zip(route.path, parts).allSatisfy({ $0 == "*" ? Self.isID($1) : $0 == $1 }) else { continue }
            guard route.methods.rawValue.split(separator: ", ").contains(Substring(method.rawValue)) else {
                return .wrongMethod(route.methods)
            }
            return .route(PassedRoute(method: method, path: String(path), namesModel: route.namesModel))
        }
        return nil
    }

    private static func isID(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 256 && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }
}

/// A request to such a route.
package struct PassedRequest: Sendable {
    package let route: PassedRoute
    package let contentType: String?
    package let body: ByteBuffer
    /// The name that the provider uses for the model; nil where none is named.
    package let deployment: String?

    package init(route: PassedRoute, contentType: String?, body: ByteBuffer, deployment: String?) {
        self.route = route
        self.contentType = contentType
        self.body = body
        self.deployment = deployment
    }
}
