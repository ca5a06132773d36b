/// Counts examples of dialogue that a text brings along: a model that reads enough of them goes on as they do.
enum ManyShots {
    /// How many examples are more than one needs to show a model what is wanted.
    static let many = 16
    /// How sure that is: a sign, no proof. People show models what they want by examples.
    static let percent: UInt8 = 60

    /// How many lines begin with a speaker's name, in pairs: `User:` and its answer are one example.
    static func examples(in text: Span<UInt8>) -> Int {
        var lines = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == 0x0A {
            if Self.isSpeaker(text.extracting(start..<index)) { lines += 1 }
            start = min(index + 1, text.count)
        }
        return lines / 2
    }

    private static let speakers: [StaticString] = [
        "user:", "human:", "assistant:", "ai:", "q:", "a:", "question:", "answer:", "bot:", "system:",
    ]

    private static func isSpeaker(_ line: Span<UInt8>) -> Bool {
        var from = 0
        while from < line.count, line[from] == 0x20 || line[from] == 0x2A || line[from] == 0x3E || line[from] == 0x23 {
            from += 1
        }
        return Self.speakers.contains { name in
            guard name.utf8CodeUnitCount <= line.count - from else { return false }
            // SAFE: a static string's bytes live as long as the program, and there are as many as it says.
            let bytes = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            for index in 0..<name.utf8CodeUnitCount {
                let byte = line[from + index]
                let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                guard unsafe bytes[index] == lower else { return false }
            }
            return true
        }
    }
}
