import Testing

/// A generated project twice: once for DVC and once for nlpipe, compared after every step.
struct Pair {
    let project: GeneratedProject
    let dvc: Side
    let own: Side

    init(_ project: GeneratedProject, dvc: Side, own: Side) {
        self.project = project
        self.dvc = dvc
        self.own = own
    }

    /// Goes through all steps, up to the first that shows a difference.
    func compareRuns() throws {
        var before: KnownDifference?
        for step in project.steps() {
            let differences = try take(step, after: before)
            guard differences.isEmpty else {
                let title =
                    "seed \(project.seed), \(step.name) \(step.arguments.joined(separator: " "))"
                let text = ([title] + differences + [project.pipeline]).joined(separator: "\n")
                Issue.record("\(text)")
                return
            }
            before = step.difference
        }
        // What only looks depends on the project and not on its history: a quarter of them show it.
        guard project.seed.isMultiple(of: 4) else { return }
        let differences = try compareVerbs()
        if !differences.isEmpty {
            let text = (["seed \(project.seed)"] + differences + [project.pipeline])
                .joined(separator: "\n")
            Issue.record("\(text)")
        }
    }

    /// What the two programs did differently.
    ///
    /// - Parameter before: the difference that the step before was about: what has to be done now
    ///   is not the same, but the end of it is.
    private func take(_ step: Step, after before: KnownDifference?) throws -> [String] {
        var differences: [String] = []
        func compare(_ what: String, _ dvc: some Equatable, _ own: some Equatable) {
            let texts = ("\(dvc)", "\(own)")
            if texts.0 != texts.1 {
                differences.append("\(what)\n  DVC:    \(texts.0)\n  nlpipe: \(texts.1)")
            }
        }
        try dvc.apply(step.changes)
        try own.apply(step.changes)
        if before == nil, step.difference == nil {
            compare("status before", try dvc.json(["status"]), try own.json(["status"]))
        }
        let (theirs, ours) = (try dvc.repro(step.arguments), try own.repro(step.arguments))
        compare("succeeded", theirs.effect.succeeded, ours.effect.succeeded)
        if before == nil, step.difference == nil || ours.effect.succeeded {
            let restored = restoredOnlyHere(theirs.effect, ours.effect)
            compare(
                "executed", theirs.effect.executed.filter { !restored.contains($0) },
                ours.effect.executed)
            compare(
                "outcomes", theirs.effect.outcomes.filter { !restored.contains($0.key) }.lines,
                ours.effect.outcomes.filter { !restored.contains($0.key) }.lines)
        }
        if step.difference == nil || ours.effect.succeeded {
            let trees = (try dvc.tree(), try own.tree())
            for path in Set(trees.0.keys).union(trees.1.keys).sorted() {
                compare(
                    "content of \(path)", trees.0[path] ?? "nothing", trees.1[path] ?? "nothing")
            }
        }
        if !differences.isEmpty {
            differences += [
                "DVC says: \(theirs.result.error)", "nlpipe says: \(ours.result.error)",
            ]
        }
        return differences
    }
    /// The stages to which `KnownDifference.recordedIsRestored` applies.
    private func restoredOnlyHere(_ theirs: Side.Effect, _ ours: Side.Effect) -> Set<String> {
        let names = theirs.outcomes.filter { name, outcome in
            guard outcome == "ran", ours.outcomes[name] == "restored" else { return false }
            let draft = project.drafts.first { $0.name == name.prefix { $0 != "@" } }
            return draft.map { draft in
                draft.deps.isEmpty || draft.outs.contains { $0.options.contains("persist") }
            } ?? false
        }
        return Set(names.keys)
    }
}

extension [String: String] {
    /// The entries by key, for reading.
    fileprivate var lines: String {
        sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }
}
