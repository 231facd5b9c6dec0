import ContentStore
public import Pipelines

/// One difference between what a stage was made from and what is there now, with its place.
public struct Explanation: Sendable, Equatable {
    /// The part of the fingerprint, such as `param 'distill.lr'`.
    public var subject: String
    /// What was recorded; nil where nothing was, or where there is no value to show.
    public var old: String?
    /// What is there now; nil where nothing is.
    public var new: String?
    /// Where it is written; nil for what is written nowhere.
    public var place: SourceLocation?
    /// More about it, such as which files of a folder differ.
    public var note: String?

    init(
        _ subject: String, old: String? = nil, new: String? = nil, place: SourceLocation? = nil,
        note: String? = nil
    ) {
        self.subject = subject
        self.old = old
        self.new = new
        self.place = place
        self.note = note
    }
}

/// Puts reasons into words that say where to look.
struct Explainer {
    let session: Session
    let stage: Stage
    let situation: Rebuilder.Situation

    private var locked: Fingerprint? { situation.locked?.fingerprint }

    func explain(_ reason: RunReason) -> Explanation {
        let now = situation.fingerprint
        switch reason {
        case .paramChanged(let file, let key, let old, let new):
            return Explanation(
                key.isEmpty ? "parameters" : "param '\(key)'", old: old, new: new,
                place: place(of: key, in: file))
        case .codeChanged:
            var module = "the module"
            if case .module(let name) = stage.action { module = "module '\(name)'" }
            return Explanation(
                "code of \(module)", old: locked?.code.map { String($0.prefix(12)) },
                new: now.code.map { String($0.prefix(12)) })
        case .actionChanged(let old, let new):
            return Explanation("action", old: old, new: new, place: stage.location)
        case .depChanged(let path, let change):
            let old = locked?.deps.first { $0.path == path }?.content
            let new = now.deps.first { $0.path == path }?.content
            let maker = session.project.graph.maker(of: path).map { "made by '\($0.name)'" }
            let files = files(from: old, to: new, at: path)
            return Explanation(
                "dep '\(path)'", old: old.map(Explainer.words),
                new: change == .removed ? "not declared" : new.map(Explainer.words),
                place: stage.dep(for: path)?.location,
                note: [maker, files].compactMap { $0 }.joined(separator: "; ").nilIfEmpty)
        case .environmentChanged(let name):
            func value(_ print: Fingerprint?) -> String? {
                print?.environment.first { $0.name == name }
                    .map { $0.digest.map { "digest \($0.hex.prefix(12))" } ?? "unset" }
            }
            return Explanation(
                "environment variable \(name)", old: value(locked), new: value(now),
                place: stage.location)
        case .outsChanged(let path, let old, let new):
            return Explanation(
                "options of out '\(path)'", old: old.map { $0.isEmpty ? "plain" : $0 },
                new: new.map { $0.isEmpty ? "plain" : $0 },
                place: stage.outs.first { $0.path == path }?.location)
        case .outMissing(let path), .outEdited(let path), .outNotCached(let path):
            let old = situation.locked?.content(of: path)
            let new = situation.present[path]
            return Explanation(
                "out '\(path)'", old: old.map(Explainer.words), new: new.map(Explainer.words),
                place: stage.outs.first { $0.path == path }?.location,
                note: files(from: old, to: new, at: path))
        case .neverRun: return Explanation("never run", place: stage.location)
        case .forced, .alwaysChanged, .formatChanged, .upstreamProvenance:
            return Explanation(reason.description)
        }
    }

    private func place(of key: String, in file: String) -> SourceLocation? {
        guard let bytes = try? session.project.fileSystem.bytes(of: session.project.absolute(file))
        else { return nil }
        let top = SourceLocation(file: file, line: 1, column: 1)
        return ParamPlace.location(of: key, in: String(decoding: bytes, as: UTF8.self), file: file)
            ?? top
    }

    /// Which files of a folder differ, where the cache still has the list of the old ones.
    private func files(from old: Content?, to new: Content?, at path: String) -> String? {
        guard let old, let new, old.isFolder, new.isFolder,
            let before = try? session.objects.manifest(of: old),
            let after = try? session.workspace.manifest(at: path), after.content == new
        else { return nil }
        let known = Dictionary(
            before.files.map { ($0.path, $0.digest) }, uniquingKeysWith: { first, _ in first })
        let present = Set(after.files.map(\.path))
        let changes =
            after.files.compactMap { file -> String? in
                guard let digest = known[file.path] else { return "\(file.path) is new" }
                return digest == file.digest ? nil : "\(file.path) modified"
            } + before.files.filter { !present.contains($0.path) }.map { "\($0.path) deleted" }
        let more = changes.count > 3 ? ", and \(changes.count - 3) more" : ""
        return (changes.prefix(3).joined(separator: ", ") + more).nilIfEmpty
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

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
