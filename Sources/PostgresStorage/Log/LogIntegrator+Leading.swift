import Audit
import Kernel

extension LogIntegrator {
    /// A batch that is to be placed: one of our own, or one that was staged.
    private struct Part {
        let id: [UInt8]
        let replica: Int64
        let entries: [LogEntry]
        let isStaged: Bool
        var isInDoubt = false
    }

    /// How many staged batches are taken at once.
    private static let stagedLimit: Int64 = 64
    /// How many entries of our own go into one transaction.
    private static let ownLimit = 4096

    /// Places what there is to be placed.
    func lead(_ connection: PostgresConnection) throws(StoreError) {
        var isMore = true
        while isMore {
            var parts: [Part] = []
            isMore = false
            if connection.isNotified || ContinuousClock.now >= self.nextLook || self.batches.contains(where: \.isKnown)
            {
                connection.isNotified = false
                parts = try self.staged(connection)
                isMore = parts.count >= Int(Self.stagedLimit)
                self.nextLook = .now + .seconds(1)
            }
            let known = Set(parts.map(\.id))
            var count = 0
            // What may be staged and has not been read yet comes later.
            for batch in self.batches where !known.contains(batch.id) && (batch.state == .new || !isMore) {
                if count > 0, count + batch.entries.count > Self.ownLimit {
                    isMore = true
                    break
                }
                count += batch.entries.count
                parts.append(
                    Part(
                        id: batch.id, replica: self.replica, entries: batch.entries, isStaged: false,
                        isInDoubt: batch.isKnown))
            }
            if !parts.isEmpty { try self.place(parts, connection) }
        }
    }

    private func staged(_ connection: PostgresConnection) throws(StoreError) -> [Part] {
        let rows = try connection.run(
            """
            SELECT id, replica, entries FROM staged WHERE refusal IS NULL ORDER BY place LIMIT \(Self.stagedLimit)
            """, until: .now + Self.patience)
        var parts: [Part] = []
        for index in 0..<rows.count {
            let row = rows[index]
            let id = try row.bytes(0)
            if let entries = StagedEntries.entries(of: try row.bytes(2)) {
                parts.append(Part(id: id, replica: try row.integer(1), entries: entries, isStaged: true))
            } else {
                try self.refuse(id, .constraint, connection)
            }
        }
        return parts
    }

    /// Places all of them together, or, where one of them cannot be, each on its own.
    private func place(_ parts: [Part], _ connection: PostgresConnection) throws(StoreError) {
        let before = self.places
        let error: StoreError
        do throws(StoreError) {
            let placed = try self.insert(parts, connection)
            self.remember(self.places.edge)
            for (id, indices) in placed { self.complete(id, .success(indices)) }
            return
        } catch let failure {
            self.places = before
            error = failure
        }
        guard !connection.isBroken, connection.lastFailure?.isPassing != true else { throw error }
        guard error.code == .conflict || error.code == .constraint else {
            // It was not done, and may not be done soon: whoever waits is told.
            for part in parts where !part.isStaged { self.complete(part.id, .failure(error)) }
            throw error
        }
        guard parts.count == 1 else {
            for part in parts { try self.place([part], connection) }
            return
        }
        if parts[0].isStaged { try self.refuse(parts[0].id, error.code, connection) }
        self.complete(parts[0].id, .failure(error))
    }

    /// Leaves word for whoever staged it.
    private func refuse(
        _ id: [UInt8], _ code: StoreError.Code, _ connection: PostgresConnection
    ) throws(StoreError) {
        try connection.run(
            """
            WITH refused AS (UPDATE staged SET refusal = \(code.description) WHERE id = \(id))
            SELECT pg_notify('gatehouse_integrated', '')::text
            """, until: .now + Self.patience)
    }

