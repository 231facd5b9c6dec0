/// What does not count in folders: tells it by path relative to where a walk begins, and whether a
/// folder is there.
public typealias LeavingOut = @Sendable (_ path: String, _ isFolder: Bool) -> Bool

extension Workspace {
    /// What does not count in what is at `path`, or will be there.
    public func leavingOut(below path: String) -> LeavingOut? {
        guard let leavingOut else { return nil }
        return { inner, isFolder in leavingOut(join(path, inner), isFolder) }
    }

    /// Copies what is left out of the folder at `path` to where a new folder for that path is made:
    /// it is the user's, so it outlives a change of what the folder is on record with.
    public func copyLeftOut(at path: String, to made: String) throws {
        guard let leavingOut,
            try fileSystem.linkStatus(join(root, path))?.kind == .folder,
            try fileSystem.linkStatus(made)?.kind == .folder
        else { return }
        var waiting = [""]
        while let folder = waiting.popLast() {
            for name in try fileSystem.list(join(join(root, path), folder)).sorted() {
                let inner = folder.isEmpty ? name : "\(folder)/\(name)"
                let source = join(join(root, path), inner)
                let isFolder = try fileSystem.linkStatus(source)?.kind == .folder
                if leavingOut(join(path, inner), isFolder) {
                    let copy = join(made, inner)
                    guard try fileSystem.linkStatus(copy) == nil else { continue }
                    try fileSystem.makeFolder(copy.folder)
                    try self.copy(source, to: copy, leavingOut: nil)
                } else if isFolder {
                    waiting.append(inner)
                }
            }
        }
    }
}
