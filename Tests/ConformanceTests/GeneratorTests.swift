import Testing

/// The generated projects themselves: what the suite covers.
struct GeneratorTests {
    @Test func everyPartOfTheGrammarIsInManyProjects() {
        var counts: [Feature: Int] = [:]
        for seed in 0..<GeneratedProject.count {
            for feature in GeneratedProject(seed: seed).features {
                counts[feature, default: 0] += 1
            }
        }
        for feature in Feature.allCases {
            #expect(counts[feature, default: 0] >= 5, "\(feature)")
        }
    }

    @Test func everyKindOfEditIsMadeManyTimes() {
        var counts: [String: Int] = [:]
        for seed in 0..<GeneratedProject.count {
            for name in Set(GeneratedProject(seed: seed).steps().map(\.name)) {
                counts[name, default: 0] += 1
            }
        }
        for kind in StepKind.allCases { #expect(counts[kind.rawValue, default: 0] >= 5, "\(kind)") }
    }

    @Test func aSeedAlwaysGivesTheSameProject() {
        for seed in 0..<20 {
            let (first, second) = (GeneratedProject(seed: seed), GeneratedProject(seed: seed))
            #expect(first.pipeline == second.pipeline && first.files == second.files)
            #expect(first.steps().map(\.name) == second.steps().map(\.name))
        }
    }
}
