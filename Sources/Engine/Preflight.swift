import ContentStore
import ParamValues
import Pipelines

/// What has to be in order before anything runs: parameters, source deps, modules.
///
/// Everything that is wrong is said in one go.
struct Preflight {
    /// A parameter's key, as its file has it, and its value.
    typealias Values = [(file: String, key: String, value: ParamValue)]

    private(set) var values: [String: Values] = [:]
    /// The parameters files as they were read.
    let files: [String: ParamsFile]

    /// - Parameter entry: what is on record of a stage whose source deps need not be there; nil where
    ///   they have to.
    init(
        _ project: Project, stages: [Stage],
        allowingMissing entry: (String) -> LockEntry? = { _ in nil }
    ) throws {
        var findings: [Diagnostic] = []
        var reader = ParamsReader(project: project)
        let sources = Set(project.graph.sources.map(\.path))
        var known: Set<String> = []
        for stage in stages {
            do {
                values[stage.name] = try reader.values(of: stage)
            } catch let error as DefinitionError {
                findings += error.diagnostics
            }
            if case .module(let name) = stage.action, project.registry.module(named: name) == nil {
                findings.append(
                    Diagnostic(
                        at: .at(stage.location),
                        "stage '\(stage.name)' runs '\(name)', which is no stage module",
                        facts: [.init("known", project.registry.names.joined(separator: ", "))]))
            }
            if !stage.frozen {
                let recorded = entry(stage.name).map { entry in
                    Set(entry.fingerprint.deps.lazy.filter { $0.content != nil }.map(\.path))
                }
                let deps = stage.deps.filter {
                    !known.contains($0.path) && recorded?.contains($0.path) != true
                }
                let missing = try Preflight.missing(deps, sources, stage: stage, project)
                // What many stages read is looked for once.
                if missing.isEmpty { known.formUnion(deps.lazy.map(\.path)) }
                findings += missing
            }
            findings += try Preflight.folder(of: stage, project)
        }
        files = reader.files
        guard findings.isEmpty else { throw DefinitionError(diagnostics: findings) }
    }

    private static func missing(
        _ deps: [Dep], _ sources: Set<String>, stage: Stage, _ project: Project
    ) throws -> [Diagnostic] {
        try deps.compactMap { dep in
            guard sources.contains(dep.path) else { return nil }
            if let glob = dep.glob {
                guard try project.paths(of: glob).isEmpty else { return nil }
                return Diagnostic(
                    at: .at(dep.location),
                    "dep '\(dep.path)' of stage '\(stage.name)' matches nothing",
                    hint: EngineError.hint(forEmptyPatternAfter: []))
            }
            guard try project.fileSystem.status(project.absolute(dep.path)) == nil else {
                return nil
            }
            return Diagnostic(
                at: .at(dep.location), "dep '\(dep.path)' of stage '\(stage.name)' does not exist",
                hint: "no stage makes it: put it there, or correct the path")
        }
    }

    private static func folder(of stage: Stage, _ project: Project) throws -> [Diagnostic] {
        guard case .command = stage.action, !stage.workingDirectory.isEmpty else { return [] }
        let path = stage.workingDirectory
        guard try project.fileSystem.status(project.absolute(path))?.kind != .folder else {
            return []
        }
        return [
            Diagnostic(
                at: .at(stage.location),
                "the working directory '\(path)' of stage '\(stage.name)' does not exist")
        ]
    }
}

/// Reads parameters files, each once.
struct ParamsReader {
    let project: Project
    private(set) var files: [String: ParamsFile] = [:]

    init(project: Project) { self.project = project }

    mutating func values(of stage: Stage) throws -> Preflight.Values {
        var values: Preflight.Values = []
        var findings: [Diagnostic] = []
        for dep in stage.params {
            do {
                let file = try file(dep, stage: stage)
                values += try file.values(for: dep, stage: stage.name)
                    .map { (dep.file, $0.key, $0.value) }
            } catch let error as DefinitionError {
                findings += error.diagnostics
            }
        }
        guard findings.isEmpty else { throw DefinitionError(diagnostics: findings) }
        return values
    }

    private mutating func file(_ dep: ParamDep, stage: Stage) throws -> ParamsFile {
        if let known = files[dep.file] { return known }
        let path = project.absolute(dep.file)
        guard try project.fileSystem.status(path) != nil else {
            throw DefinitionError(diagnostics: [
                Diagnostic(
                    at: .at(dep.location),
                    "the parameters file '\(dep.file)' of stage '\(stage.name)' does not exist")
            ])
        }
        guard
            let text = String(
                validating: try project.fileSystem.bytes(of: path), as: UTF8.self)
        else {
            throw DefinitionError(diagnostics: [
                Diagnostic(at: .file(dep.file), "the parameters file is not UTF-8")
            ])
        }
        let file = try ParamsFile(text, file: dep.file)
        files[dep.file] = file
        return file
    }
}
