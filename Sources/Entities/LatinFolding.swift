/// The Latin letters beyond ASCII, U+00C0 to U+017F, as the letters that they are forms of.
///
/// Names are compared without marks, so that `José` and `Jose` are one. Made from Unicode's decompositions; letters that
/// have none are taken for what they look like, `ł` for `l`; `?` stands where there is no letter.
enum LatinFolding {
    private static let base: InlineArray<192, UInt8> = [
        97, 97, 97, 97, 97, 97, 97, 99, 101, 101, 101, 101, 105, 105, 105, 105,
        100, 110, 111, 111, 111, 111, 111, 63, 111, 117, 117, 117, 117, 121, 116, 115,
        97, 97, 97, 97, 97, 97, 97, 99, 101, 101, 101, 101, 105, 105, 105, 105,
        100, 110, 111, 111, 111, 111, 111, 63, 111, 117, 117, 117, 117, 121, 116, 121,
        97, 97, 97, 97, 97, 97, 99, 99, 99, 99, 99, 99, 99, 99, 100, 100,
        100, 100, 101, 101, 101, 101, 101, 101, 101, 101, 101, 101, 103, 103, 103, 103,
        103, 103, 103, 103, 104, 104, 104, 104, 105, 105, 105, 105, 105, 105, 105, 105,
        105, 105, 105, 105, 106, 106, 107, 107, 107, 108, 108, 108, 108, 108, 108, 108,
        108, 108, 108, 110, 110, 110, 110, 110, 110, 110, 110, 110, 111, 111, 111, 111,
        111, 111, 111, 111, 114, 114, 114, 114, 114, 114, 115, 115, 115, 115, 115, 115,
        115, 115, 116, 116, 116, 116, 116, 116, 117, 117, 117, 117, 117, 117, 117, 117,
        117, 117, 117, 117, 119, 119, 121, 121, 121, 122, 122, 122, 122, 122, 122, 115,
    ]
    private static let capitals: InlineArray<3, UInt64> = [
        0x000000007F7FFFFF, 0xAA55555555555555, 0x2B555555555554AA,
    ]

    /// The letter in lower case without marks; nil where the code point is no letter of the table.
    static func letter(_ code: Int) -> UInt8? {
        guard code >= 0xC0, code < 0x180 else { return nil }
        let letter = Self.base[code - 0xC0]
        return letter == UInt8(ascii: "?") ? nil : letter
    }

    /// Whether a letter of the table is a capital.
    static func isCapital(_ code: Int) -> Bool {
        let index = code - 0xC0
        return Self.capitals[index >> 6] >> UInt64(index & 63) & 1 == 1
    }
}
