import ContentStore
import Engine
import Pipelines
import StageKit
import Synchronization
import TestSupport

/// A project in a temporary folder whose stages are made in code.
final class TestProject {
    let folder: TemporaryFolder
    var stages: [Stage] = []
    var registry = StageRegistry([Toy.self, Meddler.self, Witness.self])
    var environment: [String: String] = ["PATH": "/usr/bin:/bin"]
    var fileSystem: any FileSystem = LocalFileSystem(durable: false)
    /// How many stages may run side by side.
    var jobs: Int? = 1
    var threads = 1
    var clock = StageClock.system
    var ignored = IgnoreRules()
    var layout = Layout.native
    /// What happened, in the order of the stages.
    let events = Events()
    /// What happened, in the order of the clock.
    let watched = Events()
    /// Told of everything too, when it happens.
    var onEvent: @Sendable (RunEvent) -> Void = { _ in }

    /// Events as they came.
    final class Events: Sendable {
        private let list = Mutex<[RunEvent]>([])

        var all: [RunEvent] { list.withLock { $0 } }
        func add(_ event: RunEvent) { list.withLock { $0.append(event) } }
    }

    init() throws { folder = try TemporaryFolder() }

    static let place = SourceLocation(file: "pipeline.yml", line: 1, column: 1)

    /// Adds a stage that runs the toy module, or `commands`.
    func stage(
        _ name: String, commands: [String]? = nil, module: String = "toy", deps: [String] = [],
        params: [String] = [], outs: [Out] = [], frozen: Bool = false, always: Bool = false,
        environment: [String] = [], directory: String = ""
    ) {
        let place = TestProject.place
        let named =
            params.isEmpty
            ? [] : [ParamDep(file: "params.yaml", keys: params, location: place)]
        stages.append(
            Stage(
                name: name, action: commands.map(StageAction.command) ?? .module(module),
                workingDirectory: directory, deps: deps.map(TestProject.dep),
                params: named, outs: outs, environment: environment, frozen: frozen,
                alwaysChanged: always, location: place))
    }

    /// A dep, read as a pattern where it has a wildcard.
    private static func dep(_ path: String) -> Dep {
        Dep(path: path, glob: Glob.isPattern(path) ? Glob(path) : nil, location: place)
    }

    /// A chain of three: file, folder, shell command; plus one beside it.
    func chain() throws {
        try write("raw", to: "data/in.txt")
        try params(first: "1", second: "x")
        stage("first", deps: ["data/in.txt"], params: ["first.text"], outs: [out("one/out.txt")])
        stage(
            "second", deps: ["one/out.txt"], params: ["second.text"],
            outs: [
                out("two/folder"), out("metrics/metric.json", .metric, cache: false),
                out("two/volatile.txt", volatile: true),
            ])
        stage(
            "third", commands: ["cat two/folder/one > three.txt", "echo end >> three.txt"],
            deps: ["two/folder"], outs: [out("three.txt")])
        stage("beside", deps: ["data/in.txt"], outs: [out("beside/out.txt")])
    }

    func params(first: String, second: String) throws {
        try write("first: {text: '\(first)'}\nsecond: {text: '\(second)'}\n", to: "params.yaml")
    }

    func out(
        _ path: String, _ kind: Out.Kind = .artifact, cache: Bool = true, persist: Bool = false,
        volatile: Bool = false
    ) -> Out {
        Out(
            path: path, kind: kind, cache: cache, persist: persist, volatile: volatile,
            location: TestProject.place)
    }

    func write(_ text: String, to path: String) throws { try folder.write(text, to: path) }

    func read(_ path: String) throws -> String {
        String(decoding: try LocalFileSystem().bytes(of: folder.file(path)), as: UTF8.self)
    }

    func exists(_ path: String) throws -> Bool {
        try LocalFileSystem().linkStatus(folder.file(path)) != nil
    }

    func remove(_ path: String) throws { try LocalFileSystem().remove(folder.file(path)) }

    var project: Project {
        get throws {
            Project(
                root: folder.path, layout: layout, graph: try Graph(Pipeline(stages: stages)),
                registry: registry, environment: environment, ignored: ignored,
                fileSystem: fileSystem)
        }
    }

    func request(_ targets: [String] = [], single: Bool = false, force: Bool = false) throws
        -> RunRequest
    {
        RunRequest(
            stages: try project.graph.order(targets: targets, single: single), force: force)
    }

    @discardableResult
    func run(
        _ targets: [String] = [], single: Bool = false, force: Bool = false,
        adjust: (inout RunRequest) -> Void = { _ in },
        cancelled: @escaping @Sendable () -> Bool = { false }
    ) async throws -> RunSummary {
        let (events, watched, onEvent) = (events, watched, onEvent)
        let scheduler = Scheduler(
            project: try project, threads: threads, clock: clock, listener: { events.add($0) },
            watcher: {
                watched.add($0)
                onEvent($0)
            }, cancelled: cancelled)
        var request = try request(targets, single: single, force: force)
        request.jobs = jobs
        adjust(&request)
        return try await scheduler.run(request)
    }

    func lock() throws -> LockFile { try LockFile(text: read(LockFile.name)) }
}

/// Counts changes of the file system and stops at the n-th, as if the process were killed: the
/// change is not made, or made by half, and none after it.
final class FaultyFileSystem: ForwardingFileSystem {
    struct Killed: Error {}

    let base: any FileSystem = LocalFileSystem(durable: false)
    private let changes = Mutex(0)
    private let last: Int
    private let halves: Bool

    init(killedAt last: Int, halves: Bool) {
        self.last = last
        self.halves = halves
    }

    var count: Int { changes.withLock { $0 } }

    private func change(half: () throws -> Void = {}) throws {
        let number = changes.withLock {
            $0 += 1
            return $0
        }
        if number == last, halves { try half() }
        if number >= last { throw Killed() }
    }

    func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try change { try base.create(path, Array(bytes.prefix(bytes.count / 2)), mode: mode) }
        try base.create(path, bytes, mode: mode)
    }
    func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try change { try base.create(path, [1], mode: mode) }
        try base.copy(source, to: path, mode: mode, piece)
    }
    func synchronise(_ path: String) throws {
        try change()
        try base.synchronise(path)
    }
    func rename(_ path: String, to new: String) throws {
        try change()
        try base.rename(path, to: new)
    }
    func makeFolder(_ path: String) throws {
        try change()
        try base.makeFolder(path)
    }
    func remove(_ path: String) throws {
        try change {
            // A folder that was being removed loses some of its files first.
            if try base.linkStatus(path)?.kind == .folder, let name = try base.list(path).first {
                try base.remove("\(path)/\(name)")
            }
        }
        try base.remove(path)
    }
}

/// Counts how often a file is put in place.
final class CountingFileSystem: ForwardingFileSystem {
    let base: any FileSystem = LocalFileSystem(durable: false)
    private let name: String
    private let renames = Mutex(0)

    init(_ name: String) { self.name = name }

    var count: Int { renames.withLock { $0 } }

    func rename(_ path: String, to new: String) throws {
        if new.hasSuffix("/\(name)") { renames.withLock { $0 += 1 } }
        try base.rename(path, to: new)
    }

}
