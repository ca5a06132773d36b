import Codecs

/// Gives calls ids where the wire has none, and finds the call that a result answers: by id, else by name, oldest first.
struct GeminiCalls {
    private var open: [(id: String, wireID: String?, name: String)] = []
    private var count = 0

    mutating func begin(_ name: String, id: String?, signature: String?) -> String {
        let wireID = id?.isEmpty == true ? nil : id
        let own = SignedCallID.joined(wireID ?? "call_\(self.count)", signature)
        self.count += 1
        self.open.append((own, wireID, name))
        return own
    }

    mutating func end(_ name: String, id: String?) -> String {
        let wireID = id?.isEmpty == true ? nil : id
        let index =
            self.open.firstIndex { wireID != nil && ($0.wireID == wireID || $0.id == wireID) }
            ?? self.open.firstIndex { $0.name == name && (wireID == nil || $0.wireID == nil) }
        guard let index else {
            self.count += 1
            return wireID ?? "call_\(self.count - 1)"
        }
        return self.open.remove(at: index).id
    }
}
