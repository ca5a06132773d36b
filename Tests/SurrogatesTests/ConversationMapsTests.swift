import Detection
import Kernel
import Testing

@testable import Surrogates

/// Maps that live as long as a conversation.
@Suite("Conversations and their maps")
struct ConversationMapsTests {
    private static let start = Timestamp(microseconds: 1_795_248_930_000_000)
    private static let limits = ConversationMaps.Limits(conversations: 32, lifetime: .seconds(60))

    private static func map(_ values: [String]) -> SurrogateMap {
        var map = SurrogateMap()
        for value in values { _ = map.surrogate(for: Array(value.utf8), kind: .email) }
        return map
    }

    private static func maps() -> ConversationMaps { ConversationMaps(secret: [UInt8](repeating: 7, count: 32)) }

    @Test("The same values get the same surrogates as long as the conversation lives, and others the next")
    func goesOn() throws {
        var maps = Self.maps()
        let name = ConversationMaps.Name(owner: "key", name: Array("talk".utf8))
        let none = maps.map(of: name, at: Self.start, Self.limits)
        #expect(none == nil)
        maps.keep(Self.map(["a@x.org", "b@x.org"]), of: name, at: Self.start, Self.limits)
        let kept = maps.map(of: name, at: Self.start.advanced(by: .seconds(59)), Self.limits)
        var again = try #require(kept)
        let second = again.surrogate(for: Array("b@x.org".utf8), kind: .email)
        let third = again.surrogate(for: Array("c@x.org".utf8), kind: .email)
        #expect(second == Array("<EMAIL_2>".utf8) && third == Array("<EMAIL_3>".utf8))
        // Used a moment ago: it lives on from then.
        let later = maps.map(of: name, at: Self.start.advanced(by: .seconds(110)), Self.limits)
        let tooLate = maps.map(of: name, at: Self.start.advanced(by: .seconds(171)), Self.limits)
        #expect(later != nil && tooLate == nil)
        #expect(maps.count == 0)
    }

    @Test("Nobody gets another's map")
    func owners() {
        var maps = Self.maps()
        maps.keep(
            Self.map(["a@x.org"]), of: ConversationMaps.Name(owner: "one", name: Array("talk".utf8)), at: Self.start,
            Self.limits)
        for name in [("two", "talk"), ("one", "other"), ("on", "e\0talk")] {
            let other = ConversationMaps.Name(owner: name.0, name: Array(name.1.utf8))
            let map = maps.map(of: other, at: Self.start, Self.limits)
            #expect(map == nil)
        }
    }

    @Test("No more are kept than may be, and the ones not used for longest go")
    func bounded() {
        var maps = Self.maps()
        func name(_ number: Int) -> ConversationMaps.Name {
            ConversationMaps.Name(owner: "key", name: Array("\(number)".utf8))
        }
        for number in 0..<100 {
            let now = Self.start.advanced(by: .milliseconds(number))
            maps.keep(Self.map(["\(number)@x.org"]), of: name(number), at: now, Self.limits)
            #expect(maps.count <= Self.limits.conversations)
        }
        let now = Self.start.advanced(by: .seconds(1))
        let (last, first) = (maps.map(of: name(99), at: now, Self.limits), maps.map(of: name(0), at: now, Self.limits))
        #expect(last != nil && first == nil)
        let long = String(repeating: "x", count: ConversationMaps.longest)
        maps.keep(Self.map([long]), of: name(99), at: now, Self.limits)
        let tooLong = maps.map(of: name(99), at: now, Self.limits)
        #expect(tooLong == nil)
    }
}
