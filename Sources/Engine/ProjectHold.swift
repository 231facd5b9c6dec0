import ContentStore

/// The locks of a project, held for something that is done to its files beside the engine.
///
/// They are given back when the value goes.
public struct ProjectHold: Sendable {
    private let held: FileLock

    /// Takes the locks; throws `EngineError.inUse` while another process works on the project.
    public init(_ project: Project) throws { held = try Session(project).hold() }
}
