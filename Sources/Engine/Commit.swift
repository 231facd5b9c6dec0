import ContentStore
import Pipelines

/// Makes a stage's result part of the project, in an order in which a stop at any point leaves the
/// old state or the new one: objects, trace, outs, lock.
struct Commit {
    let session: Session
    let stage: Stage
    /// False: only digests are taken, for a commit later on.
    var keepsOuts = true

    private var files: any FileSystem { session.project.fileSystem }

    /// Takes what a run made into the cache and puts it in place.
    ///
    /// - Parameters:
    ///   - made: out path → absolute path where a module made it; nil when commands wrote to the
    ///     workspace themselves.
    ///   - replace: true to put the trace in the place of an earlier one of the same fingerprint.
    func take(
        fingerprint: Fingerprint, made: [String: String]?, facts: RunFacts, replace: Bool
    ) throws -> Trace {
        var taken: [(out: Out, manifest: Manifest)] = []
        for out in stage.outs {
            guard let manifest = try take(out, madeAt: made?[out.path]) else {
                throw EngineError.outNotMade(
                    stage: stage.name, path: out.path, location: out.location)
            }
            taken.append((out, manifest))
        }
        let outs = taken.map { RecordedOut(path: $0.out.path, content: $0.manifest.content) }
        let trace = Trace(
            fingerprint: fingerprint,
            outs: outs.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) },
            facts: facts)
        if keepsTrace {
            try session.runCache.store(trace, replace: replace, scratch: session.scratch)
        }
        for (out, manifest) in taken {
            if keepsOuts, try session.link(out, manifest) { continue }
            guard let place = made?[out.path] else { continue }
            let before = files.now()
            try session.workspace.place(place, at: out.path, scratch: session.scratch)
            try session.workspace.adopt(manifest, at: out.path, before: before)
        }
        return trace
    }

    /// Puts the outs of an earlier run in place; false, with nothing changed, where the cache turns
    /// out to be damaged.
    func restore(_ trace: Trace, over present: [String: Content]) throws -> Bool {
        var built: [(path: String, place: String, manifest: Manifest)] = []
        for out in trace.outs {
            guard let content = out.content, present[out.path] != content else { continue }
            let place = session.scratch.next()
            let isCached = stage.outs.first { $0.path == out.path }?.cache == true
            let manifest = try session.objects.get(content, to: place, linking: isCached)
            guard let manifest else { return false }
            built.append((out.path, place, manifest))
        }
        for out in built {
            try session.workspace.copyLeftOut(at: out.path, to: out.place)
            let before = files.now()
            try session.workspace.place(out.place, at: out.path, scratch: session.scratch)
            try session.workspace.adopt(out.manifest, at: out.path, before: before)
        }
        return true
    }

    /// Uncached artifacts are the user's to keep: they may be larger than the user wants twice.
    ///
    /// Metrics and plots are small, and kept so that they can be restored; in a project of DVC where
    /// the run is kept too.
    private func take(_ out: Out, madeAt made: String?) throws -> Manifest? {
        let isRestorable = session.project.layout.format != .dvc || keepsTrace
        let workspace = session.workspace
        guard keepsOuts, out.cache || out.kind != .artifact && isRestorable else {
            try workspace.settle(made ?? session.project.absolute(out.path))
            guard let made else { return try workspace.manifest(at: out.path) }
            return try workspace.manifest(ofFilesAt: made, for: out.path)
        }
        guard let made else {
            return try workspace.store(out.path, in: session.objects, scratch: session.scratch)
        }
        return try session.objects.put(
            made, root: workspace.resolvedRoot, scratch: session.scratch,
            leavingOut: workspace.leavingOut(below: out.path))
    }

    /// Results that depend on what was there before, or that nothing could tell, are not kept.
    var keepsTrace: Bool {
        if session.project.layout.format == .dvc {
            return keepsOuts && DVCRule.keepsTrace(of: stage)
        }
        return keepsOuts && stage.action != .data && !stage.runsAlways
            && !stage.outs.contains(where: \.persist)
    }
}
