import Testing

/// A generated project in copies for DVC and for nlpipe, compared after every step.
struct Pair {
    let project: GeneratedProject
    let dvc: Side
    /// nlpipe's copy with a `pipeline.yml`.
    let own: Side
    /// nlpipe's copy with the very `dvc.yaml`.
    var shared: Side?
    /// False once the caches may differ.
    private(set) var keepsTheSame = true
    /// False once DVC took independent stages in an order that is not the same each time.
    private(set) var keepsOneOrder: Bool

    init(_ project: GeneratedProject, dvc: Side, own: Side, shared: Side? = nil) {
        self.project = project
        self.dvc = dvc
        self.own = own
        self.shared = shared
        keepsOneOrder = project.hasOneOrder
    }

    /// Goes through all steps, up to the first that shows a difference.
    mutating func compareRuns() throws {
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
            before = step.difference == .definitionFirst ? .definitionFirst : nil
        }
        try compareHandOver()
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
    private mutating func take(_ step: Step, after before: KnownDifference?) throws -> [String] {
        var differences: [String] = []
        func compare(_ what: String, _ dvc: some Equatable, _ own: some Equatable) {
            let texts = ("\(dvc)", "\(own)")
            if texts.0 != texts.1 {
                differences.append("\(what)\n  DVC:    \(texts.0)\n  nlpipe: \(texts.1)")
            }
        }
        let comparable = before == nil
        let theirStatus = comparable && step.difference == nil
        try dvc.apply(step.changes)
        let status = theirStatus ? try dvc.json(["status"]) : ""
        let theirs = try dvc.repro(step.arguments)
        let tree = try dvc.tree(withRecords: false)
        let records = try dvc.tree(withRecords: true)
        // A run that was given up, and a parameter written as `3.0` for `3`, which DVC enters anew when
        // it restores a stage: they are in the run cache of one side only.
        if step.difference == .definitionFirst || step.name == StepKind.reformat.rawValue {
            keepsTheSame = false
        }
        for side in [own, shared].compactMap({ $0 }) {
            let name = side.kind.rawValue
            try side.apply(step.changes)
            if theirStatus { compare("\(name): status before", status, try side.json(["status"])) }
            let ours = try side.repro(step.arguments)
            compare("\(name): succeeded", theirs.effect.succeeded, ours.effect.succeeded)
            let isOwn = side.kind == .native && step.difference == .removedDepRuns
            if comparable, !isOwn, step.difference == nil || ours.effect.succeeded {
                let restored = restoredOnlyHere(theirs.effect, ours.effect)
                // What commands write about themselves does not name the file.
                let short = Set(restored.map { $0.split(separator: ":").last ?? "" })
                let executed = theirs.effect.executed.filter { !short.contains($0[...]) }
                let own = ours.effect.executed
                if step.hasOpenOrder, executed != own { keepsOneOrder = false }
                compare(
                    "\(name): executed", keepsOneOrder ? executed : executed.sorted(),
                    keepsOneOrder ? own : own.sorted())
                compare(
                    "\(name): outcomes",
                    theirs.effect.outcomes.filter { !restored.contains($0.key) }.lines,
                    ours.effect.outcomes.filter { !restored.contains($0.key) }.lines)
            }
            if step.difference == nil || ours.effect.succeeded {
                let hasRecords = side.kind == .shared
                let tree = hasRecords ? records : tree
                let own = try side.tree(withRecords: hasRecords)
                for path in Set(tree.keys).union(own.keys).sorted() {
                    compare(
                        "\(name): content of \(path)", tree[path] ?? "nothing",
                        own[path] ?? "nothing")
                }
            }
            if side.kind == .shared, theirs.effect.succeeded {
                compare("dvc.lock", dvc.entries(), side.entries())
                // New entries are in the order in which they ran.
                if step.hasOpenOrder, dvc.lock() != side.lock() { keepsOneOrder = false }
                if keepsOneOrder { compare("dvc.lock", dvc.lock(), side.lock()) }
                if keepsTheSame {
                    for folder in [".dvc/cache/files", ".dvc/cache/runs"] {
                        compare(folder, dvc.list(folder), side.list(folder))
                    }
                }
            }
            if !differences.isEmpty {
                return differences + [
                    "DVC says: \(theirs.result.error)", "nlpipe says: \(ours.result.error)",
                ]
            }
        }
        return differences
    }

    /// The stages to which `KnownDifference.recordedIsRestored` applies.
    private func restoredOnlyHere(_ theirs: Side.Effect, _ ours: Side.Effect) -> Set<String> {
        let names = theirs.outcomes.filter { name, outcome in
            guard outcome == "ran", ours.outcomes[name] == "restored" else { return false }
            let draft = project.drafts.first { $0.address == name.prefix { $0 != "@" } }
            return draft.map { draft in
                draft.deps.isEmpty
                    || draft.outs.contains { out in
                        out.options.contains("persist")
                            || out.list == "outs" && out.options.contains("cache: false")
                    }
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
