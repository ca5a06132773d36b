import Anchors
import Transparency

/// What was signed last, in a file apart from the database.
struct SignedStateFile: SignedState {
    let place: String

    init(path: String) { self.place = path }

    func load() throws -> [UInt8]? { try DurableFile.contents(of: self.place, limit: Note.sizeLimit) }
    func store(_ note: [UInt8]) throws { try DurableFile.replace(self.place, note) }
}
