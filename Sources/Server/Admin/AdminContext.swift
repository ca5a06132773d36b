import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Kernel
import NIOCore

/// A request to the administration listener, before anybody is known.
struct AdminContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whoever showed a valid administrator's key.
    var administrator: VirtualKey?

    init(source: ApplicationRequestContextSource) { self.coreContext = .init(source: source) }
}

/// A request of an administrator: the proof is that this value exists.
struct AdministratorContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let administrator: VirtualKey

    init(context: AdminContext) throws {
        guard let key = context.administrator else { throw AdminError.noAdministrator }
        self.coreContext = context.coreContext
        self.administrator = key
    }

    /// The context of a store call made for this request.
    func operation(at time: Timestamp) -> OperationContext {
        var random = SystemRandomNumberGenerator()
        return OperationContext(
            id: Identifier(at: time, using: &random), principal: self.administrator.principal,
            deadline: .now + .seconds(10))
    }
}

/// Looks whose key a request shows. Who may do what is decided by the context that a route needs.
struct IdentifyAdministrator: RouterMiddleware {
    let gateway: Gateway
    let clock: any WallClock

    func handle(
        _ request: Request, context: AdminContext, next: (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let value = request.headers[.authorization], value.lowercased().hasPrefix("bearer ") {
            let presented = String(value.dropFirst(7))
            let key = try? self.gateway.keys.authenticate(presented.utf8Span.span, at: self.clock.now())
            if let key, key.role == .administrator { context.administrator = key }
        }
        return try await next(request, context)
    }
}

/// An error of the administration API: a status, a stable code and a sentence.
struct AdminError: Error, Hashable {
    let status: HTTPResponse.Status
    let code: String
    let message: String

    static let noAdministrator = AdminError(
        status: .unauthorized, code: "administrator_key_required",
        message: "an administrator's key is needed; make one with `gatehouse key create --role administrator`")

    static func notFound(_ what: String) -> AdminError {
        AdminError(status: .notFound, code: "not_found", message: what)
    }

    static func invalid(_ what: String) -> AdminError {
        AdminError(status: .badRequest, code: "invalid_request", message: what)
    }

    /// What the store says: that it was asked for what cannot be, or that it does not work.
    init(_ error: StoreError) {
        let isFaultOfTheCaller = error.code == .constraint
        self.init(
            status: isFaultOfTheCaller ? .badRequest : .serviceUnavailable,
            code: isFaultOfTheCaller ? "invalid_request" : "storage_unavailable", message: "\(error)")
    }

    init(status: HTTPResponse.Status, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

/// Answers errors in one shape: `{"error":{"code","message"}}`.
struct AdminErrors: RouterMiddleware {
    func handle(
        _ request: Request, context: AdminContext, next: (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as AdminError {
            return try self.reply(error).response(from: request, context: context)
        } catch let error as StoreError {
            return try self.reply(AdminError(error)).response(from: request, context: context)
        } catch let error as any HTTPResponseError {
            let known = AdminError(status: error.status, code: "http_error", message: error.status.reasonPhrase)
            return try self.reply(known).response(from: request, context: context)
        }
    }

    private func reply(_ error: AdminError) -> AdminReply {
        var json = JSONWriter()
        json.beginObject()
        json.name("error")
        json.beginObject()
        json.member("code", error.code)
        json.member("message", error.message)
        json.endObject()
        json.endObject()
        return AdminReply(json, status: error.status)
    }
}

/// A reply of the administration API, whole and written already.
struct AdminReply: ResponseGenerator {
    let body: ByteBuffer
    let status: HTTPResponse.Status
    let contentType: String

    init(_ text: String, status: HTTPResponse.Status = .ok, contentType: String = "application/json") {
        self.body = ByteBuffer(string: text)
        self.status = status
        self.contentType = contentType
    }

    init(_ json: JSONWriter, status: HTTPResponse.Status = .ok) {
        self.body = ByteBuffer(bytes: json.bytes)
        self.status = status
        self.contentType = "application/json"
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        Response(
            status: self.status,
            headers: [.contentType: self.contentType, .cacheControl: "no-store"],
            body: .init(byteBuffer: self.body))
    }
}
