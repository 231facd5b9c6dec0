import ContentStore
import Pipelines

/// Puts reasons into words that say where to look.
struct Explainer {
    let session: Session
    let stage: Stage
    let situation: Rebuilder.Situation
    /// The parameters files, for the places of keys.
    let files: [String: ParamsFile]
    /// The records of stages, for modules that read them.
    let entry: (String) -> LockEntry?

    private var locked: Fingerprint? { situation.locked?.fingerprint }
    private var now: Fingerprint { situation.fingerprint }

    func explain(_ reason: RunReason) -> Explanation {
        switch reason {
        case .paramChanged(let file, let key, let old, let new):
            return Explanation(
                key.isEmpty ? "parameters" : "param '\(key)'", old: old, new: new,
                place: place(ofParam: key, in: file, isNew: old == nil))
        case .codeChanged: return code()
        case .actionChanged: return action()
        case .directoryChanged(let old, let new):
            return Explanation(
                "wdir", old: old.isEmpty ? "." : old, new: new.isEmpty ? "." : new,
                place: stage.places.directory ?? stage.location)
        case .depChanged(let path, let change): return dep(path, change)
        case .environmentChanged(let name):
            func value(_ print: Fingerprint?) -> String? {
                print?.environment.first { $0.name == name }
                    .map { $0.digest.map { "digest \($0.hex.prefix(12))" } ?? "unset" }
            }
            return Explanation(
                "environment variable \(name)", old: value(locked), new: value(now),
                place: stage.places.environment ?? stage.location)
        case .outsChanged(let path, let old, let new):
            return Explanation(
                "options of out '\(path)'", old: old.map { $0.isEmpty ? "plain" : $0 },
                new: new.map { $0.isEmpty ? "plain" : $0 },
                place: stage.outs.first { $0.path == path }?.location ?? stage.location)
        case .outMissing(let path), .outEdited(let path), .outNotCached(let path):
            let old = situation.locked?.content(of: path)
            let new = situation.present[path]
            return Explanation(
                "out '\(path)'", old: old.map(Explainer.words), new: new.map(Explainer.words),
                place: stage.outs.first { $0.path == path }?.location,
                note: files(from: old, to: new, at: path))
        case .neverRun: return Explanation("never run", place: stage.location)
        case .alwaysChanged:
            return Explanation(reason.description, place: stage.places.always ?? stage.location)
        case .upstreamProvenance:
            return Explanation(
                reason.description, place: stage.places.action ?? stage.location,
                note: changedRecords())
        case .forced, .formatChanged: return Explanation(reason.description)
        }
    }

    /// Commands are compared line by line.
    private func action() -> Explanation {
        let place = stage.places.action ?? stage.location
        guard case .command(let old)? = locked?.action, case .command(let new) = now.action else {
            return Explanation(
                "action", old: locked?.action.text, new: now.action.text, place: place)
        }
        func line(_ lines: [String], _ index: Int) -> String? {
            lines.indices.contains(index) ? lines[index] : nil
        }
        let count = max(old.count, new.count)
        let changed = (0..<count).filter { line(old, $0) != line(new, $0) }
        let first = changed.first ?? 0
        return Explanation(
            count == 1 ? "command" : "command \(first + 1) of \(count)", old: line(old, first),
            new: line(new, first), place: place,
            note: changed.count > 1 ? "and \(changed.count - 1) more" : nil)
    }

    private func code() -> Explanation {
        guard case .module(let name) = stage.action else { return Explanation("code") }
        let present = session.project.registry.module(named: name)?.codeFiles ?? [:]
        let recorded = evidence?.code ?? [:]
        var note: String?
        if recorded.isEmpty {
            note = present.isEmpty ? nil : "in which file is not on record"
        } else if !present.isEmpty {
            note = Evidence.differences(from: recorded, to: present)
        }
        return Explanation(
            "code of module '\(name)'", old: locked?.code.map { String($0.prefix(12)) },
            new: now.code.map { String($0.prefix(12)) },
            place: stage.places.action ?? stage.location, note: note)
    }

    private func dep(_ path: String, _ change: PathChange) -> Explanation {
        let old = locked?.deps.first { $0.path == path }?.content
        let new = now.deps.first { $0.path == path }?.content
        let maker = session.project.graph.maker(of: path).map { "made by '\($0.name)'" }
        let notes = [maker, files(from: old, to: new, at: path)].compactMap { $0 }
        return Explanation(
            "dep '\(path)'", old: old.map(Explainer.words),
            new: change == .removed ? "not declared" : new.map(Explainer.words),
            place: stage.dep(for: path)?.location ?? stage.location,
            note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }

    /// The stages whose records differ from those that the recorded run read.
    private func changedRecords() -> String? {
        guard let recorded = evidence?.provenance, !recorded.isEmpty else { return nil }
        let records = session.provenance(of: stage, entry: entry)
        return Evidence.differences(from: recorded, to: Evidence.digests(of: records))
    }

    /// What the run behind the lock's entry left about its digests.
    private var evidence: Evidence? {
        guard let locked else { return nil }
        return try? session.runCache.trace(of: locked)?.facts.evidence
    }

    /// A key that the stage has newly named stands in the pipeline file, and so does the place where
    /// one was that it names no longer; values stand in their parameters file.
    private func place(ofParam key: String, in file: String, isNew: Bool) -> SourceLocation? {
        let named = stage.params.filter { $0.file == file }
        let exact = named.first { key.isEmpty ? $0.keys == nil : $0.keys?.contains(key) == true }
        if isNew, let exact { return exact.location }
        let isNamed =
            exact != nil
            || named.contains { dep in
                guard let keys = dep.keys else { return true }
                return keys.contains { key.hasPrefix($0 + ".") || key.hasPrefix($0 + "[") }
            }
        guard isNamed else { return stage.location }
        return files[file]?.place(of: key) ?? SourceLocation(file: file, line: 1, column: 1)
    }

    /// Which files of a folder differ, where the cache has the list of the old ones.
    private func files(from old: Content?, to new: Content?, at path: String) -> String? {
        guard let old, let new, old.isFolder, new.isFolder,
            let before = try? session.objects.manifest(of: old, settingAside: false),
            let after = try? session.workspace.manifest(at: path, of: new)
        else { return nil }
        return FolderDifference.words(from: before.files, to: after.files)
    }

    /// `sha256 1a2b3c4d5e6f, 12 bytes`.
    static func words(_ content: Content) -> String {
        let digest = "\(content.digest.algorithm) \(content.digest.hex.prefix(12))"
        switch content.form {
        case .file(let executable):
            return "\(digest), \(content.size) bytes\(executable ? ", executable" : "")"
        case .folder(let files): return "\(digest), \(content.size) bytes in \(files) files"
        }
    }
}
