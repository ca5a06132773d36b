import Identity
import Kernel
import NIOCore
import Providers
import Transport

// Exchanges that reach no model.

extension Exchange {
    /// Ends an exchange that is not acceptable from the start.
    func refuse(_ refusal: Refusal) async { await self.record(.refused(refusal)) }

    /// Lists the models that the key may use, or shows one of them.
    func listModels(_ inbound: InboundRequest, _ alias: String?) async {
        let ending: Ending
        do throws(Refusal) {
            let key = try self.identify(inbound)
            try self.admitEvent()
            let models = self.snapshot.configuration.models
            var json = JSONWriter()
            if let alias {
                guard models[alias] != nil, key.mayUse(model: alias) else { throw .unknownModel(alias) }
                self.write(alias, to: &json)
            } else {
                json.beginObject()
                json.member("object", "list")
                json.name("data")
                json.beginArray()
                for alias in models.aliases where key.mayUse(model: alias) { self.write(alias, to: &json) }
                json.endArray()
                json.endObject()
            }
            ending = .whole(ByteBuffer(bytes: json.bytes))
        } catch {
            ending = .refused(error)
        }
        await self.record(ending)
    }

    private func write(_ alias: String, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", alias)
        json.member("object", "model")
        json.member("created", 0)
        json.member("owned_by", self.snapshot.configuration.models[alias]?.provider.name ?? "gatehouse")
        json.endObject()
    }
}
