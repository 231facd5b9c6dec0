import ContentStore
import Pipelines
import StageKit

/// A project opened for one command: its stores, its workspace, and what its stages are made of.
struct Session {
    let project: Project
    let state: StateCache
    let workspace: Workspace
    let objects: ObjectStore
    let runCache: RunCache
    let scratch: Scratch

    private var home: String { project.absolute(project.layout.home) }

    init(_ project: Project) throws {
        let layout = project.layout
        let home = project.absolute(layout.home)
        self.project = project
        state = StateCache(
            path: "\(home)/state", algorithm: layout.algorithm, fileSystem: project.fileSystem)
        workspace = try Workspace(
            root: project.root, layout: layout, fileSystem: project.fileSystem, state: state,
            leavingOut: Session.leavingOut(project.ignored))
        objects = ObjectStore(
            folder: project.absolute(layout.cache), layout: layout, fileSystem: project.fileSystem)
        runCache = RunCache(
            folder: project.absolute(layout.runs), format: layout.format,
            fileSystem: project.fileSystem)
        scratch = Scratch(folder: "\(home)/tmp/run")
    }

    /// Takes the project's lock and clears what an interrupted run left.
    func open() throws -> FileLock? {
        let files = project.fileSystem
        try files.makeDurableFolder(home)
        try files.makeFolder("\(home)/tmp")
        guard let lock = try files.lock("\(home)/tmp/lock") else { return nil }
        // The scratch folder goes with an orderly end. What a killed process left may be seen and
        // not be durable yet; what we record on top of it has to be.
        if try files.linkStatus(scratch.folder) != nil { try files.flushAll(of: home) }
        let kept = ["lock", "logs", "checkpoints"]
        for name in try files.list("\(home)/tmp") where !kept.contains(name) {
            try files.remove("\(home)/tmp/\(name)")
        }
        try files.makeFolder(scratch.folder)
        return FileLock { [scratch] in
            try? files.remove(scratch.folder)
            withExtendedLifetime(lock) {}
        }
    }

