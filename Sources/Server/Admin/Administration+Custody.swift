import Audit
import Hummingbird
import Identity
import Kernel
import NIOCore

extension Administration {
    /// `GET /api/erasures`: orders to erase, oldest first.
    func listErasures() throws -> AdminReply {
        var json = JSONWriter()
        json.beginObject()
        json.name("erasures")
        json.beginArray()
        for order in try self.stores.vault.orders() { CustodyDescription.write(order, to: &json) }
        json.endArray()
        json.endObject()
        return AdminReply(json)
    }

    /// `POST /api/erasures`: erases what is known of a person.
    func erase(_ request: Request, _ context: AdministratorContext) async throws -> AdminReply {
        let fields = try CustodyFields(try await request.body.collect(upTo: 64 * 1024))
        guard let name = fields.principal else { throw AdminError.invalid("`principal` is missing, expected an id") }
        guard let reason = fields.reason, !reason.isEmpty else {
            throw AdminError.invalid("`reason` is missing, expected why")
        }
        var json = JSONWriter()
        json.beginObject()
        json.name("erasures")
        json.beginArray()
        for pseudonym in self.stores.pseudonyms(of: name) {
            let order = try await self.custody.erase(
                .person(pseudonym: pseudonym), reason: reason, by: context.administrator.principal,
                at: self.clock.now())
            CustodyDescription.write(order, to: &json)
        }
        json.endArray()
        json.endObject()
        return AdminReply(json, status: .created)
    }

    /// `GET /api/holds`: legal holds, those that were released too.
    func listHolds() throws -> AdminReply {
        var json = JSONWriter()
        json.beginObject()
        json.name("holds")
        json.beginArray()
        for hold in try self.stores.vault.holds() { CustodyDescription.write(hold, to: &json) }
        json.endArray()
        json.endObject()
        return AdminReply(json)
    }

    /// `POST /api/holds`: places a hold.
    func placeHold(_ request: Request, _ context: AdministratorContext) async throws -> AdminReply {
        let fields = try CustodyFields(try await request.body.collect(upTo: 64 * 1024))
        guard let matter = fields.matter, !matter.isEmpty else {
            throw AdminError.invalid("`matter` is missing, expected why")
        }
        let pseudonyms = fields.principal.map { self.stores.pseudonyms(of: $0) }
        guard (pseudonyms?.count ?? 1) == 1 else {
            throw AdminError.invalid("nobody is known by that id; a pseudonym such as `p:…` is taken too")
        }
        let hold = try await self.custody.hold(
            matter, subject: pseudonyms?.first, by: context.administrator.principal, at: self.clock.now())
        var json = JSONWriter()
        CustodyDescription.write(hold, to: &json)
        return AdminReply(json, status: .created)
    }

    /// `POST /api/holds/{id}/release`: the first of two asks, the second releases.
    func releaseHold(_ context: AdministratorContext) async throws -> AdminReply {
        let text = try context.parameters.require("id")
        guard let id = Identifier<LegalHold>(text) else {
            throw AdminError.notFound("there is no hold `\(text.prefix(64))`")
        }
        let hold: LegalHold
        do {
            hold = try await self.custody.release(
                id, by: context.administrator.principal, at: self.clock.now())
        } catch let error as StoreError {
            guard error.code == .notFound else { throw error }
            throw AdminError.notFound(error.message)
        }
        var json = JSONWriter()
        CustodyDescription.write(hold, to: &json)
        return AdminReply(json)
    }

    /// `GET /api/events/{id}/payloads/{kind}`: what is sealed of an event. The look is in the log before it is had.
    func revealPayload(_ request: Request, _ context: AdministratorContext) async throws -> AdminReply {
        let text = try context.parameters.require("id")
        let name = try context.parameters.require("kind")
        guard let kind = PayloadKind(rawValue: name) else {
            let names = PayloadKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw AdminError.invalid("`\(name.prefix(64))` is no kind of payload, expected one of \(names)")
        }
        guard let why = request.uri.queryParameters["why"].map({ String($0) }), !why.isEmpty else {
            throw AdminError.invalid("`why` is missing: who looks says why, and that is in the log")
        }
        let operation = context.operation(at: self.clock.now())
        let unknown = AdminError.notFound("there is no event `\(text.prefix(64))`")
        guard let id = Event.ID(text) else { throw unknown }
        let places = try await self.stores.events.places(of: id, operation)
        guard let first = places.first else { throw unknown }
        let place = places.first { $0.payloads.contains { $0.kind == kind } } ?? first
        try await self.act(.payloadRead(of: "leaf:\(place.index)", why: why), context.administrator.principal)
        guard let content = try await self.stores.events.reveal(kind, of: place.index, operation) else {
            throw AdminError.notFound("nothing of that kind is kept of this event, or its keys were destroyed")
        }
        return AdminReply(String(decoding: content, as: UTF8.self))
    }
}

/// The members of orders about keeping and forgetting.
private struct CustodyFields {
    private(set) var principal: String?
    private(set) var reason: String?
    private(set) var matter: String?

    init(_ body: ByteBuffer) throws(AdminError) {
        let bytes = body.readableBytesUInt8Span
        guard let tape = try? JSONTape(bytes), tape.kind(tape.root) == .object else {
            throw .invalid("expected a JSON object such as {\"principal\":\"…\",\"reason\":\"…\"}")
        }
        var member = tape.firstMember(of: tape.root)
        while let (name, value) = member {
            member = tape.member(after: value, of: tape.root)
            let field = tape.string(name, in: bytes) ?? ""
            guard let text = tape.string(value, in: bytes) else { throw .invalid("`\(field.prefix(64))` is no string") }
            switch field {
            case "principal": self.principal = text
            case "reason": self.reason = text
            case "matter": self.matter = text
            default: throw .invalid("`\(field.prefix(64))` is unknown, expected principal, reason or matter")
            }
        }
    }
}
