import Engine
import Foundation
import History
import ParamValues
import Pipelines

/// Changes of stages in the shape of `dvc status --json`.
struct StatusJSON {
    private let graph: Graph
    private let root: String

    /// Creates a view on the stages of a project.
    init(_ opened: OpenProject) {
        graph = opened.graph
        root = opened.root
    }

    /// `{stage: [{"changed deps": {path: state or {key: state}}}, {"changed outs": …}, "changed command"]}`;
    /// `{}` when nothing changed.
    ///
    /// Beside DVC's words there are `changed environment`, `changed code` and the like for what DVC
    /// does not know.
    func text(_ stages: [PlannedStage]) -> String {
        let entries = stages.map { ($0.stage, ParamValue.list(changes(of: $0))) }
        return ParamValue.object(Dictionary(entries, uniquingKeysWith: { $1 })).canonicalText
    }

    private func changes(of planned: PlannedStage) -> [ParamValue] {
        var groups = Groups()
        let stage = graph.stage(named: planned.stage)
        for reason in planned.changes {
            switch reason {
            case .neverRun:
                if let stage { addNeverRun(stage, to: &groups) }
            case .paramChanged(let file, let key, let old, let new):
                let named = stage?.named(key, of: file) ?? key
                let isPart = named != key
                groups.add(
                    .paramChanged(
                        file: file, key: named, old: isPart ? old ?? "" : old,
                        new: isPart ? new ?? "" : new))
            default: groups.add(reason)
            }
        }
        return groups.entries
    }

    /// As DVC has it: whatever is there counts as modified, for nothing is recorded.
    private func addNeverRun(_ stage: Stage, to groups: inout Groups) {
        if !stage.frozen {
            for dep in stage.deps { groups.deps[dep.path] = state(of: dep.path) }
            for dep in stage.params { groups.deps[dep.file] = .string("new") }
        }
        for out in stage.outs { groups.outs[out.path] = state(of: out.path) }
    }

    private func state(of path: String) -> ParamValue {
        .string(FileManager.default.fileExists(atPath: "\(root)/\(path)") ? "modified" : "deleted")
    }

    /// The changes of one stage by kind.
    private struct Groups {
        var deps: [String: ParamValue] = [:]
        var params: [String: [String: ParamValue]] = [:]
        var outs: [String: ParamValue] = [:]
        var variables: [String: ParamValue] = [:]
        var words: [ParamValue] = []

        mutating func add(_ reason: RunReason) {
            switch reason {
            case .depChanged(let path, let change):
                // As in DVC: what was never recorded counts as modified.
                deps[path] = .string((change == .new ? .modified : change).rawValue)
            case .paramChanged(let file, let key, let old, let new):
                let name = key.isEmpty ? file : key
                let state = state(old: old, new: new)
                // Several values below one key that the stage names.
                let known = params[file]?[name]
                params[file, default: [:]][name] =
                    known == nil || known == state ? state : .string("modified")
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

        var entries: [ParamValue] {
            var deps = deps
            for (file, keys) in params { deps[file] = .object(keys) }
            let groups = [
                ("changed deps", deps), ("changed outs", outs), ("changed environment", variables),
            ]
            return groups.filter { !$0.1.isEmpty }.map { .object([$0.0: .object($0.1)]) } + words
        }

        private func state(old: String?, new: String?) -> ParamValue {
            if old == nil { return .string("new") }
            return .string(new == nil ? "deleted" : "modified")
        }
    }
}

extension Stage {
    /// The key as the stage names it, of which the value at `key` is a part; the first component
    /// where the stage names the whole file.
    fileprivate func named(_ key: String, of file: String) -> String? {
        for dep in params where dep.file == file {
            guard let keys = dep.keys else {
                return key.split(separator: ".").first.map(String.init)
            }
            if let named = keys.first(where: { key == $0 || key.hasPrefix("\($0).") }) {
                return named
            }
        }
        return nil
    }
}
