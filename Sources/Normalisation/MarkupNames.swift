/// Names of HTML that matter to what a page shows.
enum MarkupNames {
    /// Elements within a line: words go on through them.
    static let inline = PackedNames(
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike "
            + "strong sub sup time tt u var wbr")
    /// Elements that make a text a page.
    static let known = PackedNames(
        "html head body title meta link div p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr td th thead tbody img form "
            + "input button select option textarea section article header footer nav main aside pre iframe script style "
            + "template svg video audio center")
    /// Elements that have nothing in them.
    static let empty = PackedNames("area base br col embed hr img input link meta param source track wbr")
    /// Elements that are not shown.
    static let hidden = PackedNames("template noembed noframes")
    static let script: UInt64 = 0x7363_7269_7074
    static let style: UInt64 = 0x73_7479_6C65

    /// Attributes whose values are read to people who do not see, shown to who points at them, or read by programs.
    static let areRead: [StaticString] = [
        "alt", "title", "aria-label", "aria-description", "placeholder", "content", "summary", "label", "value",
        "description",
    ]

    /// Styles without blanks that keep what has them from being seen.
    private static let hiding: [StaticString] = [
        "display:none", "visibility:hidden", "visibility:collapse", "text-indent:-9", "left:-9", "top:-9",
        "mso-hide:all",
        "clip:rect(0", "clip:rect(1px,1px", "max-height:0", "color:transparent", "scale(0)", "clip-path:inset(100%",
    ]
    /// Measures that do so where they are nothing.
    private static let measures: [StaticString] = ["font-size:", "opacity:", "line-height:"]

    /// Whether a style in lower case without blanks keeps what has it from being seen.
    static func isHiding(_ style: Span<UInt8>) -> Bool {
        for rule in self.hiding where style.next(rule, from: 0) != nil { return true }
        for measure in self.measures {
            guard let place = style.next(measure, from: 0) else { continue }
            if self.isNothing(style, from: place + measure.utf8CodeUnitCount) { return true }
        }
        // White on what is white otherwise.
        guard style.next("background", from: 0) == nil, let color = style.next("color:", from: 0) else { return false }
        guard color == 0 || style[color - 1] == UInt8(ascii: ";") else { return false }
        var end = color + 6
        while end < style.count, style[end] != UInt8(ascii: ";"), style[end] != UInt8(ascii: "!") { end += 1 }
        return self.isWhite(style, color + 6..<end)
    }

    /// Whether a number is zero, or less than a tenth of whatever it is.
    private static func isNothing(_ style: Span<UInt8>, from start: Int) -> Bool {
        var index = start
        while style.byte(index) == UInt8(ascii: "0") { index += 1 }
        guard index > start || style.byte(index) == UInt8(ascii: ".") else {
            // A pixel cannot be read either.
            return style.begins(with: "1px", at: start) && style.byte(start - 5) == UInt8(ascii: "s")
        }
        if style.byte(index) == UInt8(ascii: ".") { return style.byte(index + 1) == UInt8(ascii: "0") }
        return !(0x31...0x39).contains(style.byte(index))
    }

    /// Whether a colour is white.
    static func isWhite(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let names: [StaticString] = ["white", "#fff", "#ffffff", "#fefefe", "rgb(255,255,255)"]
        return names.contains { text.reads($0, in: range) }
    }
}
