import Cedar
import Detection
import Kernel

extension Question {
    /// What the schema calls `Context`, for one of the chain on whose behalf these others stand.
    func context(for others: ArraySlice<Subject>, arguments: RecordValue?) -> RecordValue {
        // Sorted by name, so that nothing is left to sort.
        var fields: [RecordValue.Field] = []
        fields.reserveCapacity(12)
        if let approval = self.approval {
            fields.append(
                .init(
                    Key.approval,
                    .record([
                        Key.arguments: .string(Text(approval.arguments)), Key.at: .datetime(approval.at.datetime),
                        Key.by: .entity(PolicySchema.subject(.user, approval.by)),
                    ])))
        }
        if let arguments { fields.append(.init(Key.arguments, .record(arguments))) }
        if let budget = self.budgetRemaining { fields.append(.init(Key.budgetRemaining, .long(budget.value))) }
        fields.append(.init(Key.delegations, .long(Int64(others.count))))
        fields.append(.init(Key.disclosed, .boolean(self.isDisclosed)))
        fields.append(.init(Key.findings, self.findings.isEmpty ? Findings.nothing : self.findings.value))
        fields.append(.init(Key.labels, self.labels == Labels() ? Labels.usual : self.labels.value))
        // The chain ends with whoever it began with.
        if let user = others.last, user.kind == .user {
            fields.append(.init(Key.onBehalfOf, .entity(user.entity.uid)))
        }
        if let purpose = self.purpose { fields.append(.init(Key.purpose, .string(Text(purpose)))) }
        if let run = self.run {
            fields.append(
                .init(
                    Key.run,
                    .record([
                        Key.calls: .long(run.calls), Key.cost: .long(run.cost.value), Key.steps: .long(run.steps),
                    ])))
        }
        if let source = self.source { fields.append(.init(Key.source, .address(source))) }
        fields.append(.init(Key.time, .datetime(self.time.datetime)))
        if let useCase = self.useCase { fields.append(.init(Key.useCase, .entity(useCase.entity.uid))) }
        return RecordValue(fields)
    }

    private enum Key {
        static let approval: Text = "approval"
        static let arguments: Text = "arguments"
        static let at: Text = "at"
        static let budgetRemaining: Text = "budgetRemaining"
        static let by: Text = "by"
        static let calls: Text = "calls"
        static let cost: Text = "cost"
        static let delegations: Text = "delegations"
        static let disclosed: Text = "disclosed"
        static let findings: Text = "findings"
        static let labels: Text = "labels"
        static let onBehalfOf: Text = "onBehalfOf"
        static let purpose: Text = "purpose"
        static let run: Text = "run"
        static let source: Text = "source"
        static let steps: Text = "steps"
        static let time: Text = "time"
        static let useCase: Text = "useCase"
    }
}

extension Timestamp {
    /// To the millisecond, which is what Cedar counts in.
    var datetime: DatetimeValue { DatetimeValue(milliseconds: self.microseconds / 1_000) }
}

extension Labels {
    static let usual = Labels().value

    var value: Value {
        .record([
            "confidentiality": .long(self.confidentiality.rawValue), "isTrusted": .boolean(self.isTrusted),
            "tags": .set(SetValue(self.tags.map { .string(Text($0)) })),
        ])
    }
}

extension Findings {
    static let nothing = Findings().value

    /// What the schema calls `Findings`.
    var value: Value {
        var fields = [RecordValue.Field(Self.kindsKey, .set(SetValue(self.entries.map { .string(Text($0.kind)) })))]
        var start = 0
        // Sorted by kind, so a family stands together.
        while start < self.entries.count {
            let family = self.entries[start].family
            var end = start + 1
            while end < self.entries.count, self.entries[end].family == family { end += 1 }
            if let key = Self.families[String(family)] {
                fields.append(.init(key, Self.value(self.entries[start..<end])))
            }
            start = end
        }
        return .record(RecordValue(fields))
    }

    /// One family: in all, and each kind of it that the schema knows.
    private static func value(_ entries: ArraySlice<Entry>) -> Value {
        var count: Int64 = 0
        var score: Int64 = 0
        var fields: [RecordValue.Field] = []
        fields.reserveCapacity(entries.count + 2)
        for entry in entries {
            count += Int64(entry.count)
            score = max(score, Int64(entry.score))
            guard let label = self.labels[entry.kind] else { continue }
            fields.append(.init(label, .record(self.found(Int64(entry.count), Int64(entry.score)))))
        }
        fields.append(.init(self.countKey, .long(count)))
        fields.append(.init(self.scoreKey, .long(score)))
        return .record(RecordValue(fields))
    }

    private static func found(_ count: Int64, _ score: Int64) -> RecordValue {
        RecordValue([.init(self.countKey, .long(count)), .init(self.scoreKey, .long(score))])
    }

    private static let kindsKey: Text = "kinds"
    private static let countKey: Text = "count"
    private static let scoreKey: Text = "score"
    /// The families that the schema knows, by name.
    private static let families = Dictionary(
        uniqueKeysWithValues: Finding.Family.allCases.map { ($0.rawValue, Text($0.rawValue)) })
    /// What the schema calls a kind within its family, by the kind's name.
    private static let labels = Dictionary(
        uniqueKeysWithValues: Finding.Kind.allCases.map { kind in
            (kind.rawValue, Text(String(kind.label)))
        })
}
