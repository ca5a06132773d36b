package import Kernel

/// Where virtual keys are kept. Every call is atomic, durable when it returns, and gives up at the context's deadline.
package protocol KeyStore: Sendable {
    /// Keeps a new key.
    /// - Throws: `.conflict` where its id or digest exists, `.constraint` where name, models or times break a rule.
    func create(_ key: VirtualKey, digest: KeyDigest, _ context: OperationContext) async throws(StoreError)

    /// All keys, revoked and expired ones included, newest first.
    func keys(_ context: OperationContext) async throws(StoreError) -> [VirtualKey]

    /// Takes a key back for good and returns it. Taking it back again changes nothing: the first time stays.
    /// - Throws: `.notFound` where there is no such key.
    func revoke(
        _ id: Identifier<VirtualKey>, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> VirtualKey

    /// What the event loops read.
    func ring(_ context: OperationContext) async throws(StoreError) -> KeyRing

    /// A number that grows with every change to any key, whoever made it, in whichever process.
    ///
    /// Cheap enough to ask every second. Ask before `ring`, so that a change in between is seen the next time.
    func revision(_ context: OperationContext) async throws(StoreError) -> Int64
}
