import Providers
import Testing

@testable import Gateway

@Suite("The model that was looked up last")
struct LatestModelTests {
    @Test("What is remembered is what the configuration in force says, whatever was asked for before")
    func agrees() {
        let first = Gateway.Snapshot(configuration: House.configuration(), keys: House.ring())
        let second = Gateway.Snapshot(configuration: House.configuration(), keys: House.ring())
        let aliases = first.configuration.models.aliases
        #expect(aliases.count > 1)
        var latest = LatestModel()
        for snapshot in [first, first, second, first, second, second] {
            for alias in aliases + ["nobody"] + aliases.reversed() {
                for _ in 0..<2 {
                    #expect(latest.model(alias, snapshot) === snapshot.configuration.models[alias], "\(alias)")
                    #expect(latest.terms(alias, snapshot) === snapshot.configuration.terms[alias], "\(alias)")
                }
            }
            #expect(latest.model("nobody", snapshot) == nil)
        }
    }
}
