import DetectorTraining
import Entities
import Testing

@Suite("Training the recogniser of names")
struct EntityTrainingTests {
    private static let lists: EntityLists = {
        let given = [
            "Anna", "Peter", "Maria", "Clara", "Felix", "Oskar", "Lena", "Paul", "Ida", "Hugo", "Nina", "Emil",
        ]
        let family = [
            "Smith", "Jones", "Baker", "Miller", "Weber", "Novak", "Silva", "Rossi", "Klein", "Olsen", "Berg",
        ]
        let city = ["London", "Berlin", "Paris", "Madrid", "Rome", "Oslo", "Lisbon", "Warsaw", "Ankara", "Utrecht"]
        var lists: [String: [String]] = [:]
        for language in EntityGenerator.languages {
            lists["\(language)/given"] = given
            lists["\(language)/family"] = family
            lists["\(language)/city"] = city
            lists["\(language)/street"] = ["Main Street", "High Street", "Park Avenue", "Hill Road", "Mill Lane"]
            lists["\(language)/word"] = ["house", "tree", "blue", "walks", "quickly", "table", "water", "round"]
        }
        return EntityLists(lists)
    }()

    @Test("Labels lie on the names of a generated text")
    func labelsAreRight() throws {
        var generator = EntityGenerator(Self.lists, .everything, seed: 4)
        var kinds: Set<EntityKind> = []
        for language in EntityGenerator.languages {
            for _ in 0..<30 {
                let next = generator.next(language)
                let example = try #require(next)
                var end = 0
                for span in example.spans {
                    kinds.insert(span.kind)
                    #expect(span.range.lowerBound >= end && span.range.upperBound <= example.text.count)
                    #expect(String(validating: example.text[span.range], as: UTF8.self) != nil)
                    end = span.range.upperBound
                }
                let text = String(decoding: example.text, as: UTF8.self)
                #expect(!text.contains("{person}") && !text.contains("{place}") && !text.contains("{words}"))
            }
        }
        #expect(kinds == Set(EntityKind.allCases))
    }

    @Test("The same lists and seed give the same file, which the recogniser reads and finds names with")
    func trainingIsReproducible() throws {
        func train() -> EntityTrainer.Outcome? {
            EntityTrainer.train(
                Self.lists, background: ["the house is blue and the tree is round"], texts: 300, seed: 1
            ) { _, _ in }
        }
        let outcome = try #require(train())
        #expect(outcome.file == train()?.file)
        let recogniser = EntityRecogniser(try EntityModel(outcome.file, file: "trained"))
        var scratch = EntityRecogniser.Scratch()
        var spans: [EntitySpan] = []
        let text = Array("Dear Anna Smith, we met in Berlin.".utf8)
        recogniser.find(in: text.span, scratch: &scratch, into: &spans)
        #expect(spans.contains { $0.kind == .person })
        #expect(outcome.evaluation.overall.recall > 0)
    }
}
