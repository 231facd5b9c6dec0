import ContentStore
import History
import Pipelines

/// The files of a project on disk, with a note of each that is looked at.
struct ObservedFiles: ProjectFiles {
    private let files: WorkspaceFiles
    private let observations: Observations

    /// Creates a view on the folder `root`.
    init(root: String, observations: Observations) {
        files = WorkspaceFiles(root: root)
        self.observations = observations
    }

    private func path(_ path: String) -> String {
        path.isEmpty ? files.root : "\(files.root)/\(path)"
    }

    func read(_ path: String) throws -> [UInt8]? {
        observations.note(self.path(path), on: LocalFileSystem())
        return try files.read(path)
    }

    /// A walk is not noted folder by folder; nothing that needs one is asked often.
    func list(_ path: String) throws -> [String] {
        observations.spoil()
        return try files.list(path)
    }

    func lister() -> ProjectLister {
        let list = files.lister()
        return { folder in
            // Its times tell of names that come and go.
            observations.note(path(folder), on: LocalFileSystem())
            return try list(folder)
        }
    }
}
