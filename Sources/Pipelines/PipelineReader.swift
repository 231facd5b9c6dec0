/// Reads the text of a pipeline file: grammar, templates, expansion, path rules.
public struct PipelineReader: Sendable {
    /// The pipeline file's usual name.
    public static let defaultFile = "pipeline.yml"
    /// The parameters file that is loaded when it exists.
    public static let defaultParamsFile = "params.yaml"

    /// The most stages that a project may have.
    static let mostStages = 100_000
    static let keys = ["stages", "vars", "params", "metrics", "plots", "artifacts", "gates"]

    let file: String
    let knownModules: [String]?
    let patterns: Bool
    let dialect: Dialect
    var stageLimit = PipelineReader.mostStages
    var expansionLimit = Findings.mostExpansion
    let text: @Sendable (String) throws -> String?

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - file: the pipeline file's path relative to the root; the one that messages name.
    ///   - knownModules: names that `run:` may give; nil when they are not to be checked, as in
    ///     revisions of the past.
    ///   - patterns: whether `*`, `?`, `[…]` and `**` in deps make patterns; to DVC they are names.
    ///   - dialect: whose grammar it is.
    ///   - text: the text of a file by path relative to the root; nil when it does not exist.
    ///     It is asked for `params.yaml` and the files of `vars`, of the workspace or of a commit.
    public init(
        file: String = PipelineReader.defaultFile, knownModules: [String]?,
        patterns: Bool = false, dialect: Dialect = .native,
        text: @escaping @Sendable (String) throws -> String?
    ) {
        self.file = file
        self.dialect = dialect
        self.knownModules = knownModules
        self.patterns = patterns
        self.text = text
    }

    /// Reads `pipelineText`, the text of the pipeline file.
    ///
    /// Throws `DefinitionError` with everything that is wrong with it.
    public func read(_ pipelineText: String) throws -> Pipeline {
        var findings = Findings(expansion: expansionLimit)
        let root = YAMLReader.read(pipelineText, file: file, findings: &findings)
        var pipeline = Pipeline(file: file)
        pipeline.texts[file] = pipelineText
        if let root, !root.isNull {
            if root.entries == nil {
                findings.addWrongType("the top level", expected: "a map with 'stages'", found: root)
            }
            for entry in root.entries ?? [] where !dialect.topLevelKeys.contains(entry.key) {
                findings.addUnknownKey(
                    entry, in: "the pipeline file", allowed: dialect.topLevelKeys)
            }
            var vars = VarsReader(folder: PathRules.folder(of: file), text: text)
            var scope = vars.defaults(findings: &findings)
            if let written = root["vars"] {
                scope = vars.extend(scope, with: written.value, findings: &findings)
            }
            let resolver = TemplateResolver(scope: scope, origin: vars.origin)
            TopLevelReader(resolver: resolver, folder: vars.folder)
                .read(root, into: &pipeline, findings: &findings)
            if let stages = root["stages"] {
                read(stages.value, scope, &vars, into: &pipeline, findings: &findings)
            }
            pipeline.templateFiles = vars.files
        }
        try findings.throwIfAny()
        return pipeline
    }

    private func read(
        _ stages: Located, _ scope: Scope, _ vars: inout VarsReader, into pipeline: inout Pipeline,
        findings: inout Findings
    ) {
        guard !stages.isNull else { return }
        guard let entries = stages.entries else {
            findings.addWrongType(
                "'stages'", expected: "a map of stage names to stages", found: stages,
                hint: stages.list == nil ? nil : "write 'name:' instead of '- name'")
            return
        }
        for entry in entries where isName(entry, findings: &findings) {
            var local = scope
            let body = entry.value["foreach"] == nil ? entry.value : entry.value["do"]?.value
            if let written = body?["vars"] {
                local = vars.extend(scope, with: written.value, findings: &findings)
            }
            let origin = vars.origin
            let expansion = Expansion(
                name: entry.key, body: entry.value, scope: local, origin: origin)
            let instances = expansion.instances(findings: &findings)
            guard pipeline.stages.count + instances.count <= stageLimit else {
                findings.add(
                    at: entry.keyLocation, "there are too many stages",
                    facts: [.init("expected", "at most \(stageLimit)")])
                return
            }
            let weight = entry.value.weight
            let templates = Templates()
            for instance in instances {
                guard findings.spend(weight, at: entry.keyLocation) else { return }
                let resolver = TemplateResolver(
                    scope: instance.scope, origin: origin, templates: templates)
                let reader = StageReader(
                    writtenName: entry.key, resolver: resolver, folder: vars.folder,
                    knownModules: knownModules, patterns: patterns, dialect: dialect)
                let stage = reader.read(
                    instance.name, instance.body, at: entry.keyLocation, findings: &findings)
                if let stage { pipeline.stages.append(stage) }
            }
            if Expansion.isExpanded(entry.value) {
                pipeline.groups[entry.key] = instances.map(\.name)
            }
        }
    }

    /// DVC's rule: no punctuation but `-` and `_`; `@` is kept for generated stages.
    private func isName(_ entry: Located.Entry, findings: inout Findings) -> Bool {
        let wrong = entry.key.unicodeScalars.first { scalar in
            guard scalar.isASCII else { return scalar.properties.generalCategory == .control }
            let letterOrDigit = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            return !letterOrDigit && !["-", "_", " "].contains(scalar)
        }
        let blank = entry.key.first?.isWhitespace ?? true || entry.key.last?.isWhitespace ?? true
        guard wrong != nil || blank else { return true }
        findings.add(
            at: entry.keyLocation, "\(quoted(entry.key)) is no name for a stage",
            facts: wrong.map { [.init("found", quoted(String($0)))] } ?? [],
            hint: "letters, digits, '-' and '_' are allowed"
                + (wrong == "@" ? "; '@' is kept for the stages of 'foreach' and 'matrix'" : ""))
        return false
    }
}
