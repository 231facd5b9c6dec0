import ContentStore
import History
import Pipelines

extension ProjectReader {
    /// Creates a reader of the pipeline files of a project that is laid out in a known way.
    init(files: any ProjectFiles, layout: Layout, knownModules: [String]?) throws {
        self.init(
            fileName: layout.pipelineFile, ignoreFile: layout.ignoreFile,
            knownModules: knownModules, patterns: layout.format == .native,
            dialect: layout.format == .dvc ? .dvc : .native,
            text: { try files.text($0) }, list: try files.lister())
    }
}
