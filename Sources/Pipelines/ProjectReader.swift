/// Reads all pipeline files of a project as one pipeline.
///
/// Stages of the root's file keep their names; those of another are called `dir/pipeline.yml:name`,
/// so every name is unique, and paths are relative to the root already: one graph over all of them.
public struct ProjectReader: Sendable {
    /// What a folder holds.
    public struct Entry: Sendable {
        /// The name within the folder.
        public var name: String
        /// True for folders; symbolic links are none, wherever they lead.
        public var isFolder: Bool

        /// Creates an entry.
        public init(name: String, isFolder: Bool) {
            self.name = name
            self.isFolder = isFolder
        }
    }

    /// A project as read.
    public struct Reading: Sendable {
        /// The pipeline; without stages where there is no pipeline file.
        public var pipeline: Pipeline
        /// What the project's ignore files leave out.
        public var ignored: IgnoreRules
    }

    let fileName: String
    let ignoreFile: String
    let knownModules: [String]?
    let patterns: Bool
    let dialect: Dialect
    let text: @Sendable (String) throws -> String?
    let list: @Sendable (String) throws -> [Entry]

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - fileName: the name of pipeline files.
    ///   - ignoreFile: the name of the files that say what to leave out.
    ///   - knownModules: names that `run:` may give; nil when they are not to be checked.
    ///   - patterns: whether `*`, `?`, `[…]` and `**` in deps make patterns; to DVC they are names.
    ///   - dialect: whose grammar they have; `.dvc` files with digests of its kind are stages too.
    ///   - text: the text of a file by path relative to the root; nil when it does not exist.
    ///   - list: what is in a folder, in any order, by path relative to the root; "" is the root.
    public init(
        fileName: String = PipelineReader.defaultFile, ignoreFile: String = IgnoreRules.file,
        knownModules: [String]?, patterns: Bool = false, dialect: Dialect = .native,
        text: @escaping @Sendable (String) throws -> String?,
        list: @escaping @Sendable (String) throws -> [Entry]
    ) {
        self.fileName = fileName
        self.ignoreFile = ignoreFile
        self.knownModules = knownModules
        self.patterns = patterns
        self.dialect = dialect
        self.text = text
        self.list = list
    }

    /// Finds and reads every pipeline file.
    ///
    /// Throws `DefinitionError` with everything that is wrong with all of them.
    public func read() throws -> Reading {
        var findings = Findings()
        var discovery = discovery
        discovery.walk(findings: &findings)
        var whole = Pipeline(file: fileName)
        whole.files = discovery.files
        for file in discovery.files {
            guard whole.stages.count <= PipelineReader.mostStages else { break }
            if let part = read(file, findings: &findings) { whole.append(part) }
        }
        for file in discovery.dataFiles {
            if let stage = data(file, findings: &findings) { whole.stages.append(stage) }
        }
        if whole.stages.count > PipelineReader.mostStages {
            findings.add(
                file: fileName, "the project has too many stages",
                facts: [
                    .init("expected", "at most \(PipelineReader.mostStages)"),
                    .init("found", "\(whole.stages.count)"),
                ])
        }
        check(whole, against: discovery.rules, findings: &findings)
        try findings.throwIfAny()
        return Reading(pipeline: whole, ignored: discovery.rules)
    }

    /// Reads only the files that stand for data, whatever the pipeline files say.
    public func dataStages() throws -> [Stage] {
        var findings = Findings()
        var discovery = discovery
        discovery.walk(findings: &findings)
        let stages = discovery.dataFiles.compactMap { data($0, findings: &findings) }
        try findings.throwIfAny()
        return stages
    }

    private var discovery: Discovery {
        Discovery(
            fileName: fileName, ignoreFile: ignoreFile, mark: dialect == .dvc ? ".dvc" : ".nlpipe",
            text: text, list: list)
    }

    /// What is left out is not there, so nothing can read or make it.
    private func check(
        _ pipeline: Pipeline, against rules: IgnoreRules, findings: inout Findings
    ) {
        guard !rules.isEmpty else { return }
        for (file, text) in pipeline.texts { findings.register(text, file: file) }
        for stage in pipeline.stages {
            let deps = stage.deps.filter { $0.glob == nil }.map { ("reads", $0.path, $0.location) }
            let outs = stage.outs.map { ("makes", $0.path, $0.location) }
            for (verb, path, location) in deps + outs
            where rules.isIgnored(path, isFolder: false) || rules.isIgnored(path, isFolder: true) {
                findings.add(
                    at: location,
                    "stage \(quoted(stage.name)) \(verb) \(quoted(path)), which '\(ignoreFile)' leaves out",
                    hint: "take the rule away, or bring the path back with '!\(path)' after it")
            }
        }
    }

    private func data(_ file: String, findings: inout Findings) -> Stage? {
        do {
            guard let content = try text(file) else { return nil }
            // Beside a native project there may be files of DVC, which are none of its business.
            guard dialect == .dvc || DataFile.isNative(content) else { return nil }
            return try DataFile(content, file: file).stage
        } catch let error as DefinitionError {
            findings.append(error)
        } catch {
            findings.add(file: file, "cannot be read", facts: [.init("reason", "\(error)")])
        }
        return nil
    }

    private func read(_ file: String, findings: inout Findings) -> Pipeline? {
        do {
            guard let content = try text(file) else { return nil }
            return try PipelineReader(
                file: file, knownModules: knownModules, patterns: patterns, dialect: dialect,
                text: text
            ).read(content)
        } catch let error as DefinitionError {
            findings.append(error)
        } catch {
            findings.add(file: file, "cannot be read", facts: [.init("reason", "\(error)")])
        }
        return nil
    }
}

extension Pipeline {
    /// Adds the stages of another file of the same project under their addresses.
    fileprivate mutating func append(_ other: Pipeline) {
        func address(_ name: String) -> String {
            StageAddress(file: other.file, name: name).text(in: file)
        }
        if stages.isEmpty, other.file == file {
            stages = other.stages
        } else {
            stages += other.stages.map { stage in
                var stage = stage
                stage.name = address(stage.name)
                return stage
            }
        }
        for (name, members) in other.groups { groups[address(name)] = members.map(address) }
        paramsFiles += other.paramsFiles
        metrics += other.metrics
        plots += other.plots
        artifacts += other.artifacts
        gates += other.gates.map { gate in
            var gate = gate
            gate.name = address(gate.name)
            return gate
        }
        templateFiles += other.templateFiles.filter { !templateFiles.contains($0) }
        texts.merge(other.texts) { first, _ in first }
    }
}
