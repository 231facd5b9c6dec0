/// Paths at which nothing is, told for many of them by a list of the folder that they would be in.
extension Workspace {
    /// From so many paths in one folder on, a list of it costs less than a look at each.
    private static let manyPaths = 32

    /// Looks at which of some paths relative to the root nothing is, until `mayChange` is called.
    ///
    /// What may be there is not looked at.
    public func lookForAbsent(among paths: [String]) throws {
        let moment = glances.moment
        for (folder, paths) in Dictionary(grouping: paths, by: \.folder)
        where paths.count >= Workspace.manyPaths {
            let absolute = join(root, folder)
            let status = try fileSystem.status(absolute)
            // Of a file, or of what cannot be looked at, each look tells.
            guard status == nil || status?.kind == .folder else { continue }
            let names = try status == nil ? [] : fileSystem.list(absolute)
            // To some file systems names that differ in case are the same.
            let present = Set(names.map { $0.lowercased() })
            for path in paths {
                let name = folder.isEmpty ? path : String(path.dropFirst(folder.count + 1))
                if !present.contains(name.lowercased()) { glances.note(path, nil, at: moment) }
            }
        }
    }
}
