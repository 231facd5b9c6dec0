/// Something done to a project, after which both programs have to do the same.
struct Step {
    enum Change {
        case write(String, String)
        case remove(String)
        /// The new text of the pipeline file in a folder.
        case pipeline(String, folder: String = "")
        /// Paths that are tracked as data from now on.
        case track([String])
    }

    let name: String
    var changes: [Change] = []
    /// Arguments of `repro`.
    var arguments: [String] = []
    /// The difference that the step is about; it ends with the next step that has none.
    var difference: KnownDifference?

    /// Whether DVC may take independent stages in any order: the stages of a part that is smaller
    /// than half of the graph come out of a set, whose order hangs on Python's hash of that run.
    var hasOpenOrder: Bool { arguments.contains { !$0.hasPrefix("-") } }
}

extension GeneratedProject {
    /// Everything that happens to the project: it is made and brought up to date, stages are frozen,
    /// some kinds of edits follow in a random order, and in the end it is as it was in the beginning.
    func steps(edits count: Int = 4) -> [Step] {
        var chance = Chance(seed: seed &+ 1_000_000)
        let written = files.sorted { $0.key < $1.key }.map { Step.Change.write($0.key, $0.value) }
        var steps = [
            Step(
                name: "start", changes: written + definition() + [.track(tracked)],
                arguments: everything), Step(name: "again", arguments: everything),
        ]
        let frozen = freezing
        if frozen.drafts.contains(where: \.isFrozen) {
            steps.append(
                Step(name: "freeze", changes: frozen.definition(), arguments: everything))
        }
        var edits = StepKind.allCases.shuffled(using: &chance).filter {
            !frozen.drafts.contains(where: \.isFrozen) || !$0.mayRunFrozen
        }
        // Every kind comes first somewhere.
        let forced = StepKind.allCases[(seed + 4) % StepKind.allCases.count]
        if let index = edits.firstIndex(of: forced) { edits.swapAt(0, index) }
        var left = count
        for kind in edits where left > 0 {
            let more = kind.steps(of: frozen, using: &chance)
            steps += more
            left -= more.count
        }
        let last = Step(
            name: "revert", changes: written + frozen.definition(), arguments: everything)
        return steps + [last]
    }

    /// Whether DVC runs stages in an order that is always the same: where a run is about a part of the
    /// graph it takes what does not depend on each other as it comes.
    var hasOneOrder: Bool { !isSpread && tracked.isEmpty }

    /// Arguments with which `repro` is about all pipeline files.
    var everything: [String] { isSpread ? ["-P"] : [] }

    /// The project with those stages frozen that are going to be.
    private var freezing: GeneratedProject {
        var copy = self
        for index in drafts.indices { copy.drafts[index].isFrozen = drafts[index].willFreeze }
        return copy
    }

    /// The outs of stages that stand for one stage.
    var outs: [Draft.Out] { drafts.flatMap(\.outs).filter { !$0.path.contains("$") } }

    /// The stages, and groups of them, as targets.
    var targets: [String] { drafts.map(\.address) }

    /// The pipeline files, with changed stages.
    func definition(_ edit: (inout [Draft]) -> Void = { _ in }) -> [Step.Change] {
        var copy = self
        edit(&copy.drafts)
        return copy.pipelines.map { .pipeline($0.text, folder: $0.folder) }
    }
}
