package import Kernel

/// Asks again what was asked before, and counts what a bundle would decide differently.
///
/// A state machine: whoever reads the events hands in one recorded decision after the other.
package struct Backtest: Sendable {
    /// How a decision would change for the caller.
    package enum Change: String, Sendable, CaseIterable {
        case newlyForbidden = "newly_forbidden"
        case newlyPermitted = "newly_permitted"
        /// Refused then and now, with another remedy or with none.
        case otherRemedy = "other_remedy"
    }

    /// One decision that would change.
    package struct Example: Sendable {
        /// The id of the exchange.
        package let exchange: String
        package let question: Question
        package let before: Decision
        package let after: Decision
    }

    /// Kept of each kind of change at most.
    package static let examplesKept = 5

    private let point: CedarDecisionPoint
    /// Recorded decisions so far.
    package private(set) var total = 0
    /// Of those, how many would change, by how.
    package private(set) var changes: [Change: Int] = [:]
    package private(set) var examples: [Change: [Example]] = [:]
    /// By the policy that would decide now (or the default, under an empty name), how many would change.
    package private(set) var byPolicy: [String: Int] = [:]
    /// Recorded questions that cannot be read.
    package private(set) var unreadable = 0
    /// Of `total`, those whose question was not recorded, because nothing was found and nothing stood against it.
    package private(set) var rebuilt = 0
    /// Permits that cannot be asked again, because there is no model of that name any more.
    package private(set) var withoutModel = 0

    package init(_ point: CedarDecisionPoint) { self.point = point }

    package var changed: Int { self.changes.values.reduce(0, +) }

    /// Puts a recorded question to the bundle.
    package mutating func add(exchange: String, question: [UInt8], decision: [UInt8]) {
        do throws(PolicyFormatError) {
            self.add(exchange: exchange, try Question(json: question), try Decision(json: decision))
        } catch {
            self.addUnreadable()
        }
    }

    /// Counts a recorded decision that cannot be read.
    package mutating func addUnreadable() {
        self.total += 1
        self.unreadable += 1
    }

    /// Puts to the bundle what was permitted without being recorded; `model` is nil where there is none of that name any
    /// more.
    package mutating func addPlainPermit(
        exchange: String, _ action: Action, by principal: Principal, of model: ModelFacts?, at time: Timestamp
    ) {
        guard let model else {
            self.withoutModel += 1
            return
        }
        self.rebuilt += 1
        let question = Question(principal: Subject(principal), action: action, resource: .model(model), time: time)
        self.add(exchange: exchange, question, Decision(effect: .permit, determining: []))
    }

    /// Puts a question to the bundle. What somebody outside answered is not compared: no bundle changes that.
    package mutating func add(exchange: String, _ question: Question, _ before: Decision) {
        guard !before.isOutside else { return }
        self.total += 1
        let after = self.point.decide(question)
        guard !after.isSame(as: before) else { return }
        let change: Change =
            switch (before.isPermitted, after.isPermitted) {
            case (true, _): .newlyForbidden
            case (false, true): .newlyPermitted
            case (false, false): .otherRemedy
            }
        self.changes[change, default: 0] += 1
        for policy in after.determining.isEmpty ? [""] : after.determining { self.byPolicy[policy, default: 0] += 1 }
        if self.examples[change, default: []].count < Self.examplesKept {
            self.examples[change, default: []].append(
                Example(exchange: exchange, question: question, before: before, after: after))
        }
    }
}
