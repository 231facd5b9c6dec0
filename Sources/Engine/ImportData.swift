import ContentStore
import Glibc
public import Pipelines

/// Brings data from elsewhere into a project: into its place, into the cache, and on record with
/// where they came from.
public struct ImportData: Sendable {
    /// Where data are put before they are moved to where they belong.
    public struct Place: Sendable {
        /// An absolute path at which nothing is.
        public let path: String
        fileprivate let workspace: Workspace

        /// Copies a file or a folder from an absolute path without links, links in it followed.
        ///
        /// Throws `FileError.outside` for links that lead out of the folder.
        public func copy(of source: String) throws {
            try workspace.copy(outside: source, to: path)
        }
    }

    private let project: Project

    /// Creates it for a project.
    public init(project: Project) { self.project = project }

    /// Brings the data of a stage that `TrackData.stage(for:)` gave.
    ///
    /// What is in their place stays until they are whole; a process that is killed leaves the old
    /// data or the new ones, and the next one brings them again. Others may work on the project while
    /// the data are on their way; what has come waits for them.
    ///
    /// - Parameters:
    ///   - stage: whose only out they are.
    ///   - bring: puts them at a place and says where they came from.
    ///   - ready: called when they have been brought, before anything in the project is changed.
    ///   - waiting: called when they have been brought and have to wait for another process.
    /// - Throws: `EngineError.inUse` for a project that another process works on to begin with,
    ///   `EngineError.dataMissing` where nothing was brought.
    public func run(
        _ stage: Stage, bring: (Place) throws -> TrackData.Origin, ready: () throws -> Void,
        waiting: (EngineError) -> Void = { _ in }
    ) throws {
        guard let out = stage.outs.first else { return }
        let session = try Session(project)
        // Said before anything travels, and not after.
        withExtendedLifetime(try session.hold()) {}
        let imports = session.imports
        let scratch = try imports.open()
        defer { imports.close(scratch) }
        let part = scratch.next()
        let origin = try bring(Place(path: part, workspace: session.workspace))
        guard try project.fileSystem.linkStatus(part) != nil else {
            throw EngineError.dataMissing(file: stage.name, path: out.path)
        }
        // Other programs do not wait for the disk.
        if !origin.isFile { try session.workspace.settle(part) }
        let held = try session.holdInTurn(waiting: waiting)
        defer {
            session.saveState(temporary: session.scratch.next())
            withExtendedLifetime(held) {}
        }
        try ready()
        try session.workspace.place(part, at: out.path, scratch: session.scratch)
        try TrackData(project: project).record(
            stage, origin: origin, session)
    }
}

extension Session {
    /// Takes the locks like `hold`, once nobody else has them; `waiting` is told, once, who does.
    fileprivate func holdInTurn(waiting: (EngineError) -> Void) throws -> FileLock {
        var isTold = false
        while true {
            do { return try hold() } catch let error as EngineError {
                guard error.isAboutLock else { throw error }
                if !isTold { waiting(error) }
                isTold = true
            }
            usleep(50_000)
        }
    }
}
