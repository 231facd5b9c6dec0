/// What has to happen to a stage, and why.
public enum Verdict: Sendable, Equatable {
    /// The outs are what running the stage would give.
    case upToDate
    /// The outs of this earlier run are in the cache; the reasons say what differs from the lock.
    case restore(Trace, [RunReason])
    case run([RunReason])

    /// Why the stage is not up to date; empty when it is.
    public var reasons: [RunReason] {
        switch self {
        case .upToDate: []
        case .restore(_, let reasons), .run(let reasons): reasons
        }
    }
}

/// How a path differs from what the lock records.
public enum PathChange: String, Sendable, Hashable {
    case modified, deleted
    /// A dep that the recorded run did not have.
    case new
    /// A dep of the recorded run that is no longer declared.
    case removed
}

/// One reason why a stage is not up to date.
public enum RunReason: Sendable, Hashable {
    case neverRun
    case forced
    case alwaysChanged
    case formatChanged
    /// Commands or module names.
    case actionChanged(old: String, new: String)
    /// The folder that commands run in; "" is the root.
    case directoryChanged(old: String, new: String)
    case codeChanged
    /// Values as canonical text; an empty key is the whole file; nil where the stage did not, or
    /// does not, name the key.
    case paramChanged(file: String, key: String, old: String?, new: String?)
    case depChanged(path: String, PathChange)
    case environmentChanged(name: String)
    /// The declared outs or their options changed; nil where the out was not, or is not, declared.
    case outsChanged(path: String, old: String?, new: String?)
    case outMissing(path: String)
    case outEdited(path: String)
    /// The out is there, or is not, and the cache lacks it.
    case outNotCached(path: String)
    /// The records of the stages upstream changed, and the module reads them.
    case upstreamProvenance
}

extension RunReason {
    /// True if the stage would make what the lock records: only what is there differs.
    var isAboutContentOfOuts: Bool {
        switch self {
        case .outMissing, .outEdited: true
        default: false
        }
    }
}

extension RunReason: CustomStringConvertible {
    /// One line, such as `params.yaml distill.temperature 4 → 2`.
    public var description: String {
        switch self {
        case .neverRun: "never run"
        case .forced: "forced"
        case .alwaysChanged: "always runs"
        case .formatChanged: "recorded by another version"
        case .actionChanged(let old, let new):
            old.hasPrefix("module") && new.hasPrefix("module")
                ? "\(old) → \(new)" : "command changed"
        case .directoryChanged(let old, let new):
            "wdir \(old.isEmpty ? "." : old) → \(new.isEmpty ? "." : new)"
        case .codeChanged: "code changed"
        case .paramChanged(let file, let key, let old, let new):
            "\(key.isEmpty ? file : "\(file) \(key)") \(RunReason.change(old, new))"
        case .depChanged(let path, .modified): "dep '\(path)' changed"
        case .depChanged(let path, .deleted): "dep '\(path)' is missing"
        case .depChanged(let path, .new): "dep '\(path)' is new"
        case .depChanged(let path, .removed): "dep '\(path)' is no longer declared"
        case .environmentChanged(let name): "environment variable \(name) changed"
        case .outsChanged(let path, nil, _): "out '\(path)' is new"
        case .outsChanged(let path, _, nil): "out '\(path)' is no longer declared"
        case .outsChanged(let path, _, _): "options of out '\(path)' changed"
        case .outMissing(let path): "out '\(path)' is missing"
        case .outEdited(let path): "out '\(path)' was edited"
        case .outNotCached(let path): "out '\(path)' is not in the cache"
        case .upstreamProvenance: "records of upstream stages changed"
        }
    }

    private static func change(_ old: String?, _ new: String?) -> String {
        let shown = [old, new].compactMap { $0 }
        guard shown.allSatisfy({ $0.count <= 60 }) else { return "changed" }
        guard let old else { return "is new: \(new ?? "")" }
        guard let new else { return "is no longer named (was \(old))" }
        return "\(old) → \(new)"
    }
}
