import ContentStore
import Pipelines
import StageKit

/// A project opened for one command: its stores, its workspace, its lock.
struct Session {
    let project: Project
    let state: StateCache
    let workspace: Workspace
    let objects: ObjectStore
    let runCache: RunCache
    let scratch: Scratch
    /// What the scratch folder is in: it is there while somebody works on the project.
    private let making: String

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
        making = "\(home)/tmp/run"
        scratch = Scratch(below: making)
    }

    /// Takes the project's lock and clears what an interrupted run left, and says whether one did.
    private func open() throws -> (lock: FileLock, isAfterKill: Bool)? {
        let files = project.fileSystem
        try files.makeDurableFolder(home)
        try files.makeFolder("\(home)/tmp")
        guard let lock = try files.lock("\(home)/tmp/lock") else { return nil }
        try files.requireSharedLocks(at: "\(home)/tmp/lock")
        // The scratch folder goes with an orderly end. What a killed process left may be seen and
        // not be durable yet; what we record on top of it has to be.
        let isAfterKill = try files.linkStatus(making) != nil
        if isAfterKill {
            try files.flushAll(of: home)
            // It may be on another disk.
            let cache = project.absolute(project.layout.cache)
            if isCacheElsewhere, try files.status(cache) != nil { try files.flushAll(of: cache) }
        }
        if try files.linkStatus(imports.folder) != nil { try imports.sweep() }
        for name in try files.list("\(home)/tmp") where !Scratch.kept.contains(name) {
            try files.remove("\(home)/tmp/\(name)")
        }
        files.scatter("\(home)/tmp")
        try files.makeFolder(making)
        files.scatter(making)
        try files.makeFolder(scratch.folder)
        files.scatter(scratch.folder)
        let whole = FileLock { [making] in
            try? files.remove(making)
            withExtendedLifetime(lock) {}
        }
        return (whole, isAfterKill)
    }

    private var isCacheElsewhere: Bool {
        !project.absolute(project.layout.cache).hasPrefix(home)
    }

    /// Where data are put that come from elsewhere, while nobody has to wait for them.
    var imports: WorkPlaces {
        // A project whose locks do not reach everybody cannot be worked on: see `open`.
        WorkPlaces(
            folder: "\(home)/tmp/imports", fileSystem: project.fileSystem, locksReachAll: true)
    }

    /// What a killed copy into a cache on another file system left there goes, unless somebody else is
    /// at work there, whose copies look the same.
    private func removeParts() throws {
        guard isCacheElsewhere, let alone = try? objects.hold(alone: true) else { return }
        try objects.removeParts()
        withExtendedLifetime(alone) {}
    }

    /// Takes the locks of the project and of its cache; `EngineError.inUse` while another process
    /// has the project's, `EngineError.cacheInUse` while one stands in the way at the cache.
    ///
    /// - Parameter collecting: true to remove objects, which nobody else may use meanwhile.
    func hold(collecting: Bool = false) throws -> FileLock {
        guard let (held, isAfterKill) = try open() else {
            throw EngineError.inUse(holder: holder)
        }
        if isAfterKill { try removeParts() }
        guard let cache = try objects.hold(alone: collecting) else {
            throw EngineError.cacheInUse(
                folder: project.absolute(project.layout.cache), collecting: collecting,
                holder: objects.holder)
        }
        return FileLock { withExtendedLifetime((held, cache)) {} }
    }

    /// Takes the locks like `hold`, and waits for them if told to.
    func acquire(wait: Bool, cancelled: @Sendable () -> Bool) async throws -> FileLock {
        while true {
            do { return try hold() } catch let error as EngineError {
                guard wait, error.isAboutLock else { throw error }
            }
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
        var lock = try nativeLock()
        try lock.addData(of: project.pipeline.stages, text: text)
        return lock
    }

    private func nativeLock() throws -> LockFile {
        try text(of: LockFile.name).map { try LockFile(text: $0) } ?? LockFile()
    }

    /// The locks for a run that changes them.
    func readLocks() throws -> LockBook {
        let stages = project.pipeline.stages
        guard project.layout.format == .native else {
            return try LockBook(stages, project.layout, text: text)
        }
        return try LockBook(try nativeLock(), stages, text: text)
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
}
