package import Kernel

/// Where bundles are kept once somebody has proposed them, and which one is in force.
///
/// Every call is atomic, durable when it returns, and gives up at the context's deadline. Nothing that was proposed,
/// approved or activated changes or goes away.
package protocol BundleStore: Sendable {
    /// Keeps a bundle under its hash. One that is kept already stays as it is, with whom it was proposed by.
    func propose(
        _ bundle: PolicyBundle, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> StoredBundle

    /// Notes that whoever acts agrees to a bundle. Agreeing again changes nothing.
    /// - Throws: `.notFound` where there is no such bundle, `.constraint` where whoever acts has proposed it.
    func approve(
        _ hash: String, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> StoredBundle

    /// Whether a bundle could be put in force now.
    /// - Throws: what `activate` would throw.
    func check(_ hash: String, approvals: Int, _ context: OperationContext) async throws(StoreError)

    /// Puts a bundle in force. Whether its files still make a bundle is for the caller to know.
    /// - Throws: `.notFound` where there is no such bundle, `.constraint` where too few have approved it, `.conflict`
    ///   where it is in force already.
    func activate(
        _ hash: String, approvals: Int, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> Activation

    /// The bundle that was in force before the one that is.
    /// - Throws: `.notFound` where none was.
    func previous(_ context: OperationContext) async throws(StoreError) -> String

    /// Puts the bundle in force again that was in force before the one that is.
    /// - Throws: `.conflict` where that is not this bundle, because others were faster.
    func rollBack(
        to hash: String, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> Activation

    /// All bundles, the last proposed first.
    func bundles(_ context: OperationContext) async throws(StoreError) -> [StoredBundle]

    /// The files of a bundle.
    /// - Throws: `.notFound` where there is no such bundle.
    func files(of hash: String, _ context: OperationContext) async throws(StoreError) -> [PolicyFile]

    /// What was put in force, the latest first; the first one is in force.
    func activations(_ context: OperationContext) async throws(StoreError) -> [Activation]

    /// A number that grows with every activation, whoever made it, in whichever process; 0 before the first. Cheap
    /// enough to ask every second.
    func revision(_ context: OperationContext) async throws(StoreError) -> Int64
}

// What counts is remembered first: there is never a bundle in force whose activation is not in the log. Where the process
// ends between the two, or others are faster in that moment, the log holds an activation that did not come to be.
extension BundleStore {
    /// Puts a bundle in force once `remember` has made that durable; what would be refused is not remembered.
    package func activate(
        _ hash: String, approvals: Int, at time: Timestamp, _ context: OperationContext,
        remembering remember: (_ hash: String) async throws -> Void
    ) async throws -> Activation {
        try await self.check(hash, approvals: approvals, context)
        try await remember(hash)
        return try await self.activate(hash, approvals: approvals, at: time, context)
    }

    /// Puts the bundle in force again that was before the one that is, once `remember` has made that durable.
    package func rollBack(
        at time: Timestamp, _ context: OperationContext, remembering remember: (_ hash: String) async throws -> Void
    ) async throws -> Activation {
        let hash = try await self.previous(context)
        try await remember(hash)
        return try await self.rollBack(to: hash, at: time, context)
    }
}

/// A bundle that somebody has proposed.
package struct StoredBundle: Hashable, Sendable {
    package let hash: String
    package let proposedBy: Principal
    package let proposedAt: Timestamp
    /// How many policies it has.
    package let policies: Int
    /// The earliest first.
    package let approvals: [BundleApproval]

    package init(
        hash: String, proposedBy: Principal, proposedAt: Timestamp, policies: Int, approvals: [BundleApproval] = []
    ) {
        self.hash = hash
        self.proposedBy = proposedBy
        self.proposedAt = proposedAt
        self.policies = policies
        self.approvals = approvals
    }
}

/// Somebody agreed to a bundle that somebody else has proposed.
package struct BundleApproval: Hashable, Sendable {
    package let by: Principal
    package let at: Timestamp

    package init(by: Principal, at: Timestamp) {
        self.by = by
        self.at = at
    }
}

/// A bundle was put in force.
package struct Activation: Hashable, Sendable {
    /// 1, 2, 3 and so on.
    package let sequence: Int64
    package let hash: String
    package let by: Principal
    package let at: Timestamp

    package init(sequence: Int64, hash: String, by: Principal, at: Timestamp) {
        self.sequence = sequence
        self.hash = hash
        self.by = by
        self.at = at
    }
}

extension PolicyFile {
    /// Files as one JSON array, as stores keep them.
    package static func json(_ files: [PolicyFile]) -> [UInt8] {
        var writer = JSONWriter(reserving: files.reduce(64) { $0 + $1.text.utf8.count + 64 })
        writer.beginArray()
        for file in files {
            writer.beginObject()
            writer.member("name", file.name)
            writer.member("text", file.text)
            writer.endObject()
        }
        writer.endArray()
        return writer.bytes
    }

    /// Reads what `json` wrote.
    package static func files(_ json: [UInt8]) throws(PolicyFormatError) -> [PolicyFile] {
        var files: [PolicyFile] = []
        for tree in try JSONTree(json).elements() {
            let members = try tree.object(["name", "text"])
            files.append(
                PolicyFile(name: try members.required("name").string(), text: try members.required("text").string()))
        }
        return files
    }
}
