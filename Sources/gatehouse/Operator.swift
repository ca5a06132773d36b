import Audit
import Console
import Foundation
import Kernel
import Server
import Settings

/// Whoever sits at the command line, with the database of a configuration open before them.
///
/// A gateway that runs on the same database sees what is done here within half a second.
struct Operator {
    let settings: Settings
    let stores: Stores
    private let clock: any WallClock

    init(_ option: ConfigurationOption) throws {
        self.settings = try option.settings()
        self.stores = try Stores(self.settings, file: option.file)
        self.clock = Terminal.current.clock
    }

    var now: Timestamp { self.clock.now() }

    /// By number: a name could be one of a person.
    var principal: Principal { Principal(kind: .operator, id: "uid-\(getuid())") }

    /// The context of one call to a store.
    func context() -> OperationContext {
        var random = SystemRandomNumberGenerator()
        return OperationContext(
            id: Identifier(at: self.now, using: &random), principal: self.principal,
            deadline: .now + .seconds(10))
    }

    /// What is forgotten and what is held, by whoever sits here.
    var custody: Custody {
        self.stores.custody { act, _ in try self.remember(act) }
    }

    /// Puts into the event log that whoever sits here looks at a list of events, before they see it.
    func look(at events: [StoredEvent], _ why: String) async throws {
        let act = try await self.stores.events.look(
            at: events, by: self.principal, why, at: self.now, self.context())
        if let act { try self.remember(act) }
    }

    /// Puts what was done into the event log; it is durable when this returns.
    func remember(_ act: AdministrativeEvent.Act) throws(StoreError) {
        let now = self.now
        var random = SystemRandomNumberGenerator()
        try self.stores.events.append([
            .administrative(
                AdministrativeEvent(id: Identifier(at: now, using: &random), time: now, actor: self.principal, act: act)
            )
        ])
    }
}
