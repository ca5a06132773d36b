package import Framing
package import Kernel
package import Transparency

extension SyslogMessage {
    /// A checkpoint as a message: the note as it is, in base 64, and what it says, for people.
    package init(_ signed: SignedCheckpoint, at time: Timestamp, host: String) {
        let tree = signed.checkpoint
        self.init(
            severity: .notice, time: time.description, host: host, kind: "CHECKPOINT",
            data: [
                // 32473 is the number for examples (RFC 5612): we have none of our own.
                Element(
                    "checkpoint@32473",
                    [
                        "origin": tree.origin, "size": "\(tree.size)", "root": tree.root.base64,
                        "note": Base64.encode(signed.encoded.utf8),
                    ])
            ], words: "the log \(tree.origin) has \(tree.size) leaves")
    }
}
