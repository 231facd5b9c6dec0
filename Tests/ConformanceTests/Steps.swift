/// Something done to a project, after which both programs have to do the same.
struct Step {
    enum Change {
        case write(String, String)
        case remove(String)
        /// The pipeline file's new text.
        case pipeline(String)
    }

    let name: String
    var changes: [Change] = []
    /// Arguments of `repro`.
    var arguments: [String] = []
    /// The difference that the step is about; it ends with the next step that has none.
    var difference: KnownDifference?
}

extension GeneratedProject {
    /// Everything that happens to the project: it is made and brought up to date, stages are frozen,
    /// some kinds of edits follow in a random order, and in the end it is as it was in the beginning.
    func steps(edits count: Int = 4) -> [Step] {
        var chance = Chance(seed: seed &+ 1_000_000)
        let written = files.sorted { $0.key < $1.key }.map { Step.Change.write($0.key, $0.value) }
        var steps = [
            Step(name: "start", changes: written + [.pipeline(pipeline)]), Step(name: "again"),
        ]
        let frozen = freezing
        if frozen.drafts.contains(where: \.isFrozen) {
            steps.append(Step(name: "freeze", changes: [.pipeline(frozen.pipeline)]))
        }
        let edits = StepKind.allCases.shuffled(using: &chance).filter {
            !frozen.drafts.contains(where: \.isFrozen) || !$0.mayRunFrozen
        }
        var left = count
        for kind in edits where left > 0 {
            let more = kind.steps(of: frozen, using: &chance)
            steps += more
            left -= more.count
        }
        return steps + [Step(name: "revert", changes: written + [.pipeline(frozen.pipeline)])]
    }

    /// The project with those stages frozen that are going to be.
    private var freezing: GeneratedProject {
        var copy = self
        for index in drafts.indices { copy.drafts[index].isFrozen = drafts[index].willFreeze }
        return copy
    }

    /// The outs of stages that stand for one stage.
    var outs: [Draft.Out] { drafts.flatMap(\.outs).filter { !$0.path.contains("$") } }

    /// The stages, and groups of them, as targets.
    var targets: [String] { drafts.map(\.name) }

    func pipeline(_ edit: (inout [Draft]) -> Void) -> String {
        var copy = self
        edit(&copy.drafts)
        return copy.pipeline
    }
}
