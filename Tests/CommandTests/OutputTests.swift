import Console
import Foundation
import Kernel
import Logging
import Testing

@testable import gatehouse

@Suite("What is printed")
struct OutputTests {
    @Test("Columns are as wide as their widest cell, and lines end without spaces")
    func columnsAlign() {
        let lines = Columns.lines(["ID", "NAME"], [["1", "a"], ["1000", ""]])
        #expect(lines == ["ID    NAME", "1     a", "1000"])
    }

    @Test("Colours are only where they are shown")
    func colours() async {
        #expect(await run(["nonsense"], isColoured: false).errors.contains("\u{1B}") == false)
        let failed = await run(["check", "--config", "/nowhere"], isColoured: true)
        #expect(failed.errors.hasPrefix("\u{1B}[31merror:\u{1B}[0m there is no configuration"))
    }

    @Test("Text is broken between words, never within")
    func wrapping() {
        #expect("one two three".wrapped(to: 7) == ["one two", "three"])
        #expect("unbreakable".wrapped(to: 3) == ["unbreakable"])
        #expect("".wrapped(to: 3) == [""])
    }

    struct Written: Sendable {
        let text: String
        let moment: Moment?
    }

    static let moments = [
        Written(text: "2027-01-01", moment: Timestamp("2027-01-01").map { .at($0) }),
        Written(text: "90d", moment: .distance(.seconds(90 * 86400))),
        Written(text: "15m", moment: .distance(.seconds(900))),
        Written(text: "0s", moment: nil), Written(text: "d", moment: nil), Written(text: "-1h", moment: nil),
        Written(text: "1w", moment: nil), Written(text: "tomorrow", moment: nil),
        Written(text: "2027-02-30", moment: nil),
        Written(text: "99999999999999999d", moment: nil),
    ]

    @Test("A time is a point or a distance", arguments: moments)
    func momentsAreRead(written: Written) {
        #expect(Moment(argument: written.text) == written.moment)
    }

    @Test("A log line is one JSON object, and metadata cannot pose as its time or level")
    func logIsJSON() throws {
        let written = Held<[UInt8]>([])
        let terminal = Terminal(
            environment: [:], clock: FixedClock(time: Timestamp(microseconds: 1_795_248_000_000_000)),
            output: { _ in }, errors: { written.set(written.value + $0) })
        var logger = Logger(label: "test") { JSONLogHandler(label: $0, terminal: terminal) }
        logger[metadataKey: "a"] = "1"
        logger.notice("it \"works\"\n", metadata: ["b": "2", "level": "critical"])
        logger.debug("not written")
        let text = String(decoding: written.value, as: UTF8.self)
        #expect(text.split(separator: "\n").count == 1)
        let line = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
        #expect(
            line == [
                "time": "2026-11-21T08:00:00.000Z", "level": "notice", "label": "test", "message": "it \"works\"\n",
                "a": "1", "b": "2",
            ])
    }

    @Test("Where nobody reads any more, a command ends with 1 and says nothing")
    func closedOutput() async {
        struct Closed: Error {}
        let complaints = Held<[UInt8]>([])
        let terminal = Terminal(
            environment: [:], output: { _ in throw Closed() }, errors: { complaints.set(complaints.value + $0) })
        for arguments in [["version"], ["--help"]] {
            #expect(await Terminal.$current.withValue(terminal) { await Gatehouse.execute(arguments) } == 1)
        }
        #expect(complaints.value.isEmpty)
    }
}
