/// Writes messages of an AWS event stream: for a server that speaks as Bedrock does, and for tests of the parser.
package enum EventMessageWriter {
    /// Appends one message with text headers, in the order given.
    ///
    /// Names have at most 255 bytes and are not empty, values at most 65,535: they are ours, not input.
    package static func append(
        headers: [(name: String, value: String)], payload: Span<UInt8>, to bytes: inout [UInt8]
    ) {
        var head: [UInt8] = []
        for (name, value) in headers {
            precondition(!name.isEmpty && name.utf8.count < 256 && value.utf8.count < 65_536, "headers are short")
            head.append(UInt8(name.utf8.count))
            head.append(contentsOf: name.utf8)
            head.append(7)
            head.append(UInt8(value.utf8.count >> 8))
            head.append(UInt8(value.utf8.count & 0xFF))
            head.append(contentsOf: value.utf8)
        }
        self.append(head: head, payload: payload, to: &bytes)
    }

    /// Appends one message whose headers are encoded already.
    static func append(head: [UInt8], payload: Span<UInt8>, to bytes: inout [UInt8]) {
        let start = bytes.count
        let length = EventMessageParser.preludeBytes + head.count + payload.count + EventMessageParser.checksumBytes
        self.append(UInt32(length), to: &bytes)
        self.append(UInt32(head.count), to: &bytes)
        self.append(Checksum.of(bytes.span, start..<bytes.count), to: &bytes)
        bytes.append(contentsOf: head)
        for index in payload.indices { bytes.append(payload[index]) }
        self.append(Checksum.of(bytes.span, start..<bytes.count), to: &bytes)
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
