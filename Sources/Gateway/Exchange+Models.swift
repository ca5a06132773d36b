import Codecs
import Identity
import Kernel
import NIOCore
import Providers
import Transport

// Exchanges that reach no model.

extension Exchange {
    /// Ends an exchange that is not acceptable from the start.
    func refuse(_ refusal: Refusal) async { await self.record(.refused(refusal)) }

    /// Lists the models that the key may use, or shows one of them, in the caller's shape.
    func listModels(_ inbound: InboundRequest, _ alias: String?) async {
        let ending: Ending
        do throws(Refusal) {
            let key = try self.identify(inbound)
            try self.admitEvent()
            let models = self.snapshot.configuration.models
            let body: [UInt8]
            if let alias {
                guard models[alias] != nil, key.mayUse(model: alias) else { throw .unknownModel(alias) }
                body = Self.entry(alias).body(in: self.shape)
            } else {
                let aliases = models.aliases.filter { key.mayUse(model: $0) }
                body = ModelListing(aliases.map(Self.entry)).body(in: self.shape)
            }
            ending = .whole(ByteBuffer(bytes: body), "application/json")
        } catch {
            ending = .refused(error)
        }
        await self.record(ending)
    }

    /// Shows the proof that a leaf about this key is in the log.
    func showReceipt(_ inbound: InboundRequest, _ index: Int64) async {
        let ending: Ending
        do throws(Refusal) {
            let key = try self.identify(inbound)
            try self.admitEvent()
            guard let receipts = self.lane.gateway.receipts else { throw .unknownReceipt(index) }
            guard let proof = try await self.proof(receipts, index, key) else { throw .unknownReceipt(index) }
            ending = .whole(ByteBuffer(bytes: proof), "text/plain; charset=utf-8")
        } catch {
            ending = .refused(error)
        }
        await self.record(ending)
    }

    private func proof(_ receipts: Receipts, _ index: Int64, _ key: VirtualKey) async throws(Refusal) -> [UInt8]? {
        do throws(StoreError) { return try await receipts.proof(index, key.principal) } catch { throw .logUnreadable }
    }

    private static func entry(_ alias: String) -> ModelListing.Entry {
        ModelListing.Entry(alias, created: Timestamp(microseconds: 0))
    }
}
