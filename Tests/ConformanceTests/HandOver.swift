import Testing

extension Pair {
    /// Each program takes over where the other stopped: it finds nothing to do, and restores what the
    /// other kept.
    func compareHandOver() throws {
        guard let shared, let driver = dvc.driver else { return }
        let always = Set(project.drafts.filter(\.runsAlways).map(\.name))
        // Stages that DVC does not restore.
        let remade = Set(project.drafts.filter { !$0.isRestored }.map(\.name))
        func stages(_ names: some Collection<String>, without left: Set<String>) -> [String] {
            names.filter { name in !left.contains(String(name.prefix { $0 != "@" })) }
        }
        // A restored stage is recorded anew, without deps that are no longer declared.
        var locks: [String] = []
        for (from, to) in [
            (shared, Side(takingOver: shared, driver: driver)),
            (dvc, Side(takingOver: dvc, driver: driver)),
        ] {
            let title = "seed \(project.seed): from \(from.kind) to \(to.kind)"
            let text = Comment(rawValue: "\(title)\n\(project.pipeline)")
            #expect(try to.json(["status"]) == from.json(["status"]), text)
            let lock = to.lock()
            let idle = try to.repro(project.everything)
            #expect(idle.effect.succeeded, "\(title): \(idle.result.error)")
            #expect(stages(idle.effect.executed, without: always).isEmpty, text)
            #expect(to.lock() == lock, text)
            // A frozen stage's outs are not made again by DVC.
            let outs = project.drafts.filter { !$0.willFreeze }.flatMap(\.outs)
            try to.apply(outs.filter { !$0.path.contains("$") }.map { .remove($0.path) })
            let restored = try to.repro(project.everything)
            #expect(restored.effect.succeeded, "\(title): \(restored.result.error)")
            #expect(stages(restored.effect.executed, without: always.union(remade)).isEmpty, text)
            locks.append(keepsOneOrder ? to.lock() : to.entries().joined())
        }
        #expect(Set(locks).count == 1, "seed \(project.seed)\n\(project.pipeline)")
    }
}

extension Draft {
    /// True for stages that run every time.
    fileprivate var runsAlways: Bool {
        extra.contains("always_changed: true") || (deps.isEmpty && outs.isEmpty)
    }

    /// True for stages whose outs DVC takes from its cache.
    fileprivate var isRestored: Bool {
        !deps.isEmpty && !willFreeze
            && outs.allSatisfy {
                !$0.options.contains("persist") && !$0.options.contains("cache: false")
            }
    }
}
