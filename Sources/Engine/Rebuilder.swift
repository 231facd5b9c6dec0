import ContentStore
import Pipelines

/// Decides what has to happen to a stage.
///
/// A pure function of what is recorded and what is there.
enum Rebuilder {
    /// What is known about a stage before the decision.
    struct Situation {
        /// The stage's fingerprint as things are now.
        var fingerprint: Fingerprint
        var locked: LockEntry?
        /// Out path → what is there.
        var present: [String: Content]
        /// Outs that the cache should have and does not; only DVC asks.
        var lost: [String] = []
        var format = Layout.Format.native
        var forced = false
        var alwaysChanged = false
        /// Deps that are patterns: a recorded path of theirs that is no dep any more is gone.
        var patterns: [Glob] = []
    }

    /// Decides; `restorable` is asked for a trace of the fingerprint only if the stage is not up to
    /// date.
    static func verdict(
        _ situation: Situation, restorable: () throws -> Trace?
    ) rethrows -> Verdict {
        let reasons = reasons(situation)
        if reasons.isEmpty { return .upToDate }
        if situation.forced || situation.alwaysChanged { return .run(reasons) }
        if let trace = try restorable() { return .restore(trace, reasons) }
        return .run(reasons)
    }

    /// Everything that keeps the stage from being up to date, the most telling first.
    static func reasons(_ situation: Situation) -> [RunReason] {
        var reasons: [RunReason] = situation.forced ? [.forced] : []
        if situation.alwaysChanged { reasons.append(.alwaysChanged) }
        guard let locked = situation.locked else { return reasons + [.neverRun] }
        reasons +=
            situation.format == .native
            ? differences(
                from: locked.fingerprint, to: situation.fingerprint, situation.patterns)
            : DVCRule.differences(from: locked, to: situation.fingerprint)
        reasons += situation.lost.map { .outNotCached(path: $0) }
        for out in situation.fingerprint.outs where !out.volatile {
            guard let recorded = locked.content(of: out.path),
                !situation.lost.contains(out.path)
            else { continue }
            guard let present = situation.present[out.path] else {
                reasons.append(.outMissing(path: out.path))
                continue
            }
            if present != recorded { reasons.append(.outEdited(path: out.path)) }
        }
        return reasons
    }

    private static func differences(
        from old: Fingerprint, to new: Fingerprint, _ patterns: [Glob]
    ) -> [RunReason] {
        var reasons: [RunReason] = []
        guard old != new else { return [] }
        if old.action != new.action {
            reasons.append(.actionChanged(old: old.action.text, new: new.action.text))
        }
        if old.directory != new.directory {
            reasons.append(.directoryChanged(old: old.directory, new: new.directory))
        }
        if old.action == new.action, old.code != new.code { reasons.append(.codeChanged) }
        compare(old.params, new.params, by: { [$0.file, $0.key] }) { old, new in
            guard let either = new ?? old else { return }
            reasons += ParamDifference.reasons(
                file: either.file, key: either.key, old: old?.value, new: new?.value)
        }
        compare(old.deps, new.deps, by: { [$0.path] }) { old, new in
            switch (old, new) {
            case (let old?, let new?):
                guard old.content != new.content else { return }
                reasons.append(
                    .depChanged(path: new.path, new.content == nil ? .deleted : .modified))
            case (nil, let new?):
                reasons.append(.depChanged(path: new.path, new.content == nil ? .deleted : .new))
            case (let old?, nil):
                let isGone = patterns.contains { $0.matches(old.path) }
                reasons.append(.depChanged(path: old.path, isGone ? .deleted : .removed))
            case (nil, nil): break
            }
        }
        compare(old.environment, new.environment, by: { [$0.name] }) { old, new in
            guard old != new, let either = new ?? old else { return }
            reasons.append(.environmentChanged(name: either.name))
        }
        compare(old.outs, new.outs, by: { [$0.path] }) { old, new in
            guard old != new, let either = new ?? old else { return }
            reasons.append(
                .outsChanged(path: either.path, old: old?.options, new: new?.options))
        }
        // Another action reads other things.
        if old.action == new.action, old.provenance != new.provenance {
            reasons.append(.upstreamProvenance)
        }
        return reasons
    }

    /// Goes through two lists by key: those of the new list in its order, then those only the old
    /// has.
    private static func compare<Element>(
        _ old: [Element], _ new: [Element], by key: (Element) -> [String],
        _ body: (Element?, Element?) -> Void
    ) {
        let known = Dictionary(old.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let present = Set(new.map(key))
        for element in new { body(known[key(element)], element) }
        for element in old where !present.contains(key(element)) { body(element, nil) }
    }
}
