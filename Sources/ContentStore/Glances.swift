import Synchronization

/// What was seen at paths since files last may have changed.
final class Glances: Sendable {
    private struct State {
        /// Counts the times that files may have changed.
        var moment = 0
        var contents: [String: Content?] = [:]
        /// Folders, and whether they are reached by no link.
        var plain: [String: Bool] = [:]
        /// What folders were last seen to be made of: true of that content whatever changes.
        var manifests: [String: Manifest] = [:]
    }

    private let state = Mutex(State())

    /// The moment of the question, for notes.
    var moment: Int { state.withLock { $0.moment } }

    /// What was seen at a path, nil where nobody looked since; and the moment of the question.
    func seen(_ path: String) -> (content: Content??, moment: Int) {
        state.withLock { ($0.contents[path], $0.moment) }
    }

    /// Notes what is at a path, unless files may have changed since `moment`.
    func note(_ path: String, _ content: Content?, at moment: Int) {
        state.withLock { state in
            if state.moment == moment { state.contents[path] = .some(content) }
        }
    }

    /// Whether a folder is reached by no link, where somebody looked since.
    func isPlain(_ folder: String) -> Bool? { state.withLock { $0.plain[folder] } }

    /// Notes whether a folder is reached by no link, unless files may have changed since `moment`.
    func note(_ folder: String, isPlain: Bool, at moment: Int) {
        state.withLock { state in
            if state.moment == moment { state.plain[folder] = isPlain }
        }
    }

    /// What a folder was last seen to be made of, where it was put together.
    func manifest(_ path: String) -> Manifest? { state.withLock { $0.manifests[path] } }

    /// Notes what a folder is made of.
    func note(_ path: String, _ manifest: Manifest) {
        state.withLock { $0.manifests[path] = manifest }
    }

    /// Files may have changed.
    func forget() {
        state.withLock { state in
            state.moment += 1
            state.plain.removeAll(keepingCapacity: true)
            state.contents.removeAll(keepingCapacity: true)
        }
    }
}
