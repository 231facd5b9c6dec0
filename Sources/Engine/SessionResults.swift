import ContentStore
import Pipelines

/// What stages made: in the workspace, and where else it can be had.
extension Session {
    /// What is at the stage's outs.
    ///
    /// What cannot be an out counts as nothing: a run replaces it.
    func present(_ stage: Stage) throws -> [String: Content] {
        var present: [String: Content] = [:]
        for out in stage.outs {
            if case .sound(let content) = try found(at: out.path) { present[out.path] = content }
        }
        return present
    }

    /// Cached outs of which the cache lacks what the lock records: to DVC they are out of date.
    func lost(_ stage: Stage, _ locked: LockEntry?) throws -> [String] {
        guard project.layout.format == .dvc, let locked else { return [] }
        return try stage.outs.filter(\.cache).map(\.path).filter { path in
            try locked.content(of: path).map { try !objects.contains($0) } ?? false
        }
    }

    /// Throws `EngineError.dataMissing` where a stage's data are not there.
    func requireData(of stage: Stage) throws {
        for out in stage.outs where try workspace.content(at: out.path) == nil {
            throw EngineError.dataMissing(file: stage.name, path: out.path)
        }
    }

    /// What is at the path of an out.
    enum Found {
        case nothing
        case sound(Content)
        /// A broken link, a pipe, or a link out of the project.
        case unfit
    }

    func found(at path: String) throws -> Found {
        do {
            if let seen = try workspace.quickGlance(at: path) {
                return seen.map(Found.sound) ?? .nothing
            }
            return try workspace.thoroughGlance(at: path).map(Found.sound) ?? unfitLink(at: path)
        } catch let error as FileError {
            if case .failed = error { throw error }
            return .unfit
        }
    }

    /// A link that leads nowhere looks like nothing until it is looked at itself.
    private func unfitLink(at path: String) throws -> Found {
        try project.fileSystem.linkStatus(project.absolute(path)) == nil ? .nothing : .unfit
    }

    /// A run of this fingerprint whose outs are all there or can be had from the cache.
    ///
    /// What the lock says comes first: of two runs with one fingerprint, it has the one that
    /// counts.
    func restorable(
        _ fingerprint: Fingerprint, locked: LockEntry?, present: [String: Content],
        usesRunCache: Bool
    ) throws -> Trace? {
        if project.layout.format == .dvc || fingerprint.action == .data {
            return try DVCRule.restorable(
                fingerprint, locked: locked, present: present, self, usesRunCache: usesRunCache)
        }
        let cached = usesRunCache ? try runCache.trace(of: fingerprint) : nil
        var candidates = [cached].compactMap { $0 }
        if let locked, locked.fingerprint == fingerprint, cached?.lockEntry != locked {
            let facts = RunFacts(started: 0, duration: 0, machine: "", threads: 0)
            candidates.insert(
                Trace(fingerprint: fingerprint, outs: locked.outs, facts: facts), at: 0)
        }
        return try candidates.first { trace in
            try trace.outs.allSatisfy { out in
                guard let content = out.content else { return present[out.path] != nil }
                return try present[out.path] == content || objects.contains(content)
            }
        }
    }
}
