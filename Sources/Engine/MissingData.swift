import ContentStore
import Pipelines

extension Session {
    /// Whether `stage` would be up to date if all that is not there were as it is recorded.
    func isUpToDateButForMissing(
        _ stage: Stage, values: Preflight.Values, present: [String: Content],
        entry: (String) -> LockEntry?, content: (String) throws -> Content?
    ) throws -> Bool {
        guard let locked = entry(stage.name) else { return false }
        let fingerprint = try fingerprint(of: stage, values: values, entry: entry) { path in
            try content(path) ?? recorded(at: path, readBy: locked, entry: entry)
        }
        var present = present
        for out in locked.outs where present[out.path] == nil { present[out.path] = out.content }
        return Rebuilder.reasons(
            .init(
                fingerprint: fingerprint, locked: locked, present: present,
                format: project.layout.format)
        ).isEmpty
    }

    /// What its maker's record, or else that of its reader, says of a path.
    private func recorded(
        at path: String, readBy locked: LockEntry, entry: (String) -> LockEntry?
    ) -> Content? {
        let made = project.graph.maker(of: path).flatMap { entry($0.name)?.content(of: path) }
        return made ?? locked.fingerprint.deps.first { $0.path == path }?.content
    }
}
