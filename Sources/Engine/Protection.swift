import ContentStore
import Pipelines

extension Session {
    /// Puts links to the objects of an out in the place of its files; false, with nothing done, where
    /// it is to have files of its own, or has.
    ///
    /// An object that turns out to be damaged is set aside by this; the out stays as it was made.
    @discardableResult
    func link(_ out: Out, _ manifest: Manifest) throws -> Bool {
        guard out.cache, objects.hasLinks else { return false }
        return try rebuild(out.path, as: manifest.content, linking: true)
    }

    /// Puts the objects of `content` at a path anew; false, with nothing done, where they are not all
    /// to be had.
    func rebuild(_ path: String, as content: Content, linking: Bool) throws -> Bool {
        let place = scratch.next()
        guard let manifest = try objects.get(content, to: place, linking: linking) else {
            return false
        }
        try workspace.copyLeftOut(at: path, to: place)
        let before = project.fileSystem.now()
        try workspace.place(place, at: path, scratch: scratch)
        try workspace.adopt(manifest, at: path, before: before)
        return true
    }
}

/// Gives outs that are links to the cache files of their own, to be written to.
public struct Unprotect: Sendable {
    private let project: Project

    /// Creates it for a project.
    public init(project: Project) { self.project = project }

    /// Puts copies in the place of links, whatever they have been edited to.
    ///
    /// - Parameter outs: paths relative to the root.
    /// - Returns: those that were links.
    /// - Throws: `EngineError.inUse` for a project that another process works on.
    public func run(_ outs: [String]) throws -> [String] {
        let session = try Session(project)
        let held = try session.hold()
        defer {
            session.saveState(temporary: session.scratch.next())
            withExtendedLifetime(held) {}
        }
        return try outs.filter { try session.workspace.unprotect($0, scratch: session.scratch) }
    }
}
