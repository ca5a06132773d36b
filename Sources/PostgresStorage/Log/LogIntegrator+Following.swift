import Audit
import Kernel

extension LogIntegrator {
    /// Stages what is new, and hears what has become of the rest.
    func follow(_ connection: PostgresConnection) throws(StoreError) {
        connection.isNotified = false
        try self.hear(connection)
        try self.stage(connection)
    }

    private func stage(_ connection: PostgresConnection) throws(StoreError) {
        var (ids, entries): ([[UInt8]], [[UInt8]]) = ([], [])
        for batch in self.batches where batch.state == .new {
            do throws(StoreError) {
                entries.append(try StagedEntries.bytes(of: batch.entries))
                ids.append(batch.id)
            } catch {
                self.complete(batch.id, .failure(error))
            }
        }
        guard !ids.isEmpty else { return }
        for index in self.batches.indices where self.batches[index].state == .new {
            self.batches[index].state = .staged
        }
        // Where the same was staged before the connection was lost, it is there already.
        try connection.run(
            """
            WITH handed_in AS (
                INSERT INTO staged (id, replica, entries)
                SELECT id, \(self.replica), entries FROM unnest(\(ids), \(entries)) AS handed_in (id, entries)
                ON CONFLICT (id) DO NOTHING)
            SELECT pg_notify('gatehouse_staged', '')::text
            """, until: .now + Self.patience)
    }

    /// Looks what has become of batches that were staged.
    private func hear(_ connection: PostgresConnection) throws(StoreError) {
        let known = self.batches.filter(\.isKnown)
        guard !known.isEmpty else { return }
        let deadline = ContinuousClock.now + Self.patience
        let rows = try connection.run(
            "SELECT id, refusal FROM staged WHERE id = ANY(\(known.map(\.id)))", until: deadline)
        var waiting: Set<[UInt8]> = []
        var refused: [[UInt8]: String] = [:]
        for index in 0..<rows.count {
            let row = rows[index]
            if let refusal = try row.textIfPresent(1) {
                refused[try row.bytes(0)] = refusal
            } else {
                waiting.insert(try row.bytes(0))
            }
        }
        for batch in known where !waiting.contains(batch.id) {
            let refusal = refused[batch.id]
            // Refused for being there already: it may be this very batch, from before the connection was lost.
            if let indices = try Self.indices(of: batch.entries, connection, deadline) {
                self.complete(batch.id, .success(indices))
            } else if let refusal {
                self.complete(batch.id, .failure(Self.error(refusal)))
            } else if let place = self.batches.firstIndex(where: { $0.id == batch.id }) {
                // It was never staged.
                self.batches[place].state = .new
            }
            if refusal != nil { self.withdrawn.append(batch.id) }
        }
    }

    private static func error(_ refusal: String) -> StoreError {
        refusal == StoreError.Code.conflict.description
            ? StoreError(.conflict, "something of the same identity is stored already")
            : StoreError(.constraint, "the values break a rule of the database")
    }
}
