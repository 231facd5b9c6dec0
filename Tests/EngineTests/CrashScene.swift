import ContentStore
import Engine
import Foundation
import Pipelines
import StageKit
import Synchronization
import TestSupport
import Testing

/// Writes more files than are flushed one by one.
struct Many: StageModule {
    static let name = "many"
    static let summary = "writes many files"
    static let codeDigest = "many-1"

    func run(_ context: StageContext) async throws {
        let folder = try context.out(named: "many")
        try FileManager.default.createDirectory(
            atPath: folder + "/inner", withIntermediateDirectories: true)
        for number in 0..<34 {
            let path = folder + (number % 2 == 0 ? "/\(number)" : "/inner/\(number)")
            try Data("\(number)".utf8).write(to: URL(fileURLWithPath: path))
        }
    }
}

/// Writes to each out something of its own.
struct Parts: StageModule {
    static let name = "parts"
    static let summary = "writes other bytes to every file"
    static let codeDigest = "parts-1"

    func run(_ context: StageContext) async throws {
        let text = try Toy.text(context)
        if context.optionalOut(named: "folder") != nil { try Toy.write(text, context) }
        for name in ["metric", "extra"] {
            guard let path = context.optionalOut(named: name) else { continue }
            try Data("\(name) \(text)".utf8).write(to: URL(fileURLWithPath: path))
        }
    }
}

/// A command with the project and the remote that it begins with.
struct CrashScene {
    enum Command: String, CaseIterable {
        case repro, linked, many, gc, push, pull, checkout, commit, add, importing, update
    }

    /// What was done, in a place of its own.
    struct Stage {
        let test: TestProject
        let store: TemporaryFolder

        /// The folders of the project and of the remote.
        var roots: [String] { [test.folder.path, store.file("remote")] }
        func trees() throws -> [Tree?] { try roots.map { try Tree(at: $0) } }
    }

    let command: Command
    private var start: [Tree?] = []
    /// What an undisturbed command leaves, compared as `normal` has it.
    private(set) var end: [Tree] = []

    /// Of many files of one kind every fifth is enough.
    var stride: Int { command == .many ? 5 : 1 }

    init(_ command: Command) async throws {
        self.command = command
        let stage = try stage()
        try await prepare(stage)
        start = try stage.trees()
        let whole = try self.stage(start)
        try await perform(whole)
        end = try CrashScene.normal(whole.trees())
    }

    /// A place that holds what the command begins with, or other trees.
    func stage(_ trees: [Tree?]? = nil) throws -> Stage {
        let test = try TestProject()
        let stage = Stage(test: test, store: try TemporaryFolder())
        test.registry = StageRegistry([Toy.self, Parts.self, Many.self])
        if command == .linked { test.layout = .native.linking([.hardlink]) }
        if command == .many {
            test.stage("many", module: "many", outs: [test.out("data/many")])
            test.stages[0].deps = [Dep(path: "in.txt", location: TestProject.place)]
        } else {
            test.stage(
                "first", deps: ["data/in.txt"], params: ["first.text"],
                outs: [test.out("one/out.txt")])
            test.stage(
                "second", module: "parts", deps: ["one/out.txt"], params: ["second.text"],
                outs: [
                    test.out("two/folder"), test.out("metrics/metric.json", .metric, cache: false),
                    test.out("kept/extra.bin", cache: false),
                ])
            test.stage(
                "third", commands: ["cat two/folder/one > three.txt; echo end >> three.txt"],
                deps: ["two/folder"],
                outs: [test.out("three.txt")])
        }
        for (tree, root) in zip(trees ?? start, stage.roots) { try tree?.write(to: root) }
        return stage
    }

    private func prepare(_ stage: Stage) async throws {
        let test = stage.test
        guard command != .many else { return try test.write("in", to: "in.txt") }
        try test.write("raw", to: "data/in.txt")
        try test.params(first: "1", second: "x")
        if isAboutData {
            try stage.store.write("sum", to: "remote/source/one")
            try stage.store.write("more", to: "remote/source/deep/two")
            if command == .update {
                try bring(stage)
                try stage.store.write("changed", to: "remote/source/one")
                try stage.store.write("new", to: "remote/source/three")
            }
            return
        }
        try await test.run(adjust: { $0.keepsOuts = command != .commit })
        switch command {
        case .repro, .linked: try test.params(first: "1", second: "y")
        case .gc:
            try test.params(first: "1", second: "y")
            try await test.run()
        case .pull:
            try await push(stage)
            for path in [".nlpipe", "one", "two", "three.txt"] { try test.remove(path) }
        case .checkout: for path in ["one", "two", "three.txt"] { try test.remove(path) }
        case .many, .push, .commit, .add, .importing, .update: break
        }
    }

