/// Makes broken and odd messages out of good ones.
enum Mutation {
    /// What smuggling is made of.
    private static let pieces: [[UInt8]] = [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", ";", "\0", "\u{0B}", "\u{7F}", "\u{E9}", "+", "-", "0", "1", "5", "a",
        "f",
        "0x", "\"", "%", "#", "/", "\\", "?", "*", "chunked", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: x\r\n",
        "Transfer-Encoding", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Content-Length", "Host: b\r\n",
        "Connection: close\r\n", "Connection: keep-alive\r\n", "Expect: 100-continue\r\n", "X: y\r\n", " folded\r\n",
        "0\r\n\r\n", "5\r\nhello\r\n", "1;x=y\r\n", "\r\n\r\n", "HTTP/1.0", "HTTP/1.1",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "HTTP/1.1 200 OK\r\n",
    ].map { Array($0.utf8) }

    /// One to three messages of the corpus one after the other, changed in zero to three places.
    static func mutated(_ corpus: [String], with generator: inout SplitMix) -> [UInt8] {
        var bytes = (0...generator.below(3)).flatMap { _ in Array(generator.pick(corpus).utf8) }
        for _ in 0..<generator.below(4) { Self.mutate(&bytes, with: &generator) }
        return bytes
    }

    private static func mutate(_ bytes: inout [UInt8], with generator: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let place = generator.below(bytes.count)
        let end = min(bytes.count, place + 1 + generator.below(6))
        switch generator.below(8) {
        case 0: bytes[place] = UInt8(generator.below(256))
        case 1: bytes[place] ^= 0x20
        case 2: bytes.removeSubrange(place..<end)
        case 3, 4: bytes.insert(contentsOf: generator.pick(Self.pieces), at: place)
        case 5: bytes.replaceSubrange(place..<end, with: generator.pick(Self.pieces))
        case 6: Self.insertLine(&bytes, with: &generator)
        default: bytes.removeSubrange(place...)
        }
    }

    /// Copies a line, or puts a piece, to where a line begins: more of these mutants are nearly valid.
    private static func insertLine(_ bytes: inout [UInt8], with generator: inout SplitMix) {
        let starts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
        let from = generator.below(starts.count)
        let line =
            generator.chance(50) || from + 1 == starts.count
            ? generator.pick(Self.pieces) : Array(bytes[starts[from]..<starts[from + 1]])
        bytes.insert(contentsOf: line, at: generator.pick(starts))
    }
}
