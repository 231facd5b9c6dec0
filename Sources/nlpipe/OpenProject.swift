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
    /// The folder the command was started in, relative to the root: "" or `a/b/`.
    private let startedIn: String

    /// Finds the project that the working folder is in and reads its pipeline file.
    init(_ options: GlobalOptions) throws {
        let folder = try options.workingFolder()
        root = try Self.root(above: folder)
        startedIn = folder == root ? "" : String(folder.dropFirst(root.count + 1)) + "/"
        let files = WorkspaceFiles(root: root)
        let file = PipelineReader.defaultFile
        guard let text = try files.text(file) else { throw UsageError.noProject(from: folder) }
        let registry = Wiring.registry
        let reader = PipelineReader(knownModules: registry.names) { try files.text($0) }
        project = Project(
            root: root, graph: try Graph(try reader.read(text)), registry: registry,
            environment: ProcessInfo.processInfo.environment)
    }

    /// The nearest folder, `folder` or above it, that holds a pipeline file.
    static func root(above folder: String) throws -> String {
        var candidate = folder
        while true {
            let base = candidate == "/" ? "" : candidate
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: "\(base)/\(PipelineReader.defaultFile)", isDirectory: &isFolder)
            if exists && !isFolder.boolValue { return candidate }
            guard let slash = base.lastIndex(of: "/") else {
                throw UsageError.noProject(from: folder)
            }
            candidate = slash == base.startIndex ? "/" : String(base[..<slash])
        }
    }

    /// The stages that the targets of a command line stand for, in running order.
    ///
    /// A target that is no stage is a path relative to the folder the command was started in.
    func stages(_ targets: [String], single: Bool = false) throws -> [Stage] {
        let names = targets.map { target in
            pipeline.stage(named: target) != nil || pipeline.groups[target] != nil
                ? target : Self.normalised(startedIn + target)
        }
        return try graph.order(targets: names, single: single)
    }

    /// `path` without `.`, `a/..` and a trailing `/`.
    private static func normalised(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case ".." where parts.last.map({ $0 != ".." }) == true: parts.removeLast()
            default: parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
