import Foundation
import Kernel
package import Logging
import Server

/// Writes what the gateway says about itself as JSON Lines on standard error, for machines that collect logs.
package struct JSONLogHandler: LogHandler {
    package let label: String
    package let terminal: Terminal
    package var logLevel = Logger.Level.info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    package init(label: String, terminal: Terminal) {
        self.label = label
        self.terminal = terminal
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() { metadata.merge(provided) { $1 } }
        if let given = event.metadata { metadata.merge(given) { $1 } }
        if let error = event.error { metadata["error"] = "\(error)" }
        var json = JSONWriter()
        json.beginObject()
        json.member("time", self.terminal.clock.now().description)
        json.member("level", event.level.rawValue)
        json.member("label", self.label)
        json.member("message", event.message.description)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key })
        where !["time", "level", "label", "message"].contains(key) {
            json.name(key)
            json.string("\(value)")
        }
        json.endObject()
        self.terminal.complain(String(decoding: json.bytes, as: UTF8.self))
    }
}

extension JSONLogHandler {
    private static let isBootstrapped = Held(false)

    /// Chooses how everything in this process logs. That can be done once; the first choice stays.
    package static func bootstrap(_ level: Logger.Level, asJSON: Bool, _ terminal: Terminal) {
        guard !self.isBootstrapped.value else { return }
        self.isBootstrapped.set(true)
        LoggingSystem.bootstrap { label in
            var handler: any LogHandler =
                if asJSON {
                    JSONLogHandler(label: label, terminal: terminal)
                } else {
                    StreamLogHandler.standardError(label: label)
                }
            handler.logLevel = level
            return handler
        }
    }
}
