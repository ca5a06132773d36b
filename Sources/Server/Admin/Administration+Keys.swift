import Audit
import Gateway
import Hummingbird
import Identity
import Kernel
import NIOCore

extension Administration {
    /// `GET /api/keys`: all keys, without their secrets, which nobody has.
    func listKeys(_ context: AdministratorContext) async throws -> AdminReply {
        let keys = try await self.stores.keys.keys(context.operation(at: self.clock.now()))
        var json = JSONWriter()
        json.beginObject()
        json.name("keys")
        json.beginArray()
        for key in keys { KeyDescription.write(key, to: &json) }
        json.endArray()
        json.endObject()
        return AdminReply(json)
    }

    /// `POST /api/keys`: makes a key from `{"name", "role"?, "models"?, "expires"?}` and shows its secret, once.
    func createKey(_ request: Request, _ context: AdministratorContext) async throws -> AdminReply {
        let body = try await request.body.collect(upTo: 64 * 1024)
        let now = self.clock.now()
        let order = try Self.order(body)
        let made = try await KeyIssue(store: self.stores.keys, clock: self.clock)
            .create(order, context.operation(at: now))
        self.gateway.replace(keys: try await self.stores.keys.ring(context.operation(at: now)))
        self.act(.keyCreated(key: made.key.id.description), context.administrator.principal)
        var json = JSONWriter()
        KeyDescription.write(made.key, secret: made.secret, to: &json)
        return AdminReply(json, status: .created)
    }

    /// `DELETE /api/keys/{id}`: takes a key back; it is refused from the next request on.
    func revokeKey(_ context: AdministratorContext) async throws -> AdminReply {
        let text = try context.parameters.require("id")
        guard let id = Identifier<VirtualKey>(text) else { throw AdminError.notFound("there is no key `\(text.prefix(64))`") }
        let now = self.clock.now()
        let key: VirtualKey
        do throws(StoreError) {
            key = try await self.stores.keys.revoke(id, at: now, context.operation(at: now))
        } catch {
            guard error.code == .notFound else { throw error }
            throw AdminError.notFound("there is no key `\(text)`")
        }
        self.gateway.replace(keys: try await self.stores.keys.ring(context.operation(at: now)))
        self.act(.keyRevoked(key: text), context.administrator.principal)
        var json = JSONWriter()
        KeyDescription.write(key, to: &json)
        return AdminReply(json)
    }

    private static func order(_ body: ByteBuffer) throws -> KeyOrder {
        guard let fields = OrderFields(body) else {
            throw AdminError.invalid("expected a JSON object such as {\"name\":\"billing\"}")
        }
        guard let name = fields.name else { throw AdminError.invalid("`name` is missing, expected a string") }
        var order = KeyOrder(name: name)
        if let role = fields.role {
            guard let known = VirtualKey.Role(rawValue: role) else {
                throw AdminError.invalid("`role` is `\(role.prefix(64))`, expected application or administrator")
            }
            order.role = known
        }
        if let expires = fields.expires {
            guard let time = Timestamp(expires) else {
                throw AdminError.invalid(
                    "`expires` is `\(expires.prefix(64))`, expected a time such as 2027-01-01T00:00:00Z")
            }
            order.expiresAt = time
        }
        guard fields.hasGoodModels else { throw AdminError.invalid("`models` is not a list of aliases") }
        order.models = fields.models
        return order
    }
}

/// What the body of an order for a key holds, before it is judged.
private struct OrderFields {
    let name: String?
    let role: String?
    let expires: String?
    let models: [String]?
    let hasGoodModels: Bool

    /// nil where the body is not a JSON object.
    init?(_ body: ByteBuffer) {
        let bytes = body.readableBytesUInt8Span
        guard let tape = try? JSONTape(bytes), tape.kind(tape.root) == .object else { return nil }
        self.name = Self.text("name", tape, bytes)
        self.role = Self.text("role", tape, bytes)
        self.expires = Self.text("expires", tape, bytes)
        guard let list = tape.member("models", of: tape.root, in: bytes), tape.kind(list) != .null else {
            self.models = nil
            self.hasGoodModels = true
            return
        }
        let aliases = Self.texts(list, tape, bytes)
        self.models = aliases
        self.hasGoodModels = aliases != nil
    }

    private static func text(_ name: StaticString, _ tape: JSONTape, _ bytes: Span<UInt8>) -> String? {
        tape.member(name, of: tape.root, in: bytes).flatMap { tape.string($0, in: bytes) }
    }

    /// The strings of a list; nil where it is none or holds anything else.
    private static func texts(_ list: JSONTape.Node, _ tape: JSONTape, _ bytes: Span<UInt8>) -> [String]? {
        guard tape.kind(list) == .array else { return nil }
        var texts: [String] = []
        var next = tape.firstElement(of: list)
        while let element = next {
            guard let text = tape.string(element, in: bytes) else { return nil }
            texts.append(text)
            next = tape.element(after: element, of: list)
        }
        return texts
    }
}
