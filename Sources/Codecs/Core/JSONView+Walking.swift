import Kernel

extension JSONView {
    /// Calls `body` for each member, null ones left out, and says in its errors which member it was.
    package func forEachMember(
        of node: Node, _ body: (_ name: String, _ value: Node) throws(CodecError) -> Void
    ) throws(CodecError) {
        for member in try self.members(of: node) {
            do throws(CodecError) { try body(member.name, member.value) } catch { throw error.inside(member.name) }
        }
    }

    /// Calls `body` for each element of what must be a list, and says in its errors which element it was.
    package func forEachElement(
        of node: Node, _ body: (_ element: Node) throws(CodecError) -> Void
    ) throws(CodecError) {
        for (index, element) in try self.requiredElements(of: node).enumerated() {
            do throws(CodecError) { try body(element) } catch { throw error.inside(index) }
        }
    }

    /// A list of strings.
    package func requiredStrings(_ node: Node) throws(CodecError) -> [String] {
        var texts: [String] = []
        try self.forEachElement(of: node) { (element) throws(CodecError) in
            texts.append(try self.requiredString(element))
        }
        return texts
    }

    /// The members of an object as they are written; none where the node is none. For what was checked, or need not be.
    package func pairs(of node: Node) -> [(name: String, value: Node)] {
        var pairs: [(String, Node)] = []
        var member = self.tape.firstMember(of: node)
        while let (name, value) = member {
            pairs.append((self.tape.string(name, in: self.bytes) ?? "", value))
            member = self.tape.member(after: value, of: node)
        }
        return pairs
    }
}
