package import Audit
package import Kernel

/// The written form of holds and of orders to erase.
package enum CustodyDescription {
    package static func write(_ order: ErasureOrder, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", order.id.description)
        json.member("of", order.resource)
        json.member("state", order.state.rawValue)
        json.member("reason", order.reason)
        json.member("ordered_by", "\(order.orderedBy.kind.rawValue) \(order.orderedBy.id)")
        json.member("ordered", order.orderedAt.description)
        json.endObject()
    }

    package static func write(_ hold: LegalHold, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", hold.id.description)
        json.member("matter", hold.matter)
        json.member("subject", ifPresent: hold.subject)
        json.member("placed_by", "\(hold.placedBy.kind.rawValue) \(hold.placedBy.id)")
        json.member("placed", hold.placedAt.description)
        json.member(
            "release_requested_by", ifPresent: hold.releaseRequestedBy.map { "\($0.kind.rawValue) \($0.id)" })
        json.member("released_by", ifPresent: hold.releasedBy.map { "\($0.kind.rawValue) \($0.id)" })
        json.member("released", ifPresent: hold.releasedAt?.description)
        json.endObject()
    }
}

extension Stores {
    /// The pseudonyms of whoever has this id, of the kinds of principals that the log has seen with it; a pseudonym stands
    /// for itself.
    package func pseudonyms(of id: String) -> [String] {
        if id.hasPrefix("p:") || id.hasPrefix("s:") { return [id] }
        return Principal.Kind.allCases.map { self.events.pseudonym(of: Principal(kind: $0, id: id)) }
            .filter { (try? self.events.principal(of: $0)) != nil }
    }
}
