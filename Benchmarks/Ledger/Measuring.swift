import Foundation
import Kernel

#if canImport(Glibc)
    import Glibc
#endif

/// What something took: time on the clock, and time of all processors that this process has used.
struct Taken {
    let seconds: Double
    let processor: Double

    init(_ body: () throws -> Void) rethrows {
        let (start, used) = (ContinuousClock.now, Self.used)
        try body()
        self.seconds = Double((ContinuousClock.now - start).microseconds) / 1_000_000
        self.processor = Self.used - used
    }

    private static var used: Double {
        var usage = rusage()
        // SAFE: the call fills the variable, which lives longer than it.
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
    }
}

/// Two things done in turns, in rounds so short that a slow phase of the processor meets both, and of each round one
/// figure: how they compare.
struct Pairs {
    /// How many things a round does.
    let count: Int
    private var ours: [Taken] = []
    private var others: [Taken] = []

    init(of count: Int) { self.count = count }

    /// One round. Which of them goes first changes from round to round.
    mutating func measure(_ ours: () throws -> Void, beside others: () throws -> Void) rethrows {
        if self.ours.count.isMultiple(of: 2) {
            self.ours.append(try Taken(ours))
            self.others.append(try Taken(others))
        } else {
            self.others.append(try Taken(others))
            self.ours.append(try Taken(ours))
        }
    }

    var rounds: Int { self.ours.count }
    var rates: (ours: Double, others: Double) { (self.rate(self.ours), self.rate(self.others)) }
    private func rate(_ taken: [Taken]) -> Double { median(taken.map { Double(self.count) / $0.seconds }) }

    /// Microseconds of processor time of one: the median, and the least of all rounds.
    var costs: (ours: Cost, others: Cost) { (self.cost(self.ours), self.cost(self.others)) }
    private func cost(_ taken: [Taken]) -> Cost {
        let each = taken.map { $0.processor / Double(self.count) * 1_000_000 }
        return Cost(median: median(each), least: each.min() ?? 0)
    }

    /// How much of the others' rate is ours, of each pair.
    var rateRatios: Quartiles { Quartiles(zip(self.ours, self.others).map { $1.seconds / $0.seconds }) }

    struct Cost: CustomStringConvertible {
        let median: Double
        let least: Double
        var description: String { String(format: "%.1f µs, least %.1f", self.median, self.least) }
    }

    struct Quartiles: CustomStringConvertible {
        private let values: [Double]
        init(_ values: [Double]) { self.values = values.sorted() }
        var median: Double { self.values[self.values.count / 2] }
        /// As percentages: the median, and between what the half around it lies.
        var description: String {
            let (low, high) = (self.values[self.values.count / 4], self.values[self.values.count * 3 / 4])
            return String(format: "%.0f %% (%.0f to %.0f)", 100 * self.median, 100 * low, 100 * high)
        }
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func line(_ name: String, _ value: String, _ note: String = "") {
    print(
        name.padding(toLength: 52, withPad: " ", startingAt: 0),
        value.padding(toLength: 22, withPad: " ", startingAt: 0), note)
}

func number(_ value: Double) -> String { String(Int(value.rounded())) }

/// Megabytes of memory that the process has.
func resident() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    return kilobytes / 1024
}
