/// What leaves call the key of a payload: `<pseudonym>/<month>/<retention>`, with `~2` behind a name of which an earlier key
/// was destroyed.
package struct PayloadKeyName: Hashable, Sendable {
    /// One of the two keys that it is made of.
    package struct Part: Hashable, Sendable {
        package let name: String
        /// From 1; the first is not written.
        package let generation: Int64

        package init(_ name: String, generation: Int64) {
            self.name = name
            self.generation = generation
        }

        fileprivate init?(_ text: Substring) {
            let parts = text.split(separator: "~", omittingEmptySubsequences: false)
            guard parts.count <= 2, let name = parts.first else { return nil }
            guard parts.count == 2 else {
                self.init(String(name), generation: 1)
                return
            }
            guard let generation = Int64(parts[1]) else { return nil }
            self.init(String(name), generation: generation)
        }

        package var text: String { self.generation == 1 ? self.name : "\(self.name)~\(self.generation)" }
    }

    package let subject: Part
    package let month: Part
    package let retention: String

    /// nil where it is no such name.
    package init?(_ id: String) {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let subject = Part(parts[0]), let month = Part(parts[1]) else { return nil }
        self.subject = subject
        self.month = month
        self.retention = String(parts[2])
    }
}