    /// One transaction: places, leaves, payloads, tiles, and how far the log is.
    private func insert(
        _ parts: [Part], _ connection: PostgresConnection
    ) throws(StoreError) -> [(id: [UInt8], indices: [Int64])] {
        let deadline = ContinuousClock.now + Self.patience
        return try connection.transaction(until: deadline) { connection throws(StoreError) in
            // Whoever wrote before us is done when this has come back, also where its connection was lost.
            let state = try connection.run("SELECT size FROM log_state FOR UPDATE", until: deadline)
            guard let size = try state.first?.integer(0) else { throw StoreError.unreadable("log_state", "size") }
            try self.places.follow(size, connection, deadline)
            var (parts, placed) = try self.settled(parts, connection, deadline)
            try self.takeStaged(&parts, connection, deadline)
            let entries = parts.flatMap(\.entries)
            try self.places.prepare(for: entries, connection, deadline)
            var rows = LogRows()
            for part in parts {
                var indices: [Int64] = []
                indices.reserveCapacity(part.entries.count)
                for var entry in part.entries {
                    let (index, bytes, tiles) = try self.places.place(&entry.leaf)
                    rows.append(entry.leaf, bytes, at: index, of: part.replica)
                    for payload in entry.payloads { rows.append(payload, of: index) }
                    for tile in tiles { rows.append(tile) }
                    indices.append(index)
                }
                placed.append((part.id, indices))
            }
            try rows.insert(connection, until: deadline)
            let others = parts.contains(where: \.isStaged) ? "gatehouse_integrated" : nil as String?
            // Nobody is told where nobody waits: a notification costs every process a look.
            try connection.run(
                """
                WITH state AS (UPDATE log_state SET size = \(self.places.size), settled = \(self.places.settled))
                SELECT pg_notify(channel, '')::text FROM unnest(\([others])) AS channel WHERE channel IS NOT NULL
                """, until: deadline)
            return placed
        }
    }

    /// Of those that were lost sight of, the ones that are in the log already.
    private func settled(
        _ parts: [Part], _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> (rest: [Part], placed: [(id: [UInt8], indices: [Int64])]) {
        var rest: [Part] = []
        var placed: [(id: [UInt8], indices: [Int64])] = []
        for part in parts {
            if part.isInDoubt, let indices = try Self.indices(of: part.entries, connection, deadline) {
                placed.append((part.id, indices))
            } else {
                rest.append(part)
            }
        }
        return (rest, placed)
    }

    /// Where these very entries are; nil where they are not.
    static func indices(
        of entries: [LogEntry], _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> [Int64]? {
        guard let first = entries.first?.leaf else { return [] }
        // They stand one behind the other, so where the first is says where all must be.
        let rows = try connection.run(
            """
            SELECT leaf.idx, leaf.data FROM leaf, leaf AS first
            WHERE first.id = \(first.id) AND first.type = \(first.kind.rawValue)
                AND leaf.idx >= first.idx AND leaf.idx < first.idx + \(entries.count) ORDER BY leaf.idx
            """, until: deadline)
        guard rows.count == entries.count else { return nil }
        var indices: [Int64] = []
        for (place, entry) in entries.enumerated() {
            let bytes = try rows[place].bytes(1)
            guard let kept = try? Leaf(bytes), kept.withoutPlace == entry.leaf.withoutPlace else { return nil }
            indices.append(try rows[place].integer(0))
        }
        return indices
    }

    /// Takes staged parts out of their table; those that were withdrawn meanwhile are left out.
    private func takeStaged(
        _ parts: inout [Part], _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        let ids = parts.filter(\.isStaged).map(\.id)
        guard !ids.isEmpty else { return }
        let taken = try connection.run(
            "DELETE FROM staged WHERE id = ANY(\(ids)) AND refusal IS NULL RETURNING id", until: deadline
        ).map { row throws(StoreError) in try row.bytes(0) }
        let isTaken = Set(taken)
        parts.removeAll { $0.isStaged && !isTaken.contains($0.id) }
    }
}

extension LogIntegrator.Batch {
    /// Whether it may be in the table of what is staged.
    var isKnown: Bool { self.state != .new }
}
