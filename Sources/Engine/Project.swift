public import ContentStore
public import Pipelines
public import StageKit

/// Where a project lives and what it is made of: what every part of the engine works on.
public struct Project: Sendable {
    /// The root folder's absolute path.
    public let root: String
    /// The names and forms of its files.
    public let layout: Layout
    /// The pipeline's graph.
    public let graph: Graph
    /// The modules that `run:` can name.
    public let registry: StageRegistry
    /// Environment variables, for stages that name some and for the commands of stages.
    public let environment: [String: String]
    /// What does not count in folders.
    let ignored: IgnoreRules
    let fileSystem: any FileSystem

    /// Creates a project.
    ///
    /// - Parameters:
    ///   - root: absolute path of the folder that holds the pipeline file.
    ///   - layout: the names and forms of its files.
    ///   - graph: the pipeline's graph.
    ///   - registry: the modules that `run:` can name.
    ///   - environment: the process's environment variables.
    ///   - ignored: what does not count in folders that stages read and make.
    ///   - fileSystem: where everything is.
    public init(
        root: String, layout: Layout = .native, graph: Graph, registry: StageRegistry,
        environment: [String: String] = [:], ignored: IgnoreRules = IgnoreRules(),
        fileSystem: any FileSystem = LocalFileSystem()
    ) {
        self.root = root
        self.layout = layout
        self.graph = graph
        self.registry = registry
        self.environment = environment
        self.ignored = ignored
        self.fileSystem = fileSystem
    }

    var pipeline: Pipeline { graph.pipeline }

    /// The absolute path of a path relative to the root; a cache may be elsewhere.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return path.isEmpty ? root : "\(root)/\(path)"
    }
}
