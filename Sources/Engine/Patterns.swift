import ContentStore
import Pipelines

extension Session {
    /// What `stage` reads, patterns as the paths that match now.
    ///
    /// A file that came, went or changed is thus a dep of its own that did.
    func inputs(
        of stage: Stage, content: (String) throws -> Content?
    ) throws -> [Fingerprint.Input] {
        try stage.deps.flatMap { dep in
            guard let glob = dep.glob else {
                return [Fingerprint.Input(path: dep.path, content: try content(dep.path))]
            }
            return try project.paths(of: glob)
                .map { .init(path: $0, content: try content($0)) }
        }
    }
}

extension Project {
    /// The paths that match a pattern now, sorted as bytes.
    func paths(of glob: Glob) throws -> [String] {
        try glob.paths(leavingOut: ignored) { folder in
            let path = absolute(folder)
            guard try fileSystem.status(path)?.kind == .folder else { return [] }
            return try fileSystem.list(path).compactMap { name in
                try fileSystem.linkStatus("\(path)/\(name)").map {
                    .init(name: name, isFolder: $0.kind == .folder)
                }
            }
        }
    }
}

extension Stage {
    /// The dep that `path` is read for: the path itself, or the first pattern that it matches.
    func dep(for path: String) -> Dep? {
        deps.first { $0.glob == nil && $0.path == path }
            ?? deps.first { $0.glob?.matches(path) == true }
    }

    /// The first pattern that none of `inputs` matches; nil where there is none.
    func emptyPattern(among inputs: [Fingerprint.Input]) -> Dep? {
        deps.first { dep in
            guard let glob = dep.glob else { return false }
            return !inputs.contains { $0.content != nil && glob.matches($0.path) }
        }
    }
}