    /// Does what the command does; `finished` are the stages that it said were finished.
    @discardableResult
    func perform(_ stage: Stage) async throws -> RunSummary? {
        let test = stage.test
        let stages = try test.request().stages
        switch command {
        case .repro, .linked, .many: return try await test.run()
        case .gc: _ = try GarbageCollection(project: test.project).run(.init())
        case .push: try await push(stage)
        case .pull:
            let report = try await Fetch(project: test.project, remote: remote(stage)).run(stages)
            guard report.isComplete else { throw Incomplete() }
            try checkOut(test, stages)
        case .checkout: try checkOut(test, stages)
        case .add:
            let tracking = TrackData(project: try test.project)
            try test.write("raw", to: "data/in.txt")
            try test.write("b", to: "pile/b")
            try tracking.run(try ["data/in.txt", "pile"].map(tracking.stage))
        case .importing, .update: try bring(stage)
        case .commit: _ = try AcceptPresent(project: test.project).run(stages) { _, _ in true }
        }
        return nil
    }

    private var isAboutData: Bool { [.add, .importing, .update].contains(command) }

    /// Imports a folder from beside the project; another one each time, to the record, but for this.
    private func bring(_ stage: Stage) throws {
        let project = try stage.test.project
        let tracked = try TrackData(project: project).stage(for: "got/data")
        try ImportData(project: project).run(tracked) { place in
            try place.copy(of: LocalFileSystem().resolve("\(stage.roots[1])/source") ?? "")
            return TrackData.Origin(path: "../source", isFile: true)
        } ready: {
        }
    }

    /// What of the command's result is not there, whole, without its being done again.
    func missing(_ trees: [Tree?]) -> [String] {
        let found = CrashScene.normal(trees)
        return CrashScene.differences(found, end).filter { difference in
            // A commit puts into the cache what others wrote to the workspace.
            // What was removed and comes back is removed by the next collection.
            let isExtra = command == .gc && end[0][String(difference.dropFirst(2))] == nil
            return !difference.contains("tmp/") && !isExtra
                && (command != .commit || difference.hasPrefix("0:.nlpipe")
                    || difference == "0:\(LockFile.name)")
        }
    }

    /// Whether a checkout takes something that is only half there for the user's own work.
    func isStuck(_ trees: [Tree?]) async throws -> Bool {
        guard command != .push else { return false }
        let stage = try stage(trees)
        do { try checkOut(stage.test, try stage.test.request().stages) } catch { return true }
        return false
    }

    private struct Incomplete: Error {}

    private func remote(_ stage: Stage) -> Remote {
        Remote(
            name: "store", .folder(stage.roots[1]), fileSystem: stage.test.fileSystem)
    }

    private func push(_ stage: Stage) async throws {
        let report = try await Push(project: stage.test.project, remote: remote(stage))
            .run(stage.test.request().stages)
        guard report.isComplete else { throw Incomplete() }
    }

    private func checkOut(_ test: TestProject, _ stages: [Pipelines.Stage]) throws {
        let report = try Checkout(project: test.project).run(stages)
        guard report.missing.isEmpty, report.kept.isEmpty else { throw Incomplete() }
    }

    /// The paths at which trees differ, each after the number of its tree.
    static func differences(_ trees: [Tree], _ others: [Tree]) -> [String] {
        zip(trees, others).enumerated().flatMap { index, pair in
            Set(pair.0.paths + pair.1.paths).filter { pair.0[$0] != pair.1[$0] }.sorted()
                .map { "\(index):\($0)" }
        }
    }

    /// Trees to compare: without what only saves time, and without the times in the records of runs.
    static func normal(_ trees: [Tree?]) -> [Tree] {
        zip(trees, [".nlpipe/", ""]).map { tree, home in
            var tree = tree ?? .folder([:])
            for path in ["state", "state-folders", "tmp/lock", "tmp/logs", "cache/lock"] {
                tree = tree.without(home + path)
            }
            return tree.timeless(at: home + "runs").pruned ?? .folder([:])
        }
    }
}

extension Tree {
    /// The same with files of one byte at most below a path: the records of runs hold times.
    func timeless(at path: String) -> Tree {
        guard case .folder(var entries) = self else {
            if case .file(let bytes, _) = self, bytes.last == 0x0a {
                return .file([0x0a], executable: false)
            }
            return self
        }
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        for (name, tree) in entries where parts.isEmpty || parts[0] == name {
            entries[name] = tree.timeless(at: parts.count > 1 ? parts[1] : "")
        }
        return .folder(entries)
    }

    /// The same without folders that hold nothing; nil for such a folder.
    var pruned: Tree? {
        guard case .folder(let entries) = self else { return self }
        let kept = entries.compactMapValues(\.pruned)
        return kept.isEmpty ? nil : .folder(kept)
    }
}
