public import Pipelines

/// Metrics and parameters of a project at one moment, as its own pipeline file of that moment
/// declares them.
public struct ProjectValues: Sendable {
    let files: any ProjectFiles
    /// The pipeline of that moment; nil where there was no pipeline file.
    public let pipeline: Pipeline?

    /// Reads the pipeline files among `files`.
    ///
    /// Names of stage modules are not checked: the past may have had others.
    ///
    /// - Throws: `DefinitionError` if a pipeline file is wrong.
    public init(files: any ProjectFiles) throws {
        self.files = files
        let read = try ProjectReader(files: files, knownModules: nil).read().pipeline
        pipeline = read.files.isEmpty ? nil : read
    }

    /// Takes a pipeline that has been read from `files` already.
    public init(files: any ProjectFiles, pipeline: Pipeline) {
        self.files = files
        self.pipeline = pipeline
    }

    /// The metrics files in the order of the pipeline file, without lists, which are no metrics.
    ///
    /// Folders become their files.
    ///
    /// - Parameter missing: also give files that are declared and do not exist.
    public func metrics(missing: Bool = false) throws -> [ValueFile] {
        try (pipeline?.metricPaths ?? []).flatMap { path in
            let listed = try files.list(path)
            if listed.isEmpty { return missing ? [ValueFile(missing: path)] : [] }
            return try read(listed)
        }.map { file in
            var file = file
            file.entries.removeAll { entry in
                if case .list = entry.value { true } else { false }
            }
            return file
        }
    }

    /// The metrics file at `path`, whether it is declared or not; nil where there is none.
    public func valueFile(_ path: String) throws -> ValueFile? { try read([path]).first }

    /// The parameters files that exist.
    ///
    /// - Parameters:
    ///   - used: leave out the values that no stage names.
    ///   - others: files that are read too, whoever names them.
    public func params(used: Bool = false, beside others: [String] = []) throws -> [ValueFile] {
        guard let pipeline else { return [] }
        var paths = pipeline.allParamsFiles
        paths += others.filter { !paths.contains($0) }
        if !paths.contains(PipelineReader.defaultParamsFile) {
            paths.insert(PipelineReader.defaultParamsFile, at: 0)
        }
        paths += pipeline.templateFiles.filter { !paths.contains($0) }
        // As in DVC: all of params.yaml, of vars, and of what the top level or the caller names; of
        // other files what stages name.
        let whole = Set(
            [PipelineReader.defaultParamsFile] + pipeline.paramsFiles + pipeline.templateFiles
                + others)
        return try read(paths).map { file in
            guard used || !whole.contains(file.path) else { return file }
            var file = file
            file.entries.removeAll { entry in
                !pipeline.stages.contains { $0.names(entry.key, of: file.path) }
            }
            return file
        }
    }

    private func read(_ paths: [String]) throws -> [ValueFile] {
        try paths.compactMap { path in
            try files.text(path).map { ValueFile(path: path, text: $0) }
        }
    }
}

extension Stage {
    /// True if the stage depends on the value at `key` of a parameters file, or on a group above it.
    fileprivate func names(_ key: String, of file: String) -> Bool {
        params.contains { dep in
            guard dep.file == file else { return false }
            guard let keys = dep.keys else { return true }
            return keys.contains { named in
                key == named || key.hasPrefix("\(named).") || named.hasPrefix("\(key)[")
            }
        }
    }
}
