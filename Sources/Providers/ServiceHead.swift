import Framing
package import NIOCore

/// The fields that every request to one server has.
package struct ServiceHead: Sendable {
    private let authority: String
    private let credentials: [(name: String, value: String)]

    package init(authority: String, credentials: [(name: String, value: String)]) {
        self.authority = authority
        self.credentials = credentials
    }

    /// The head of a JSON request.
    package func posting(to target: String, _ more: [(name: String, value: String)] = []) -> ByteBuffer {
        self.head(
            "POST", target,
            [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")] + more)
    }

    /// The head of a request that is passed on.
    package func passing(_ request: PassedRequest, to target: String) -> ByteBuffer {
        self.head(
            request.route.method.rawValue, target,
            (request.contentType.map { [("Content-Type", $0)] } ?? []) + [("Accept", "*/*")])
    }

    /// A head with these fields behind those of the server.
    package func head(
        _ method: String, _ target: String, _ fields: [(name: String, value: String)]
    ) -> ByteBuffer {
        var head = ByteBuffer()
        head.writeString("\(method) \(target) HTTP/1.1\r\nHost: \(self.authority)\r\n")
        for (name, value) in self.credentials + fields { head.writeString("\(name): \(Self.safe(value))\r\n") }
        // What is compressed could not be inspected as it passes.
        head.writeString("Accept-Encoding: identity\r\nUser-Agent: gatehouse\r\n")
        return head
    }

    /// Without control characters, which could end the field early.
    private static func safe(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return value }
        return String(decoding: value.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }
}
