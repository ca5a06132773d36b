/// Lines of cells, each column as wide as its widest cell.
package struct Columns {
    private var widths: [Int]
    private let titles: [String]

    /// - Parameters:
    ///   - titles: What the columns are called.
    ///   - widths: How wide they are at least.
    package init(_ titles: [String], widths: [Int] = []) {
        self.titles = titles
        self.widths = zip(titles, widths + Array(repeating: 0, count: max(0, titles.count - widths.count)))
            .map { max($0.count, $1) }
    }

    /// Makes room for these rows.
    package mutating func fit(_ rows: [[String]]) {
        for row in rows {
            for (index, cell) in row.enumerated() where index < self.widths.count {
                self.widths[index] = max(self.widths[index], cell.count)
            }
        }
    }

    package var head: String { self.line(self.titles) }

    /// The row as a line, without spaces at its end. What is wider than its column pushes the rest to the right.
    package func line(_ row: [String]) -> String {
        var line = ""
        for (cell, width) in zip(row, self.widths) {
            line += cell + String(repeating: " ", count: max(0, width - cell.count) + 2)
        }
        return String(line.trimmed)
    }

    /// Head and rows.
    package static func lines(_ titles: [String], _ rows: [[String]]) -> [String] {
        var columns = Columns(titles)
        columns.fit(rows)
        return [columns.head] + rows.map(columns.line)
    }
}

extension String {
    fileprivate var trimmed: Substring {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Safe to print: what would move the cursor, colour the screen or break the line is shown as its code point.
    package var printable: String {
        var result = ""
        for scalar in self.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The same of a text of several lines, which stay lines.
    package var printableLines: String {
        self.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String(String.UnicodeScalarView($0)).printable }.joined(separator: "\n")
    }

    /// The text in lines of at most `width` characters, broken between words where there are some.
    package func wrapped(to width: Int) -> [String] {
        self.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
            var lines: [String] = []
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                line += line.isEmpty ? String(word) : " \(word)"
            }
            return lines + [line]
        }
    }
}
