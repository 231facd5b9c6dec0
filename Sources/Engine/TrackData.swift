public import ContentStore
import OrderedCollections
import ParamValues
public import Pipelines

/// Puts data under the care of a project: into the cache, and on record in `.dvc` files.
public struct TrackData: Sendable {
    /// Where imported data came from.
    public struct Origin: Sendable {
        /// As it was given: a path relative to the folder of the `.dvc` file, or a URL.
        public var path: String
        /// Whether it is known by its content, as files are.
        public var isFile: Bool
        /// What a server says that identifies the content, such as `checksum`; nil for files.
        public var tag: (key: String, value: String)?
        /// The number of bytes that a server says.
        public var size: Int?

        /// Describes an origin.
        public init(
            path: String, isFile: Bool = false, tag: (key: String, value: String)? = nil,
            size: Int? = nil
        ) {
            self.path = path
            self.isFile = isFile
            self.tag = tag
            self.size = size
        }
    }

    let project: Project

    /// Creates it for a project.
    public init(project: Project) { self.project = project }

    /// The data at a path as a stage of the pipeline: the one that has it already, or a new one with
    /// a `.dvc` file beside it.
    ///
    /// A path inside tracked data stands for all of it. Throws `DefinitionError` for what a stage
    /// makes, and for what holds outs of others.
    public func stage(for path: String) throws -> Stage {
        if let maker = project.graph.maker(of: path) {
            guard maker.action != .data else { return maker }
            throw DefinitionError(diagnostics: [
                Diagnostic(
                    at: .at(maker.location),
                    "'\(path)' is made by stage '\(maker.name)'",
                    hint: "'nlpipe commit \(maker.name)' takes it as it is")
            ])
        }
        let file = path + DataFile.suffix
        var stage = Stage(
            name: file, action: .data, location: SourceLocation(file: file, line: 1, column: 1))
        stage.workingDirectory =
            path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        stage.outs = [Out(path: path, location: stage.location)]
        var pipeline = project.graph.pipeline
        pipeline.stages.append(stage)
        _ = try Graph(pipeline)
        return stage
    }

    /// Where the data of a stage were imported from; nil for data that were not.
    public func origin(of stage: Stage) throws -> Origin? {
        let session = try Session(project)
        guard let text = try session.text(of: stage.name),
            case .map(let fields) = try YAMLDocument.read(text, file: stage.name),
            case .list(let deps) = fields["deps"], case .map(let dep)? = deps.first,
            let path = DVCRecord.text(dep["path"])
        else { return nil }
        let tag = ["checksum", "etag"].lazy
            .compactMap { key in DVCRecord.text(dep[key]).map { (key: key, value: $0) } }.first
        return Origin(path: path, isFile: tag == nil, tag: tag)
    }

    /// What is on record of a stage's data, by path.
    public func recorded(_ stage: Stage) throws -> [String: Content] {
        let entry = try Session(project).readLock().entries[stage.name]
        let outs = (entry?.outs ?? []).compactMap { out in out.content.map { (out.path, $0) } }
        return Dictionary(outs, uniquingKeysWith: { first, _ in first })
    }

    /// Puts the data of `stages` into the cache and writes their `.dvc` files.
    ///
    /// - Parameter stages: as `stage(for:)` gives them.
    /// - Throws: `EngineError.dataMissing` for data that are not there, `EngineError.inUse` for a
    ///   project that another process works on.
    public func run(_ stages: [Stage]) throws {
        let session = try Session(project)
        let held = try session.hold()
        defer {
            session.saveState(temporary: session.scratch.next())
            withExtendedLifetime(held) {}
        }
        for stage in stages { try record(stage, origin: nil, session) }
    }

    /// Puts the data of a stage into the cache and writes their `.dvc` file.
    ///
    /// - Parameter origin: where they were imported from just now.
    func record(_ stage: Stage, origin: Origin?, _ session: Session) throws {
        try session.requireData(of: stage)
        var made: [(out: Out, manifest: Manifest)] = []
        for out in stage.outs {
            let manifest = try session.workspace.store(
                out.path, in: session.objects, scratch: session.scratch)
            guard let manifest else {
                throw EngineError.dataMissing(file: stage.name, path: out.path)
            }
            try session.link(out, manifest)
            made.append((out, manifest))
        }
        try session.writeLock(
            try text(of: stage, made, origin: origin, session), to: stage.name)
    }

    /// The file as it is with what the data are now, or a new one.
    private func text(
        of stage: Stage, _ made: [(out: Out, manifest: Manifest)], origin: Origin?,
        _ session: Session
    ) throws -> String {
        var fields: DataRecord.Fields = [:]
        if let old = try session.text(of: stage.name),
            case .map(let known) = try YAMLDocument.read(old, file: stage.name),
            origin == nil || known["deps"] != nil
        {
            fields = known
        } else if origin != nil {
            fields["md5"] = .string("")
            fields["frozen"] = .bool(true)
        }
        if let origin {
            fields["deps"] = .list([
                .map(TrackData.fields(origin, made.first?.manifest.content))
            ])
        }
        var old: [String: DataRecord.Fields] = [:]
        if case .list(let outs) = fields["outs"] {
            for case .map(let out) in outs {
                guard let written = DVCRecord.text(out["path"]),
                    let path = RelativePath.path(written, in: stage.workingDirectory)
                else { continue }
                old[path] = out
            }
        }
        fields["outs"] = .list(
            made.map { out, manifest in
                let path = RelativePath.text(out.path, from: stage.workingDirectory)
                return .map(
                    DataRecord.fields(old[out.path] ?? ["path": .string(path)], manifest.content))
            })
        if fields["deps"] != nil { fields["md5"] = .string(DataRecord.digest(of: fields)) }
        return BlockYAML.lines(fields)
    }

    /// A path written in the folder `startedIn`, as the `.dvc` file of `stage` has it.
    ///
    /// It may lead out of the project, so both are put below a root that is deep enough.
    public static func relative(
        _ path: String, startedIn folder: String, from stage: Stage
    ) -> String {
        let names = path.split(separator: "/")
        let above = names.prefix { $0 == ".." || $0 == "." }.filter { $0 == ".." }.count
        let depth = (0..<above).map { "up\($0)" }.joined(separator: "/")
        let root = depth.isEmpty ? "" : depth + "/"
        let absolute = RelativePath.path(path, in: root + folder) ?? path
        return RelativePath.text(absolute, from: root + stage.workingDirectory)
    }

    private static func fields(
        _ origin: Origin, _ content: Content?
    ) -> DataRecord.Fields {
        if origin.isFile, let content {
            return DataRecord.fields(["path": .string(origin.path)], content)
        }
        var fields: DataRecord.Fields = [:]
        if let tag = origin.tag { fields[tag.key] = .string(tag.value) }
        if let size = origin.size { fields["size"] = .int(size) }
        fields["hash"] = .string("md5")
        fields["path"] = .string(origin.path)
        return fields
    }
}
