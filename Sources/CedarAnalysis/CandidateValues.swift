import Cedar

/// The values of one type that stand for all others where there are only these constants and patterns to compare with.
struct CandidateValues {
    let type: ValueType
    let literals: Set<Value>
    let patterns: [LikePattern]
    /// How many values that are no constants must be told apart.
    let others: Int

    /// nil where patterns are too intricate.
    var values: [Value]? {
        switch self.type {
        case .boolean: [.boolean(false), .boolean(true)]
        case .long:
            self.ordered {
                if case .long(let value) = $0 { value } else { nil }
            } make: {
                .long($0)
            }
        case .string: self.texts
        case .extension(.decimal):
            self.ordered {
                if case .decimal(let value) = $0 { value.tenThousandths } else { nil }
            } make: {
                .decimal(DecimalValue(tenThousandths: $0))
            }
        case .extension(.datetime):
            self.ordered {
                if case .datetime(let value) = $0 { value.milliseconds } else { nil }
            } make: {
                .datetime(DatetimeValue(milliseconds: $0))
            }
        case .extension(.duration):
            self.ordered {
                if case .duration(let value) = $0 { value.milliseconds } else { nil }
            } make: {
                .duration(DurationValue(milliseconds: $0))
            }
        case .extension(.ipaddr): self.addresses
        case .set, .record, .entity: []
        }
    }

    /// Each constant, and in each gap as many numbers as may have to stand there side by side.
    private func ordered(_ number: (Value) -> Int64?, make: (Int64) -> Value) -> [Value] {
        let constants = self.literals.compactMap(number).sorted()
        guard let first = constants.first, let last = constants.last else {
            return (0..<Int64(self.others)).map(make)
        }
        var numbers = Set(constants)
        for step in 1...Int64(self.others) {
            let (below, isTooLow) = first.subtractingReportingOverflow(step)
            if !isTooLow { numbers.insert(below) }
            let (above, isTooHigh) = last.addingReportingOverflow(step)
            if !isTooHigh { numbers.insert(above) }
            for (low, high) in zip(constants, constants.dropFirst()) {
                let (next, overflows) = low.addingReportingOverflow(step)
                if !overflows, next < high { numbers.insert(next) }
            }
        }
        return numbers.sorted().map(make)
    }

    /// What is no constant first.
    private var texts: [Value]? {
        var constants: Set<Text> = []
        for case .string(let text) in self.literals { constants.insert(text) }
        var texts: [Text] = []
        if !self.patterns.isEmpty {
            let count = self.others + constants.count
            guard let witnesses = PatternWitnesses(self.patterns).texts(count) else { return nil }
            texts = witnesses.filter { !constants.contains($0) }
        }
        var number = 1
        while self.patterns.isEmpty, texts.count < self.others {
            let text = Text(number == 1 ? "other" : "other\(number)")
            if !constants.contains(text) { texts.append(text) }
            number += 1
        }
        return (texts + constants.sorted()).map(Value.string)
    }

    /// For each range: itself, its ends and their neighbours. Whatever ranges an address lies in, one of these lies in
    /// the same.
    private var addresses: [Value] {
        var ranges: Set<AddressValue> = []
        for case .address(let address) in self.literals { ranges.insert(address) }
        for (bits, prefix) in [(UInt128(0x7F00_0000), UInt8(8)), (0xE000_0000, 4), (0x0A00_0000, 32), (0, 0)] {
            ranges.insert(AddressValue(isIPv6: false, bits: bits, prefix: prefix))
        }
        for (bits, prefix) in [
            (UInt128(1), UInt8(128)), (UInt128(0xFF) << 120, 8), (UInt128(0x2001) << 112, 128), (0, 0),
        ] {
            ranges.insert(AddressValue(isIPv6: true, bits: bits, prefix: prefix))
        }
        var addresses = ranges
        for range in ranges {
            let width: UInt8 = range.isIPv6 ? 128 : 32
            let all = range.isIPv6 ? UInt128.max : 0xFFFF_FFFF
            let free = width - range.prefix
            let host: UInt128 = free >= 128 ? UInt128.max : (UInt128(1) << UInt128(free)) - 1
            let start = range.bits & ~host & all
            let end = start | host
            var ends = [start, end]
            if start > 0 { ends.append(start - 1) }
            if end < all { ends.append(end + 1) }
            for bits in ends { addresses.insert(AddressValue(isIPv6: range.isIPv6, bits: bits, prefix: width)) }
        }
        // An everyday address first, ranges last.
        func rank(_ address: AddressValue) -> Int {
            if address == AddressValue(isIPv6: false, bits: 0x0A00_0000, prefix: 32) { return 0 }
            return address.prefix == (address.isIPv6 ? 128 : 32) ? 1 : 2
        }
        let sorted = addresses.sorted {
            (rank($0), $0.isIPv6 ? 1 : 0, $0.bits, $0.prefix) < (rank($1), $1.isIPv6 ? 1 : 0, $1.bits, $1.prefix)
        }
        return sorted.map(Value.address)
    }
}
