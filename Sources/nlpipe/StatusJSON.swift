import Engine
import History
import ParamValues
import Pipelines

/// Changes of stages in the shape of `dvc status --json`.
enum StatusJSON {
    /// `{stage: [{"changed deps": {path: state or {key: state}}}, {"changed outs": …}, "changed command"]}`;
    /// `{}` when nothing changed.
    static func text(_ stages: [PlannedStage]) -> String {
        var entries: [String: ParamValue] = [:]
        for stage in stages { entries[stage.stage] = .list(changes(stage.changes)) }
        return ParamValue.object(entries).canonicalText
    }

    private static func changes(_ reasons: [RunReason]) -> [ParamValue] {
        var deps: [String: ParamValue] = [:]
        var params: [String: [String: ParamValue]] = [:]
        var outs: [String: ParamValue] = [:]
        var variables: [String: ParamValue] = [:]
        var words: [ParamValue] = []
        for reason in reasons {
            switch reason {
            case .depChanged(let path, let change): deps[path] = .string(change.rawValue)
            case .paramChanged(let file, let key, let old, let new):
                params[file, default: [:]][key.isEmpty ? file : key] = state(old: old, new: new)
            case .outMissing(let path): outs[path] = .string("deleted")
            case .outNotCached(let path): outs[path] = .string("not in cache")
            case .outEdited(let path): outs[path] = .string("modified")
            case .outsChanged(let path, let old, let new): outs[path] = state(old: old, new: new)
            case .environmentChanged(let name): variables[name] = .string("modified")
            case .actionChanged: words.append(.string("changed command"))
            case .directoryChanged: words.append(.string("changed wdir"))
            case .codeChanged: words.append(.string("changed code"))
            case .alwaysChanged: words.append(.string("always changed"))
            case .neverRun: words.append(.string("never run"))
            default: words.append(.string(reason.description))
            }
        }
        for (file, keys) in params { deps[file] = .object(keys) }
        let groups = [
            ("changed deps", deps), ("changed outs", outs), ("changed environment", variables),
        ]
        return groups.filter { !$0.1.isEmpty }.map { .object([$0.0: .object($0.1)]) } + words
    }

    private static func state(old: String?, new: String?) -> ParamValue {
        if old == nil { return .string("new") }
        return .string(new == nil ? "deleted" : "modified")
    }
}
