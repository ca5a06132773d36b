/// A text that has not decided yet where its lines break.
///
/// A group stands on one line if it fits and breaks at all of its `line`s if it does not. Comments end their line,
/// wherever they stand, so a group that holds one breaks.
indirect enum Layout {
    case text(String)
    /// A space, or a new line where the group breaks.
    case line
    /// Nothing, or a new line where the group breaks.
    case softLine
    /// Always a new line, `blank` with an empty one before it.
    case hardLine(blank: Bool)
    /// `// …`: behind what stands on the line, or on a line of its own. What follows begins a new line.
    case comment(String, isTrailing: Bool)
    case indented(Layout)
    case group(Layout, breaks: Bool)
    case sequence([Layout])

    static func group(_ layout: Layout) -> Layout { .group(layout, breaks: layout.isForced) }

    private var isForced: Bool {
        switch self {
        case .text, .line, .softLine: false
        case .hardLine, .comment: true
        case .indented(let inner): inner.isForced
        case .group(_, let breaks): breaks
        case .sequence(let parts): parts.contains(where: \.isForced)
        }
    }

    func rendered(width: Int, indent: Int) -> String {
        var renderer = LayoutRenderer(width: width, indent: indent)
        renderer.render(self)
        return renderer.text
    }
}

private struct LayoutRenderer {
    private struct Item {
        let layout: Layout
        let indent: Int
        let isFlat: Bool
    }

    let width: Int
    let indent: Int
    private(set) var text = ""
    private var column = 0
    private var needsNewLine = false
    private var isAtStart = true

    init(width: Int, indent: Int) {
        self.width = width
        self.indent = indent
    }

    mutating func render(_ layout: Layout) {
        var stack = [Item(layout: layout, indent: 0, isFlat: false)]
        while let item = stack.popLast() {
            switch item.layout {
            case .text(let text): self.write(text, item.indent)
            case .line:
                if item.isFlat { self.space() } else { self.newLine() }
            case .softLine:
                if !item.isFlat { self.newLine() }
            case .hardLine(let blank):
                self.newLine()
                if blank, !self.text.isEmpty { self.text += self.text.hasSuffix("\n\n") ? "" : "\n" }
            case .comment(let text, let isTrailing):
                if isTrailing, !self.isAtStart, !self.needsNewLine {
                    self.text += " " + text
                } else {
                    self.newLine()
                    self.write(text, item.indent)
                }
                self.needsNewLine = true
            case .indented(let inner):
                stack.append(Item(layout: inner, indent: item.indent + self.indent, isFlat: item.isFlat))
            case .group(let inner, let breaks):
                let isFlat = item.isFlat || !breaks && self.fits(inner, item.indent)
                stack.append(Item(layout: inner, indent: item.indent, isFlat: isFlat))
            case .sequence(let parts):
                for part in parts.reversed() {
                    stack.append(Item(layout: part, indent: item.indent, isFlat: item.isFlat))
                }
            }
        }
    }

    private mutating func write(_ text: String, _ indent: Int) {
        guard !text.isEmpty else { return }
        if self.needsNewLine { self.newLine() }
        if self.isAtStart {
            self.text += String(repeating: " ", count: indent)
            self.column = indent
            self.isAtStart = false
        }
        self.text += text
        self.column += text.count
    }

    private mutating func space() {
        guard !self.isAtStart, !self.needsNewLine else { return }
        self.text += " "
        self.column += 1
    }

    private mutating func newLine() {
        self.needsNewLine = false
        guard !self.isAtStart else { return }
        while self.text.utf8.last == UInt8(ascii: " ") { self.text.removeLast() }
        self.text += "\n"
        self.isAtStart = true
        self.column = 0
    }

    /// Whether a layout fits the rest of the line when nothing in it breaks. Looks no further than the line is wide.
    private func fits(_ layout: Layout, _ indent: Int) -> Bool {
        var room = self.width - (self.isAtStart || self.needsNewLine ? indent : self.column)
        var stack = [layout]
        while room >= 0, let next = stack.popLast() {
            switch next {
            case .text(let text): room -= text.count
            case .line: room -= 1
            case .softLine: break
            case .hardLine, .comment: return false
            case .indented(let inner), .group(let inner, _): stack.append(inner)
            case .sequence(let parts): stack.append(contentsOf: parts.reversed())
            }
        }
        return room >= 0
    }
}
