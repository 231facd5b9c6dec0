import ContentStore
import Engine
import Foundation
import History
import Pipelines

/// The project that a command works on, with its pipeline read and checked.
struct OpenProject {
    /// The root folder's absolute path.
    let root: String
    let project: Project
    var graph: Graph { project.graph }
    var pipeline: Pipeline { project.graph.pipeline }
    /// The folder the command was started in, relative to the root; "" is the root.
    let folder: String
    /// What was looked at so far.
    let observations: Observations

    /// Finds the project that the working folder is in and reads all its pipeline files.
    init(_ options: GlobalOptions) throws { try self.init(at: try options.workingFolder()) }

    /// Finds the project that a folder is in, an absolute path, and reads all its pipeline files.
    ///
    /// - Parameters:
    ///   - layout: how it is laid out, where its own configuration does not say.
    ///   - variables: what stages find in their environment beside that of this process.
    init(
        at working: String, layout: Layout? = nil, variables: [String: String] = [:]
    ) throws {
        let root = try ProjectRoot.find(from: working)
        self.root = root
        folder = working.split(separator: "/").dropFirst(root.split(separator: "/").count)
            .joined(separator: "/")
        let registry = Wiring.registry
        observations = Observations(began: LocalFileSystem().now())
        ConfigFiles.note(of: root, in: observations)
        let layout = try layout ?? ProjectRoot.layout(of: root)
        let reading = try ProjectReader(
            files: ObservedFiles(root: root, observations: observations), layout: layout,
            knownModules: registry.names
        ).read()
        guard layout.format == .dvc || !reading.pipeline.files.isEmpty else {
            throw UsageError.noProject(from: working)
        }
        project = Project(
            root: root, layout: layout, graph: try Graph(reading.pipeline), registry: registry,
            environment: ProcessInfo.processInfo.environment.merging(variables) { $1 },
            ignored: reading.ignored,
            fileSystem: ObservedFileSystem(
                LocalFileSystem(), into: observations, home: "\(root)/\(layout.home)"))
    }

    /// The stages that the targets of a command line stand for, in running order; without targets
    /// all of the project.
    ///
    /// Targets are relative to the folder the command was started in.
    func stages(_ targets: [String], single: Bool = false) throws -> [Stage] {
        try graph.order(targets: targets, single: single, folder: folder)
    }

    /// The pipeline file that is meant where no target is: that of the folder the command was
    /// started in, or of the nearest folder around it; nil where there is none, or nothing else anyway.
    var nearestFile: String? {
        let isAll = pipeline.files.count < 2 && !pipeline.stages.contains { $0.action == .data }
        return isAll ? nil : graph.pipelineFile(around: folder)
    }
}
