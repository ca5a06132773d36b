/// Working memory for scans, and the states that texts have needed so far: one for each thread or event loop.
///
/// Takes some megabytes for usual texts, and at most about a hundred for any. Holds nothing of the texts.
package final class PatternScratch {
    private var owner: PatternSet?
    private var lanes: [Lane] = []
    private var opened: [Int] = []
    private var isOpen: [Bool] = []
    private var sieve = Lane()
    private var space = Workspace()
    private var sieveSpace = Workspace()

    /// Creates empty working memory; the first scan makes it fit.
    package init() {}

    /// Makes it fit a set, and forgets the last scan.
    func prepare(for set: PatternSet) {
        if self.owner !== set {
            self.owner = set
            self.lanes = Array(repeating: Lane(), count: set.programs.count)
            self.isOpen = Array(repeating: false, count: set.programs.count)
            self.opened = []
            self.sieve = Lane()
            self.space = Workspace()
            self.sieveSpace = Workspace()
        }
        for place in self.opened {
            self.lanes[place].reset()
            self.isOpen[place] = false
        }
        self.opened.removeAll(keepingCapacity: true)
        self.sieve.reset()
    }

    /// Goes over a text with the sieve.
    func sift(_ text: Span<UInt8>, _ program: Program, _ take: (Int, Int) -> Bool) -> Bool {
        self.sieve.open(0, text.count, text, program, &self.sieveSpace) { _, _, _ in true }
            && self.sieve.finish(text, program, &self.sieveSpace) { place, _, end in take(place, end) }
    }

    /// Lets matches of a program begin between two places.
    func open(
        _ place: Int, _ start: Int, _ end: Int, _ text: Span<UInt8>, _ set: PatternSet,
        _ take: (Int, Int, Int) -> Bool
    ) -> Bool {
        if !self.isOpen[place] {
            self.isOpen[place] = true
            self.opened.append(place)
        }
        return self.lanes[place].open(max(0, start), end, text, set.programs[place], &self.space, take)
    }

    /// Goes on with a program to the end of the text.
    func finish(_ place: Int, _ text: Span<UInt8>, _ set: PatternSet, _ take: (Int, Int, Int) -> Bool) -> Bool {
        self.lanes[place].finish(text, set.programs[place], &self.space, take)
    }

    /// Goes on with all programs that something was found of.
    func finishAll(_ text: Span<UInt8>, _ set: PatternSet, _ take: (Int, Int, Int) -> Bool) -> Bool {
        for place in self.opened where place >= set.alwaysOn {
            guard self.finish(place, text, set, take) else { return false }
        }
        return true
    }
}
