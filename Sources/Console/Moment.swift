import ArgumentParser
package import Kernel

/// A time as people write it on a command line: a point (`2027-01-01`, `2026-11-21T08:00:00Z`) or a distance (`90d`).
package enum Moment: Equatable, ExpressibleByArgument {
    case at(Timestamp)
    case distance(Duration)

    package static let examples = "a time such as 2027-01-01 or 2027-01-01T08:00:00Z, or a distance such as 90d or 12h"

    package init?(argument: String) {
        if let time = Timestamp(argument) {
            self = .at(time)
            return
        }
        let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let unit = argument.last, let scale = seconds[unit], argument.count <= 7,
            let count = Int64(argument.dropLast()), count > 0
        else { return nil }
        self = .distance(.seconds(count * scale))
    }

    /// The point, where a distance leads into the future.
    package func ahead(of now: Timestamp) -> Timestamp {
        switch self {
        case .at(let time): time
        case .distance(let duration): now.advanced(by: duration)
        }
    }

    /// The point, where a distance leads into the past.
    package func before(_ now: Timestamp) -> Timestamp {
        switch self {
        case .at(let time): time
        case .distance(let duration): now.advanced(by: .zero - duration)
        }
    }
}
