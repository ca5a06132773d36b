#!/usr/bin/env python3
"""Writes Sources/Normalisation/FoldTables.swift: what a character is folded to before detectors read it.

    python3 -m pip install confusable_homoglyphs
    python3 tools/unicode_tables.py CONFUSABLES.json > Sources/Normalisation/FoldTables.swift

CONFUSABLES.json is the data of UTS 39 as the package `confusable_homoglyphs` carries it. All else comes from Python's
`unicodedata` and from the few lists below.
"""
import json
import sys
import unicodedata

MARKS = [
    (0x300, 0x36F), (0x483, 0x489), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6DC),
    (0x6DF, 0x6E4), (0x6E7, 0x6E8), (0x6EA, 0x6ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
]
# Letters that look like others and that UTS 39 maps elsewhere or not at all.
LIKE = {
    "к": "k", "т": "t", "м": "m", "н": "h", "в": "b", "п": "n", "и": "u", "ш": "w", "Ф": "O", "я": "r", "З": "e",
    "β": "b", "ε": "e", "η": "n", "κ": "k", "μ": "u", "τ": "t", "χ": "x", "ω": "w", "δ": "d", "θ": "o", "λ": "l",
    "π": "n", "ς": "s", "ζ": "z", "є": "e", "ё": "e", "ї": "i", "Б": "b", "б": "b", "И": "N", "Я": "R", "П": "N",
    "Г": "r", "Д": "D", "Л": "L", "Э": "e", "Ю": "IO", "э": "e", "л": "n", "д": "d", "ч": "4", "ь": "b", "ъ": "b",
    "Σ": "E", "Δ": "D", "Λ": "A", "Ω": "O", "Π": "N", "Γ": "r", "Θ": "O", "Ξ": "E", "ղ": "n", "ֆ": "f", "բ": "p",
    "ե": "b", "լ": "l", "ի": "h", "Ꭺ": "A", "Ᏼ": "B", "Ꮯ": "C", "Ꭰ": "D", "Ꭼ": "E", "Ꮐ": "G", "Ꮋ": "H", "Ꭻ": "J",
    "Ꮶ": "K", "Ꮮ": "L", "Ꮇ": "M", "Ꮲ": "P", "Ꭱ": "R", "Ꮪ": "S", "Ꭲ": "T", "Ꮩ": "V", "Ꮃ": "W", "Ꮓ": "Z",
}
PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "′": "'", "″": '"', "‐": "-",
    "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "«": '"', "»": '"', "‹": "'", "›": "'", "•": "*",
    "·": ".", "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d",
    "Đ": "D", "ħ": "h", "ŧ": "t", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i", "ð": "d", "þ": "th",
}
TURNED = dict(zip("ɐɔǝɟƃɓɥᴉɾʞꞁɯɹʇʌʍʎ⅄ꓕꓶꓤꓒꓷꓵꓘⱯꓭƆƎℲ⅁", "acefggnijklmrtvwyYTLRPDUKABCEFG"))
TURNED["ɥ"] = "h"
SMALL = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢƒɡɑɩⲟℓ℮ɛɸ", "abcdefghijklmnoprstuvwyzfgailoleef"))


def is_mark(point):
    return any(first <= point <= last for first, last in MARKS)


def plain(text):
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not is_mark(ord(c)))
    return unicodedata.normalize("NFC", text)


def tables(confusables):
    spelling, styles, lookalikes = {}, {}, {}
    for point in range(0x80, 0x110000):
        character = chr(point)
        if 0xAC00 <= point <= 0xD7A3 or unicodedata.category(character) in ("Cn", "Co", "Cs", "Cf") or is_mark(point):
            continue
        if unicodedata.category(character) == "Nd":
            folded = str(unicodedata.digit(character))
        else:
            folded = plain(character)
        if folded == character or not folded.strip() and folded != " ":
            continue
        how = unicodedata.decomposition(character).split(" ")[0]
        is_style = how in ("<font>", "<wide>", "<circle>", "<square>", "<super>", "<sub>", "<narrow>")
        (styles if is_style and folded.isascii() and folded.isalpha() else spelling)[point] = folded
    for first, last, letter in [(0x1F150, 0x1F169, "A"), (0x1F170, 0x1F189, "A"), (0x1F1E6, 0x1F1FF, "A")]:
        for point in range(first, last + 1):
            styles[point] = chr(ord(letter) + point - first)
    for table in (TURNED, SMALL):
        for character, letter in table.items():
            styles[ord(character)] = letter
    for character, text in PLAIN.items():
        spelling[ord(character)] = text
    cells = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵⠀"
    for character, letter in zip(cells, "abcdefghijklmnopqrstuvwxyz "):
        styles[ord(character)] = letter
    for character, targets in json.load(open(confusables)).items():
        if len(character) != 1 or ord(character) < 0x80 or unicodedata.category(character)[0] != "L":
            continue
        likes = [t["c"] for t in targets if len(t["c"]) == 1 and t["c"].isascii() and t["c"].isalpha()]
        if likes and ord(character) not in styles and ord(character) not in spelling:
            lookalikes[ord(character)] = likes[0]
    for character, letter in LIKE.items():
        spelling.pop(ord(character), None)
        lookalikes[ord(character)] = letter
    for point in lookalikes:
        spelling.pop(point, None)
    return spelling, styles, lookalikes


def written(table):
    points, records, index = sorted(table), [], 0
    while index < len(points):
        start, last = index, index
        while last + 1 < len(points) and points[last + 1] == points[last] + 1:
            last += 1
        while index <= last:
            shift = index
            while shift < last and len(table[points[shift + 1]]) == 1 and ord(table[points[shift + 1]]) == ord(
                table[points[index]][0]) + shift + 1 - index:
                shift += 1
            if len(table[points[index]]) == 1 and shift - index >= 4:
                records.append(f"{points[index]:x}-{points[shift]:x}={ord(table[points[index]]):x}")
                index = shift + 1
                continue
            target = "+".join(f"{ord(c):x}" for c in table[points[index]])
            if records and index > start and ":" in records[-1]:
                records[-1] += f",{target}"
            else:
                records.append(f"{points[index]:x}:{target}")
            index += 1
    return ";".join(records)


def literal(name, comment, text):
    # Cut wherever the line is full: what reads it skips the ends of lines.
    lines = [text[start:start + 108] for start in range(0, len(text), 108)]
    body = "\n".join(f"        {line}" for line in lines)
    return f'    /// {comment}\n    static let {name}: StaticString = """\n{body}\n        """\n'


spelling, styles, lookalikes = tables(sys.argv[1])
print("/// What characters are folded to: `first:target,target;…` for neighbours, `first-last=target` for a stretch that")
print("/// moves as one, all in hexadecimal, the characters of one target joined by `+`.")
print("/// Written by tools/unicode_tables.py, not by hand.")
print("enum FoldTables {")
print(literal("spelling", "Other ways to write the same, as people do: accents, quotes, ligatures.", written(spelling)))
print(literal("styles", "Letters in the shape of symbols: wide, mathematical, in circles, turned, small capitals.",
              written(styles)))
print(literal("lookalikes", "Letters of other scripts that look like Latin ones.", written(lookalikes)), end="")
print("}")
