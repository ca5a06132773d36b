package import Kernel
package import Transparency

extension SignedCheckpoint {
    /// The checkpoint as one JSON object: `{"time","origin","size","root","note"}`, where `note` is what verifies.
    package func json(at time: Timestamp) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("time", "\(time)")
        json.member("origin", self.checkpoint.origin)
        json.member("size", Int64(self.checkpoint.size))
        json.member("root", self.checkpoint.root.base64)
        json.member("note", self.encoded)
        json.endObject()
        return json.bytes
    }
}