    /// Takes the project's lock; `EngineError.inUse` while another process has it, unless told to
    /// wait.
    func acquire(wait: Bool, cancelled: @Sendable () -> Bool) async throws -> FileLock {
        while true {
            if let held = try open() { return held }
            guard wait else { throw EngineError.inUse(holder: holder) }
            if cancelled() { throw CancellationError() }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Who holds the lock, as far as the file says.
    var holder: String? {
        guard let bytes = try? project.fileSystem.bytes(of: "\(home)/tmp/lock") else { return nil }
        let number = String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber }
        return number.isEmpty ? nil : "process \(number)"
    }

    private static func leavingOut(_ rules: IgnoreRules) -> LeavingOut? {
        guard !rules.isEmpty else { return nil }
        return { path, isFolder in rules.isIgnored(path, isFolder: isFolder) }
    }

    /// Where the output of a stage's last run is kept, relative to the root.
    func log(of stage: String) -> String {
        "\(project.layout.home)/tmp/logs/\(Session.fileName(of: stage)).log"
    }

    /// A file name for a stage, another one for every stage.
    static func fileName(of stage: String) -> String {
        var name = ""
        for character in stage.unicodeScalars {
            switch character {
            case "/": name += "%2F"
            case "%": name += "%25"
            default: name.unicodeScalars.append(character)
            }
        }
        // Names of files have an end; what `foreach` goes over may be longer.
        guard name.utf8.count > 200 else { return name }
        return "\(name.unicodeScalars.prefix(40))%\(Digest(of: Array(stage.utf8)).hex)"
    }

    /// Where a stage keeps its state between an interrupted run and the next one of the same
    /// fingerprint; what runs of other fingerprints left there is removed.
    func checkpoints(of stage: String, fingerprint: Fingerprint, fresh: Bool) throws -> String {
        let files = project.fileSystem
        let folder = checkpoints(of: stage)
        let name = fingerprint.digest.hex
        if try files.status(folder) != nil {
            for old in try files.list(folder) where fresh || old != name {
                try files.remove("\(folder)/\(old)")
            }
        } else {
            try files.makeFolder(folder)
        }
        return "\(folder)/\(name)"
    }

    /// Removes a finished stage's state.
    func removeCheckpoints(of stage: String) throws {
        let folder = checkpoints(of: stage)
        if try project.fileSystem.status(folder) != nil { try project.fileSystem.remove(folder) }
    }

    /// Removes the state of stages that are done: of those that a kill kept from doing it.
    func removeCheckpoints(ofDone stages: [String]) throws {
        let folder = "\(home)/tmp/checkpoints"
        guard try project.fileSystem.status(folder) != nil else { return }
        let left = Set(try project.fileSystem.list(folder))
        for stage in stages where left.contains(Session.fileName(of: stage)) {
            try removeCheckpoints(of: stage)
        }
    }

    private func checkpoints(of stage: String) -> String {
        "\(home)/tmp/checkpoints/\(Session.fileName(of: stage))"
    }

    /// All entries, those of stages that are no longer defined too where a lock has them.
    func readLock() throws -> LockFile {
        guard project.layout.format == .native else {
            return LockFile(entries: try readLocks().entries)
        }
        return try text(of: LockFile.name).map { try LockFile(text: $0) } ?? LockFile()
    }

    /// The locks for a run that changes them.
    func readLocks() throws -> LockBook {
        let stages = project.pipeline.stages
        guard project.layout.format == .native else {
            return try LockBook(stages, project.layout, text: text)
        }
        return LockBook(try readLock(), defined: Set(stages.map(\.name)))
    }

    /// The text of a file by path relative to the root; nil where none is.
    func text(of file: String) throws -> String? {
        let path = project.absolute(file)
        guard try project.fileSystem.status(path) != nil else { return nil }
        let text = String(validating: try project.fileSystem.bytes(of: path), as: UTF8.self)
        guard let text else {
            throw LockError.unreadable(place: "\(file): ", reason: "it is not UTF-8")
        }
        return text
    }

    /// The digest of the lock file's bytes, as git has them too; nil without a lock.
    func lockDigest() throws -> Digest? {
        let path = project.absolute(project.layout.lockFile)
        guard try project.fileSystem.status(path) != nil else { return nil }
        return Digest(of: try project.fileSystem.bytes(of: path))
    }

    func writeLock(_ text: String, to file: String) throws {
        try project.fileSystem.replace(
            project.absolute(file), with: Array(text.utf8),
            temporary: scratch.next())
    }

    /// Keeps the digests learned; a failure only costs time later on.
    func saveState(temporary: String) {
        try? state.save(root: project.root, temporary: temporary)
    }

    /// Like `saveState`, for commands that do not hold the project's lock.
    func saveStateAside() {
        guard (try? project.fileSystem.makeFolder("\(home)/tmp")) != nil else { return }
        let time = project.fileSystem.now()
        saveState(temporary: "\(home)/tmp/state-\(time.seconds)-\(time.nanoseconds)")
    }

    /// Everything that should change the result of `stage`, with deps as `content` has them and
    /// records of earlier runs as `entry` has them.
    func fingerprint(
        of stage: Stage, values: Preflight.Values, entry: (String) -> LockEntry?,
        content: (String) throws -> Content?
    ) throws -> Fingerprint {
        var fingerprint = Fingerprint(
            stage: stage.name, action: stage.action, directory: "", code: nil,
            params: params(values), deps: try inputs(of: stage, content: content),
            outs: stage.outs.map {
                .init(path: $0.path, cache: $0.cache, volatile: $0.volatile, persist: $0.persist)
            },
            environment: stage.environment.map { name in
                .init(name: name, digest: project.environment[name].map { Digest(of: $0) })
            },
            provenance: nil)
        fingerprint.sort()
        if project.layout.format == .dvc {
            fingerprint.command = stage.command
            fingerprint.directory = stage.workingDirectory
            fingerprint.wholeFiles = Set(stage.params.filter { $0.keys == nil }.map(\.file))
            if stage.frozen, let locked = entry(stage.name) {
                fingerprint.params = locked.fingerprint.params
            }
        }
        switch stage.action {
        case .data: break
        case .command: fingerprint.directory = stage.workingDirectory
        case .module(let name):
            let module = project.registry.module(named: name)
            fingerprint.code = module?.codeDigest
            if module?.readsProvenance == true {
                fingerprint.provenance = Provenance.digest(
                    provenance(of: stage, entry: entry))
            }
        }
        if stage.frozen, let locked = entry(stage.name) {
            fingerprint.deps = locked.fingerprint.deps
            fingerprint.params = locked.fingerprint.params
        }
        return fingerprint
    }

    private func params(_ values: Preflight.Values) -> [Fingerprint.Param] {
        guard project.layout.format == .dvc else {
            return values.map {
                .init(file: $0.file, key: $0.key, value: Record.text(of: $0.value))
            }
        }
        // DVC records a whole file by its keys at the top, and single keys of it not again.
        let whole = values.filter(\.key.isEmpty)
        let files = Set(whole.map(\.file))
        let single = values.filter { !files.contains($0.file) }
            .map { Fingerprint.Param(file: $0.file, key: $0.key, value: TypedText.text($0.value)) }
        return single
            + whole.flatMap { file, _, value -> [Fingerprint.Param] in
                guard case .map(let map) = value else { return [] }
                return map.map { .init(file: file, key: $0, value: TypedText.text($1)) }
            }
    }

    /// The records of all stages before `stage`, in running order, as the lock has them.
    func provenance(
        of stage: Stage, entry: (String) -> LockEntry?
    ) -> [ProvenanceRecord] {
        project.graph.upstream(of: stage.name).compactMap(entry).map(Provenance.record)
    }

    /// Keeps the lists of the folders that a stage read, so that a later difference can be told by
    /// file; a failure costs no more than that.
    func keepLists(of fingerprint: Fingerprint) {
        // DVC's cache has none of them.
        guard project.layout.format == .native else { return }
        for dep in fingerprint.deps where dep.content?.isFolder == true {
            guard let manifest = try? workspace.manifest(at: dep.path),
                manifest.content == dep.content
            else { continue }
            try? objects.keepList(of: manifest, scratch: scratch)
        }
    }

    /// What is at the stage's outs.
    ///
    /// What cannot be an out counts as nothing: a run replaces it.
    func present(_ stage: Stage) throws -> [String: Content] {
        var present: [String: Content] = [:]
        for out in stage.outs {
            if case .sound(let content) = try found(at: out.path) { present[out.path] = content }
        }
        return present
    }

    /// Cached outs of which the cache lacks what the lock records: to DVC they are out of date.
    func lost(_ stage: Stage, _ locked: LockEntry?) throws -> [String] {
        guard project.layout.format == .dvc, let locked else { return [] }
        return try stage.outs.filter(\.cache).map(\.path).filter { path in
            try locked.content(of: path).map { try !objects.contains($0) } ?? false
        }
    }

    /// Throws `EngineError.dataMissing` where a stage's data are not there.
    func requireData(of stage: Stage) throws {
        for out in stage.outs where try workspace.content(at: out.path) == nil {
            throw EngineError.dataMissing(file: stage.name, path: out.path)
        }
    }

    /// What is at the path of an out.
    enum Found {
        case nothing
        case sound(Content)
        /// A broken link, a pipe, or a link out of the project.
        case unfit
    }

    func found(at path: String) throws -> Found {
        do {
            return try workspace.glance(at: path).map(Found.sound) ?? unfitLink(at: path)
        } catch let error as FileError {
            if case .failed = error { throw error }
            return .unfit
        }
    }

    /// A link that leads nowhere looks like nothing until it is looked at itself.
    private func unfitLink(at path: String) throws -> Found {
        try project.fileSystem.linkStatus(project.absolute(path)) == nil ? .nothing : .unfit
    }

    /// A run of this fingerprint whose outs are all there or can be had from the cache.
    ///
    /// What the lock says comes first: of two runs with one fingerprint, it has the one that
    /// counts.
    func restorable(
        _ fingerprint: Fingerprint, locked: LockEntry?, present: [String: Content],
        usesRunCache: Bool
    ) throws -> Trace? {
        if project.layout.format == .dvc {
            return try DVCRule.restorable(
                fingerprint, locked: locked, present: present, self, usesRunCache: usesRunCache)
        }
        let cached = usesRunCache ? try runCache.trace(of: fingerprint) : nil
        var candidates = [cached].compactMap { $0 }
        if let locked, locked.fingerprint == fingerprint, cached?.lockEntry != locked {
            let facts = RunFacts(started: 0, duration: 0, machine: "", threads: 0)
            candidates.insert(
                Trace(fingerprint: fingerprint, outs: locked.outs, facts: facts), at: 0)
        }
        return try candidates.first { trace in
            try trace.outs.allSatisfy { out in
                guard let content = out.content else { return present[out.path] != nil }
                return try present[out.path] == content || objects.contains(content)
            }
        }
    }
}

extension Fingerprint {
    /// Puts lists into their order, and says once what is named twice.
    mutating func sort() {
        params = Fingerprint.unique(params) { "\($0.file)\n\($0.key)" }
        deps = Fingerprint.unique(deps, \.path)
        outs = Fingerprint.unique(outs, \.path)
        environment = Fingerprint.unique(environment, \.name)
    }

    private static func unique<Element>(
        _ elements: [Element], _ key: (Element) -> String
    ) -> [Element] {
        var seen: Set<String> = []
        return elements.filter { seen.insert(key($0)).inserted }
            .sorted { key($0).utf8.lexicographicallyPrecedes(key($1).utf8) }
    }
}
