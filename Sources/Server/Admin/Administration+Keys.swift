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
        let order = try Self.order(body, at: now)
        let made = try await KeyIssue(store: self.stores.keys, clock: self.clock)
            .create(order, context.operation(at: now))
        self.gateway.replace(keys: try await self.stores.keys.ring(context.operation(at: now)))
        try await self.act(.keyCreated(key: made.key.id.description), context.administrator.principal)
        var json = JSONWriter()
        KeyDescription.write(made.key, secret: made.secret, to: &json)
        return AdminReply(json, status: .created)
    }

    /// `DELETE /api/keys/{id}`: takes a key back; it is refused from the next request on.
    func revokeKey(_ context: AdministratorContext) async throws -> AdminReply {
        let text = try context.parameters.require("id")
        guard let id = Identifier<VirtualKey>(text) else {
            throw AdminError.notFound("there is no key `\(text.prefix(64))`")
        }
        let now = self.clock.now()
        let key: VirtualKey
        do throws(StoreError) {
            key = try await self.stores.keys.revoke(id, at: now, context.operation(at: now))
        } catch {
            guard error.code == .notFound else { throw error }
            throw AdminError.notFound("there is no key `\(text)`")
        }
        self.gateway.replace(keys: try await self.stores.keys.ring(context.operation(at: now)))
        try await self.act(.keyRevoked(key: text), context.administrator.principal)
        var json = JSONWriter()
        KeyDescription.write(key, to: &json)
        return AdminReply(json)
    }

    private static func order(_ body: ByteBuffer, at now: Timestamp) throws(AdminError) -> KeyOrder {
        let fields = try OrderFields(body)
        guard let name = fields.name else { throw .invalid("`name` is missing, expected a string") }
        guard (1...200).contains(name.unicodeScalars.count) else {
            throw .invalid("`name` has \(name.unicodeScalars.count) characters, expected 1 to 200")
        }
        var order = KeyOrder(name: name)
        order.models = fields.models
        if let role = fields.role {
            guard let known = VirtualKey.Role(rawValue: role) else {
                throw .invalid("`role` is `\(role.prefix(64))`, expected application or administrator")
            }
            order.role = known
        }
        if let expires = fields.expires {
            guard let time = Timestamp(expires), time > now else {
                throw .invalid(
                    "`expires` is `\(expires.prefix(64))`, expected a time to come such as 2099-01-01T00:00:00Z")
            }
            order.expiresAt = time
        }
        return order
    }
}

/// What the body of an order for a key holds, before it is judged.
///
/// Strict, because what is passed over gives more than was meant: a key that never expires, or may use every model.
private struct OrderFields {
    private(set) var name: String?
    private(set) var role: String?
    private(set) var expires: String?
    private(set) var models: [String]?

    init(_ body: ByteBuffer) throws(AdminError) {
        let bytes = body.readableBytesUInt8Span
        guard let tape = try? JSONTape(bytes), tape.kind(tape.root) == .object else {
            throw .invalid("expected a JSON object such as {\"name\":\"billing\"}")
        }
        var seen: Set<String> = []
        var member = tape.firstMember(of: tape.root)
        while let (nameNode, value) = member {
            member = tape.member(after: value, of: tape.root)
            let field = tape.string(nameNode, in: bytes) ?? ""
            guard seen.insert(field).inserted else { throw .invalid("`\(field.prefix(64))` is there twice") }
            let isNull = tape.kind(value) == .null
            switch field {
            case "name": self.name = isNull ? nil : try Self.text(field, value, tape, bytes)
            case "role": self.role = isNull ? nil : try Self.text(field, value, tape, bytes)
            case "expires": self.expires = isNull ? nil : try Self.text(field, value, tape, bytes)
            case "models": self.models = isNull ? nil : try Self.texts(field, value, tape, bytes)
            default: throw .invalid("`\(field.prefix(64))` is unknown, expected name, role, models or expires")
            }
        }
    }

    private static func text(
        _ field: String, _ node: JSONTape.Node, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) throws(AdminError) -> String {
        guard let text = tape.string(node, in: bytes) else { throw .invalid("`\(field)` is no string") }
        return text
    }

    private static func texts(
        _ field: String, _ list: JSONTape.Node, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) throws(AdminError) -> [String] {
        guard tape.kind(list) == .array else { throw .invalid("`\(field)` is not a list of aliases") }
        var texts: [String] = []
        var next = tape.firstElement(of: list)
        while let element = next {
            texts.append(try Self.text(field, element, tape, bytes))
            next = tape.element(after: element, of: list)
        }
        return texts
    }
}
