import ContentStore
import Pipelines

/// When DVC takes a stage for unchanged, keeps its run, and takes an earlier run for its result.
enum DVCRule {
    /// What differs between what is recorded and what is declared and there now.
    ///
    /// Deps and parameters that are no longer declared are nothing to it.
    static func differences(from old: LockEntry, to new: Fingerprint) -> [RunReason] {
        var reasons: [RunReason] = []
        let recorded = old.fingerprint
        if new.action != .data, recorded.command != new.command {
            reasons.append(
                .actionChanged(old: recorded.action.text, new: new.action.text))
        }
        reasons += params(from: recorded, to: new)
        let deps = Dictionary(
            recorded.deps.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
        for dep in new.deps {
            guard let before = deps[dep.path] else {
                reasons.append(.depChanged(path: dep.path, dep.content == nil ? .deleted : .new))
                continue
            }
            if before != dep.content {
                reasons.append(
                    .depChanged(path: dep.path, dep.content == nil ? .deleted : .modified))
            }
        }
        for out in new.outs where old.content(of: out.path) == nil {
            reasons.append(.outsChanged(path: out.path, old: nil, new: out.options))
        }
        return reasons
    }

    private static func params(
        from old: Fingerprint, to new: Fingerprint
    ) -> [RunReason] {
        struct Name: Hashable {
            var file: String
            var key: String
        }
        let before = Dictionary(
            old.params.map { (Name(file: $0.file, key: $0.key), $0.value) },
            uniquingKeysWith: { first, _ in first })
        var reasons: [RunReason] = []
        for param in new.params {
            let recorded = before[Name(file: param.file, key: param.key)]
            if let recorded, TypedText.areEqual(recorded, param.value) { continue }
            reasons += ParamDifference.reasons(
                file: param.file, key: param.key, old: recorded, new: param.value)
        }
        let present = Set(new.params.map { Name(file: $0.file, key: $0.key) })
        for param in old.params where new.wholeFiles.contains(param.file) {
            guard !present.contains(Name(file: param.file, key: param.key)) else { continue }
            reasons.append(
                .paramChanged(file: param.file, key: param.key, old: param.value, new: nil))
        }
        return reasons
    }

    /// Whether runs of such a stage can be told apart: it has inputs, and outs that depend on
    /// nothing else.
    static func isTold(_ fingerprint: Fingerprint) -> Bool {
        guard case .command = fingerprint.action else { return false }
        return !(fingerprint.deps.isEmpty && fingerprint.params.isEmpty)
            && !fingerprint.outs.isEmpty && !fingerprint.outs.contains(where: \.persist)
    }

    /// Whether the result of a stage goes into the run cache.
    static func keepsTrace(of stage: Stage) -> Bool {
        guard case .command = stage.action else { return false }
        return !stage.runsAlways && !(stage.deps.isEmpty && stage.params.isEmpty)
            && stage.outs.allSatisfy { !$0.persist && ($0.cache || $0.kind != .artifact) }
    }

    /// The result that DVC would restore.
    ///
    /// What the lock records if only outs are missing or edited, else the newest run of the same
    /// inputs; all of it has to be in the cache.
    static func restorable(
        _ fingerprint: Fingerprint, locked: LockEntry?, present: [String: Content],
        _ session: Session, usesRunCache: Bool
    ) throws -> Trace? {
        func isKept(_ outs: [RecordedOut]) throws -> Bool {
            try outs.allSatisfy { out in
                try out.content.map(session.objects.contains) ?? false
            }
        }
        let facts = RunFacts(started: 0, duration: 0, machine: "", threads: 0)
        if fingerprint.action == .data {
            // What was edited is the data from now on; only what is gone can be put back.
            guard let locked,
                locked.outs.allSatisfy({ present[$0.path] == nil || present[$0.path] == $0.content }
                ),
                try isKept(locked.outs.filter { present[$0.path] == nil })
            else { return nil }
            let isWhole = locked.outs.contains { present[$0.path] == nil }
            return isWhole ? Trace(fingerprint: fingerprint, outs: locked.outs, facts: facts) : nil
        }
        guard isTold(fingerprint) else { return nil }
        if let locked, differences(from: locked, to: fingerprint).isEmpty {
            let declared = Set(fingerprint.outs.map(\.path))
            let outs = locked.outs.filter { declared.contains($0.path) }
            return try isKept(outs)
                ? Trace(fingerprint: fingerprint, outs: outs, facts: facts) : nil
        }
        guard usesRunCache, let cached = try session.runCache.trace(of: fingerprint),
            try isKept(cached.outs)
        else { return nil }
        return cached
    }
}
