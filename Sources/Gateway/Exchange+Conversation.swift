import Framing
import Identity
import Kernel
import NIOCore
import Surrogates
import Transport

// Exchanges that belong together, as far as surrogates are concerned.

extension Exchange {
    /// The conversation that a request names, where surrogates are kept for conversations: one of its key, whatever others
    /// call theirs.
    func conversation(
        of inbound: InboundRequest, _ key: VirtualKey
    ) -> (name: ConversationMaps.Name, limits: ConversationMaps.Limits)? {
        guard let limits = self.snapshot.configuration.conversations else { return nil }
        let whole = inbound.bytes
        let bytes = whole.readableBytesUInt8Span
        for line in inbound.head.fields.lines where line.known == .other {
            guard Self.isConversation(bytes.extracting(line.name)), (1...200).contains(line.value.count) else {
                continue
            }
            var name: [UInt8] = []
            for index in line.value { name.append(bytes[index]) }
            return (ConversationMaps.Name(owner: key.id.description, name: name), limits)
        }
        return nil
    }

    private static func isConversation(_ name: Span<UInt8>) -> Bool {
        let wanted: StaticString = "gatehouse-conversation"
        guard name.count == wanted.utf8CodeUnitCount else { return false }
        for offset in 0..<name.count {
            // SAFE: `offset` is below the static string's own count.
            guard unsafe name[offset] | 0x20 == wanted.utf8Start[offset] | 0x20 else { return false }
        }
        return true
    }

    /// What stands for values of the request at the provider. Most exchanges have none, and carry no map about.
    var surrogates: SurrogateMap { self.ownSurrogates ?? .empty }

    var hasSurrogates: Bool { self.ownSurrogates.map { !$0.isEmpty } ?? false }

    /// Does something to the surrogates, in place.
    func withSurrogates<Value>(_ body: (inout SurrogateMap) -> Value) -> Value {
        var surrogates = self.ownSurrogates.take() ?? .empty
        defer { self.ownSurrogates = surrogates }
        return body(&surrogates)
    }

    /// The surrogates of the conversation so far; none where the exchange is one of its own.
    func recalledSurrogates() -> SurrogateMap {
        guard let conversation else { return .empty }
        let now = self.lane.gateway.clock.now()
        return self.lane.gateway.surrogates(of: conversation.name, at: now, conversation.limits) ?? .empty
    }

    /// Keeps the surrogates for the next exchange of the conversation.
    func keepSurrogates() {
        guard let conversation else { return }
        self.lane.gateway.keep(
            self.surrogates, of: conversation.name, at: self.lane.gateway.clock.now(), conversation.limits)
    }
}
