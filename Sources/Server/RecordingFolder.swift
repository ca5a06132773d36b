import Foundation
import Kernel
import Providers

/// Recordings as files of a folder: `NAME.json` for an answer, `NAME.sse` for a stream, with what was sent in it.
struct RecordingFolder: RecordingStore {
    let path: String

    func recording(named name: String) throws(StoreError) -> Recording? {
        for (suffix, type) in [("json", "application/json"), ("sse", "text/event-stream")] {
            let url = self.url(name, suffix)
            guard FileManager.default.fileExists(atPath: url.path) else { continue }
            do {
                return Recording(contentType: type, body: Array(try Data(contentsOf: url)))
            } catch {
                throw StoreError(.unavailable, "the recording `\(name)` cannot be read", underlying: error)
            }
        }
        return nil
    }

    func keep(_ recording: Recording, named name: String) throws(StoreError) {
        let suffix = recording.contentType.hasPrefix("text/event-stream") ? "sse" : "json"
        do {
            try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
            try Data(recording.body).write(to: self.url(name, suffix), options: .atomic)
        } catch {
            throw StoreError(.unavailable, "the recording `\(name)` cannot be written", underlying: error)
        }
    }

    private func url(_ name: String, _ suffix: String) -> URL {
        URL(fileURLWithPath: self.path).appendingPathComponent("\(name).\(suffix)")
    }
}
