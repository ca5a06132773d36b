/// Cuts comma-separated values (RFC 4180) into records and fields, as far as they have come.
///
/// Fields may be quoted, with quotes doubled and line breaks in them. What is odd is taken as it stands: a quote within an
/// unquoted field is a letter.
package struct CommaTable: Sendable {
    /// A field: its bytes as they stand, and its content.
    package struct Field: Sendable {
        /// Where it stands in the bytes that were read, quotes included.
        package let range: Range<Int>
        package let content: [UInt8]
        package let isQuoted: Bool
    }

    /// What separates fields.
    package let separator: UInt8

    /// A table with fields separated so.
    package init(separator: UInt8 = UInt8(ascii: ",")) { self.separator = separator }

    /// The fields of the record that begins at `start`, and where the next one begins; nil where its end has not come.
    package func record(_ bytes: Span<UInt8>, from start: Int, isFinal: Bool) -> (fields: [Field], next: Int)? {
        var fields: [Field] = []
        var index = start
        while true {
            let begin = index
            var content: [UInt8] = []
            var isQuoted = false
            if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                isQuoted = true
                index += 1
                while true {
                    guard index < bytes.count else {
                        guard isFinal else { return nil }
                        break
                    }
                    if bytes[index] == UInt8(ascii: "\"") {
                        guard index + 1 < bytes.count || isFinal else { return nil }
                        if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") {
                            content.append(bytes[index])
                            index += 2
                            continue
                        }
                        index += 1
                        break
                    }
                    content.append(bytes[index])
                    index += 1
                }
            }
            while index < bytes.count, bytes[index] != self.separator, bytes[index] != 0x0A, bytes[index] != 0x0D {
                content.append(bytes[index])
                index += 1
            }
            guard index < bytes.count || isFinal else { return nil }
            fields.append(Field(range: begin..<index, content: content, isQuoted: isQuoted))
            guard index < bytes.count else { return (fields, index) }
            if bytes[index] == self.separator {
                index += 1
                continue
            }
            if bytes[index] == 0x0D {
                guard index + 1 < bytes.count || isFinal else { return nil }
                return (fields, index + 1 < bytes.count && bytes[index + 1] == 0x0A ? index + 2 : index + 1)
            }
            return (fields, index + 1)
        }
    }

    /// A content as it must be written: quoted where it was, or where it has to be.
    package func written(_ content: [UInt8], isQuoted: Bool) -> [UInt8] {
        let mustQuote =
            isQuoted || content.contains(self.separator) || content.contains(UInt8(ascii: "\""))
            || content.contains(0x0A)
            || content.contains(0x0D)
        guard mustQuote else { return content }
        var written: [UInt8] = [UInt8(ascii: "\"")]
        for byte in content {
            if byte == UInt8(ascii: "\"") { written.append(byte) }
            written.append(byte)
        }
        return written + [UInt8(ascii: "\"")]
    }
}
