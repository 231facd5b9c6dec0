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
            folder: project.absolute(layout.runs), fileSystem: project.fileSystem)
        scratch = Scratch(folder: "\(home)/tmp/run")
    }

    /// Takes the project's lock and clears what an interrupted run left.
    func open() throws -> FileLock? {
        let files = project.fileSystem
        try files.makeDurableFolder("\(home)/tmp")
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
        ".nlpipe/tmp/logs/\(Session.fileName(of: stage)).log"
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

    func readLock() throws -> LockFile {
        let path = project.absolute(LockFile.name)
        guard try project.fileSystem.status(path) != nil else { return LockFile() }
        guard
            let text = String(
                validating: try project.fileSystem.bytes(of: path), as: UTF8.self)
        else {
            throw LockError.unreadable(place: "\(LockFile.name): ", reason: "it is not UTF-8")
        }
        return try LockFile(text: text)
    }

    /// The digest of the lock file's bytes, as git has them too; nil without a lock.
    func lockDigest() throws -> Digest? {
        let path = project.absolute(LockFile.name)
        guard try project.fileSystem.status(path) != nil else { return nil }
        return Digest(of: try project.fileSystem.bytes(of: path))
    }

    func writeLock(_ text: String) throws {
        try project.fileSystem.replace(
            project.absolute(LockFile.name), with: Array(text.utf8),
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
            params: values.map {
                .init(file: $0.file, key: $0.key, value: Record.text(of: $0.value))
            },
            deps: try inputs(of: stage, content: content),
            outs: stage.outs.map {
                .init(path: $0.path, cache: $0.cache, volatile: $0.volatile, persist: $0.persist)
            },
            environment: stage.environment.map { name in
                .init(name: name, digest: project.environment[name].map { Digest(of: $0) })
            },
            provenance: nil)
        fingerprint.sort()
        switch stage.action {
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
        }
        return fingerprint
    }

    /// The records of all stages before `stage`, in running order, as the lock has them.
    func provenance(
        of stage: Stage, entry: (String) -> LockEntry?
    ) -> [ProvenanceRecord] {
        project.graph.upstream(of: stage.name).compactMap(entry).map(Provenance.record)
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
        _ fingerprint: Fingerprint, locked: LockEntry?, present: [String: Content]
    ) throws -> Trace? {
        let cached = try runCache.trace(of: fingerprint)
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
