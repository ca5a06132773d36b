#if canImport(Kernel)
    import Kernel
#endif

/// What holds for every text, JSON or not. Shared with the fuzz target, which compiles it together with the module's
/// sources.
enum JSONInvariants {
    /// What is violated; nothing where all is well.
    static func violations(_ bytes: [UInt8]) -> [String] {
        let limits = JSONTape.Limits(depth: 64, tokens: 4096)
        let tape: JSONTape
        do throws(JSONError) { tape = try JSONTape(bytes.span, limits: limits) } catch {
            var violations = (0...bytes.count).contains(error.offset) ? [] : ["the offset of the error"]
            // White space around a text makes no difference to what it is.
            let spaced = [0x20] + bytes + [0x0A]
            if (try? JSONTape(spaced.span, limits: limits)) != nil { violations.append("accepted between spaces") }
            return violations
        }
        var violations: [String] = []
        var walk = Walk(tape: tape, bytes: bytes)
        walk.value(tape.root)
        violations += walk.violations
        var strings = 0
        tape.forEachStringValue(below: tape.root) { _, _ in strings += 1 }
        if strings != walk.strings { violations.append("\(strings) strings met, \(walk.strings) are there") }

        // Written and read again it says the same.
        let written = walk.json.bytes
        if let again = try? JSONTape(written.span, limits: limits) {
            var second = Walk(tape: again, bytes: written)
            second.value(again.root)
            if second.json.bytes != written { violations.append("written twice it differs") }
        } else {
            violations.append("what was written is refused")
        }
        for extra in [bytes + [UInt8(ascii: "]")], bytes + [UInt8(ascii: "}")], bytes + [UInt8(ascii: ",")]] {
            if (try? JSONTape(extra.span, limits: limits)) != nil {
                violations.append("accepted with something behind")
            }
        }
        return violations
    }

    /// Writes what a tape says, and looks whether its ranges are what they should be.
    private struct Walk {
        let tape: JSONTape
        let bytes: [UInt8]
        var json = JSONWriter()
        var strings = 0
        var violations: [String] = []

        mutating func value(_ node: JSONTape.Node) {
            let range = self.tape[node].range
            guard range.lowerBound >= 0, range.upperBound <= self.bytes.count else {
                self.violations.append("a range outside the text")
                return
            }
            let text = Array(self.bytes[range])
            switch self.tape.kind(node) {
            case .null: self.expect(text == Array("null".utf8))
            case .true: self.expect(text == Array("true".utf8))
            case .false: self.expect(text == Array("false".utf8))
            case .number: self.expect(text.first.map { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) } == true)
            case .string:
                self.strings += 1
                self.string(node, text)
                return
            case .array:
                self.array(node, text)
                return
            case .object:
                self.object(node, text)
                return
            }
            self.json.raw(text)
        }

        private mutating func expect(_ holds: Bool) {
            if !holds { self.violations.append("a range that is not its value") }
        }

        private mutating func string(_ node: JSONTape.Node, _ content: [UInt8]) {
            self.expect(self.tape[node].hasEscapes == content.contains(UInt8(ascii: "\\")))
            self.expect(!content.contains { $0 < 0x20 })
            var text: [UInt8] = []
            self.tape.appendText(of: node, in: self.bytes.span, to: &text)
            if String(validating: text, as: UTF8.self) == nil { self.violations.append("a text that is not UTF-8") }
            self.json.string(text.span)
        }

        private mutating func array(_ node: JSONTape.Node, _ text: [UInt8]) {
            self.expect(text.first == UInt8(ascii: "[") && text.last == UInt8(ascii: "]"))
            self.json.beginArray()
            var next = self.tape.firstElement(of: node)
            while let element = next {
                self.value(element)
                next = self.tape.element(after: element, of: node)
            }
            self.json.endArray()
        }

        private mutating func object(_ node: JSONTape.Node, _ text: [UInt8]) {
            self.expect(text.first == UInt8(ascii: "{") && text.last == UInt8(ascii: "}"))
            self.json.beginObject()
            var next = self.tape.firstMember(of: node)
            while let (name, value) = next {
                self.json.name(self.tape.string(name, in: self.bytes.span) ?? "")
                self.value(value)
                next = self.tape.member(after: value, of: node)
            }
            self.json.endObject()
        }
    }
}
