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

    /// Puts a bundle in force. Whether its files still make a bundle is for the caller to know.
    /// - Throws: `.notFound` where there is no such bundle, `.constraint` where too few have approved it, `.conflict`
    ///   where it is in force already.
    func activate(
        _ hash: String, approvals: Int, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> Activation

    /// Puts the bundle in force again that was in force before the one that is.
    /// - Throws: `.notFound` where none was.
    func rollBack(at time: Timestamp, _ context: OperationContext) async throws(StoreError) -> Activation

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
