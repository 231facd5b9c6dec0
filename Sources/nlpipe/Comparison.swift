import ArgumentParser
import Engine
import History
import Pipelines

/// The two moments that a `diff` command compares.
struct Sides: ParsableArguments {
    @Argument(help: "The first revision; HEAD if left out.")
    var a: String?
    @Argument(help: "The second revision; the working folder if left out.")
    var b: String?

    var oldName: String { a ?? "HEAD" }
    var newName: String { b ?? "workspace" }
}

/// Values of a project in commits and in the working folder.
struct Moments {
    private let root: String
    private let console = Console()

    /// Finds the project; its pipeline file need not be sound, for past ones are read as well.
    init(_ options: GlobalOptions) throws {
        root = try ProjectRoot.find(from: try options.workingFolder())
    }

    /// The values of `revision`, of the working folder for nil.
    ///
    /// A pipeline file of the past that cannot be read counts as having no values, with a warning.
    func values(_ revision: String?) throws -> ProjectValues? {
        guard let revision else { return try ProjectValues(files: WorkspaceFiles(root: root)) }
        let repository = try Repository(containing: root)
        let commit = try repository.resolve(revisionOrExperiment: revision)
        let files = try repository.files(of: commit, below: root)
        do {
            let pipeline = try ProjectReader(files: files, knownModules: nil).read().pipeline
            guard !pipeline.files.isEmpty else { return try ProjectValues(files: files) }
            return ProjectValues(
                files: CachedFiles(files, root: root, pipeline: pipeline), pipeline: pipeline)
        } catch let error as DefinitionError {
            console.warn("the pipeline of revision '\(revision)' cannot be read\n\(error)")
            return nil
        }
    }

    /// The revisions in `scopes`: what each is called, and the commit that it is.
    func revisions(_ scopes: [RevisionScope]) throws -> [(String, String)] {
        try Repository(containing: root).revisions(scopes).map { ($0.name, $0.commit.id) }
    }

    /// Whether the first of `revisions`, the working folder, has the values of the commit that is
    /// checked out, which is among `commits`.
    func isAsHead(_ revisions: [RevisionValues], _ commits: [String?]) throws -> Bool {
        guard let head = try Repository(containing: root).head(),
            let position = commits.firstIndex(of: head.id)
        else { return false }
        return revisions[position].files == revisions.first?.files
    }

    /// Says on standard error which files could not be read; they count as absent.
    func warn(about files: [ValueFile], of side: String) {
        for file in files {
            if let problem = file.problem {
                console.warn("'\(file.path)' of \(side) cannot be read\n\(problem)")
            }
        }
    }
}
