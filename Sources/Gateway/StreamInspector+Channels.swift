import Detection
import Framing
import Kernel
import Screening
import Surrogates

// Which text a piece belongs to, and when a text is over.
extension StreamInspector {
    /// When one text goes on, others will not: those of the same choice, and those of choices that said they are finished.
    /// Their last word would otherwise hold back all that follows it, to the end of the stream.
    ///
    /// A reason to finish alone settles nothing: some servers send one with every chunk.
    mutating func settleOthers(of choice: Int, than pieces: ArraySlice<Piece>) {
        for index in self.channels.indices where !self.channels[index].isFinished {
            let other = self.channels[index].choice
            let isOver = other == choice ? !pieces.contains { $0.channel == index } : self.choices[other] == true
            if isOver { self.channels[index].isFinished = true }
        }
    }

    /// Adds a piece of text to the channel that it belongs to. What is `whole` is continued by nothing.
    mutating func add(
        _ value: JSONTape.Node, _ field: UInt64, choice: Int, tool: Int = 0, isWhole: Bool = false,
        isEcho: Bool = false, _ text: Span<UInt8>, at offset: Int, into frame: inout Frame
    ) {
        let raw = self.tape[value].range
        guard !raw.isEmpty else { return }
        let owner = FrameTemplate.Owner(field: field, choice: choice, tool: tool, isWhole: isWhole, isEcho: isEcho)
        self.piecesRead += 1
        self.lastPiece = (raw, owner)
        guard self.readsTexts else {
            self.textBytes += raw.count
            return
        }
        let channel = self.channel(choice, field, tool)
        let before = self.channels[channel].fresh.count
        self.tape.appendText(of: value, in: text, to: &self.channels[channel].fresh)
        self.note(
            self.channels[channel].fresh.count - before, raw: raw.shifted(by: offset), in: channel, owner, into: &frame)
    }

    /// Adds a piece that holds no escapes, of a frame that is like the one before.
    mutating func add(
        plain text: Span<UInt8>, at start: Int, _ owner: FrameTemplate.Owner, into frame: inout Frame
    ) {
        guard self.readsTexts else {
            self.textBytes += text.count
            return
        }
        let channel = self.channel(owner.choice, owner.field, owner.tool)
        // SAFE: the pointer does not outlive the closure and the count is the span's.
        unsafe text.withUnsafeBufferPointer { unsafe self.channels[channel].fresh.append(contentsOf: $0) }
        self.note(text.count, raw: start..<(start + text.count), in: channel, owner, into: &frame)
    }

    /// Whether anybody wants to know what the texts say.
    private var readsTexts: Bool { self.patterns != nil || !self.surrogates.isEmpty || self.transcript != nil }

    private mutating func note(
        _ count: Int, raw: Range<Int>, in channel: Int, _ owner: FrameTemplate.Owner, into frame: inout Frame
    ) {
        let start = self.channels[channel].end
        self.channels[channel].end = start + count
        self.textBytes += count
        frame.pieces.append(Piece(channel: channel, text: start..<(start + count), raw: raw))
        if owner.isWhole { self.channels[channel].isFinished = true }
        if owner.isEcho { self.channels[channel].isEcho = true }
    }

    /// Adds every string below a node, each in the channel of its member's name; what only holds the shape together (ids,
    /// types, names) is left out.
    mutating func addStrings(
        below node: JSONTape.Node, group: UInt64 = 1, choice: Int, tool: Int = 0, isWhole: Bool = false,
        isEcho: Bool = false, except structural: [StaticString] = ["id", "type", "name"], _ text: Span<UInt8>,
        at offset: Int, into frame: inout Frame
    ) {
        var values: [(field: UInt64, value: JSONTape.Node)] = []
        self.tape.forEachStringValue(below: node) { name, value in
            guard let name else { return values.append((0, value)) }
            for skipped in structural where self.tape.isString(name, skipped, in: text) { return }
            values.append((Self.field(of: text.extracting(self.tape[name].range)), value))
        }
        for (field, value) in values {
            self.add(
                value, field ^ group, choice: choice, tool: tool, isWhole: isWhole, isEcho: isEcho, text, at: offset,
                into: &frame)
        }
    }

    /// Nothing follows in the texts of a choice.
    mutating func settle(choice: Int) {
        for index in self.channels.indices where self.channels[index].choice == choice {
            self.channels[index].isFinished = true
        }
    }

    private mutating func channel(_ choice: Int, _ field: UInt64, _ tool: Int) -> Int {
        for index in self.channels.indices
        where self.channels[index].choice == choice && self.channels[index].field == field
            && self.channels[index].tool == tool && !self.channels[index].isFinished
        {
            return index
        }
        let channel = Channel(
            choice: choice, field: field, tool: tool, scanner: StreamScanner(),
            reader: StreamReader(mayBeOrder: Self.toolInputs.contains(field) || tool == Self.wholeCall))
        if let spent = self.channels.indices.first(where: { self.isSpent($0) }) {
            self.channels[spent] = channel
            return spent
        }
        self.channels.append(channel)
        return self.channels.count - 1
    }

    /// The fields whose text is what a tool is given, in the shapes that stream it.
    private static let toolInputs: Set<UInt64> = [
        Self.field(of: "arguments") ^ 1, Self.field(of: "partial_json") ^ 1,
        Self.field(of: "response.function_call_arguments.delta"),
    ]

    /// The tool of calls that come whole, string by string.
    static let wholeCall = Int.max

    /// Whether nothing of a channel waits any more, so that its place may be used again.
    private func isSpent(_ channel: Int) -> Bool {
        self.channels[channel].isDecided && !self.frames.contains { $0.pieces.contains { $0.channel == channel } }
    }

    /// Tells the fields of a delta apart (FNV-1a).
    static func field(of name: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in name.indices { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01B3 }
        return hash
    }

    static func field(of name: String) -> UInt64 { self.field(of: name.utf8Span.span) }
}

extension Range<Int> {
    func shifted(by distance: Int) -> Range<Int> {
        (self.lowerBound + distance)..<(self.upperBound + distance)
    }
}
