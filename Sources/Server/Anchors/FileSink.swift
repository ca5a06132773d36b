import Anchors
import Kernel
import Transparency

/// Adds checkpoints to a file, one JSON object a line.
struct FileSink: AnchorSink {
    let name: String
    let isOutside: Bool
    private let path: String

    init(name: String, path: String, isOutside: Bool) {
        self.name = name
        self.path = path
        self.isOutside = isOutside
    }

    func take(_ checkpoint: SignedCheckpoint, at time: Timestamp) async throws {
        try DurableFile.append(self.path, checkpoint.json(at: time) + [0x0A])
    }
}
