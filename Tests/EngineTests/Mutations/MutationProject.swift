import ContentStore
import Engine
import Foundation
import Pipelines
import StageKit
import TestSupport

/// A project of files that covers every kind of part of a fingerprint, and is changed in one point.
final class MutationProject: Sendable {
    /// What is not in files: the environment, and the code of a module.
    struct Surroundings: Sendable {
        var environment = ["PATH": "/usr/bin:/bin", "TOKEN": "secret"]
        var code = CodedToy.Code()
    }

    let folder: TemporaryFolder
    private let fileSystem = LocalFileSystem(durable: false)

    private init(_ folder: TemporaryFolder) { self.folder = folder }

    static let pipeline = """
        vars:
          - words: {greeting: hello, unused: 1}
        stages:
          prepare:
            run: toy
            deps: [data/raw.txt]
            params: [prepare.text]
            outs: [made/prepare/out]
          features:
            run: toy
            deps:
              - made/prepare/out
              - data/folder
            params:
              - features.text
            outs: [made/features/folder]
            metrics:
              - made/features/metric.json: {cache: false}
          train:
            cmd:
              - cat made/features/folder/one data/script.sh > model
              - test -z "$NONE"
            deps: [made/features/folder, data/script.sh]
            env: [TOKEN]
            outs: [model]
          report:
            cmd: wc -c < ../model > report.txt
            wdir: work
            deps: [../model]
            outs: [report.txt]
          review:
            run: witness
            deps: [model]
            outs: [made/review/out]
          cold:
            cmd: cat data/cold.txt > cold.txt
            deps: [data/cold.txt]
            outs: [cold.txt]
            frozen: true
          greet:
            cmd: echo ${words.greeting} > greeting.txt
            outs: [greeting.txt]
          wander:
            cmd: echo far > ../wander.txt
            wdir: work
            outs: [../wander.txt]
          each:
            foreach:
              a: {text: one}
              b: {text: two}
            do:
              cmd: echo ${item.text} > each-${key}.txt
              outs: ["each-${key}.txt"]
          grid:
            matrix: {size: [1, 2]}
            cmd: echo ${item.size} > grid-${key}.txt
            outs: ["grid-${key}.txt"]
          yaml:
            cmd: echo read > yaml.txt
            params: [{typed.yaml: [typed]}]
            outs: [yaml.txt]
          json:
            cmd: echo read > json.txt
            params: [{typed.json: [typed]}]
            outs: [json.txt]
          toml:
            cmd: echo read > toml.txt
            params: [{typed.toml: [typed]}]
            outs: [toml.txt]
          whole:
            cmd: echo read > whole.txt
            params: [{whole.yaml: }]
            outs: [whole.txt]
          globbed:
            cmd: cat data/set/*.txt > globbed.txt
            deps: ["data/set/*.txt"]
            outs: [globbed.txt]

        """

    static let files = [
        "params.yaml": "prepare:\n  text: '1'\nfeatures: {text: x, more: 2}\nextra: 5\n",
        "typed.yaml": """
        # typed
        typed:
          i: 1
          f: 0.5
          s: word
          b: true
          l: [1, 2]
          m: {x: 1, y: 2}
        other: 1

        """,
        "typed.json": """
        {
          "typed": {
            "i": 1, "f": 0.5,
            "s": "word",
            "b": true,
            "l": [1, 2],
            "m": {"x": 1, "y": 2}
          },
          "other": 1
        }

        """,
        "typed.toml": """
        # typed
        other = 1
        [typed]
        i = 1
        f = 0.5
        s = "word"
        b = true
        l = [1, 2]
        [typed.m]
        x = 1
        y = 2

        """,
        "whole.yaml": "one: 1\ntwo: {three: 3}\n",
        "data/raw.txt": "raw", "data/script.sh": "echo\n", "data/cold.txt": "cold",
        "data/extra.txt": "extra", "data/set/a.txt": "1", "data/set/b.txt": "2",
        "data/set/note.md": "n", "data/folder/a.txt": "a", "data/folder/b.txt": "bb",
        "data/folder/sub/c.txt": "c", "work/keep": "", "work2/keep": "",
    ]

    /// A new project that was run once.
    static func base() async throws -> MutationProject {
        let project = MutationProject(try TemporaryFolder())
        try project.write(pipeline, to: "pipeline.yml")
        for (path, text) in files { try project.write(text, to: path) }
        _ = try await project.run(Surroundings())
        return project
    }

    /// The project once more, in a folder of its own.
    func copy() throws -> MutationProject {
        let copy = MutationProject(try TemporaryFolder())
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.copyItem(
                atPath: folder.file(name), toPath: copy.folder.file(name))
        }
        return copy
    }

    func project(_ surroundings: Surroundings) throws -> Project {
        let folder = folder
        let registry = StageRegistry([CodedToy.self, Witness.self])
        let reader = PipelineReader(knownModules: registry.names, patterns: true) { name in
            FileManager.default.fileExists(atPath: folder.file(name))
                ? try String(contentsOfFile: folder.file(name), encoding: .utf8) : nil
        }
        let text = try String(contentsOfFile: folder.file("pipeline.yml"), encoding: .utf8)
        return Project(
            root: folder.path, graph: try Graph(try reader.read(text)), registry: registry,
            environment: surroundings.environment, fileSystem: fileSystem)
    }

    func plan(_ surroundings: Surroundings) throws -> [PlannedStage] {
        try CodedToy.$code.withValue(surroundings.code) {
            let project = try project(surroundings)
            let request = RunRequest(stages: try project.graph.order())
            return try Planner(project: project).plan(request, explaining: true)
        }
    }

    /// Runs everything; of each stage that was started or restored, why.
    func run(
        _ surroundings: Surroundings
    ) async throws -> (summary: RunSummary, causes: [String: Cause]) {
        try await CodedToy.$code.withValue(surroundings.code) {
            let project = try project(surroundings)
            let events = TestProject.Events()
            let summary = try await Scheduler(
                project: project, threads: 1, listener: { events.add($0) }
            ).run(RunRequest(stages: try project.graph.order()))
            var causes: [String: Cause] = [:]
            for event in events.all {
                switch event {
                case .stageStarted(let stage, let why), .restored(let stage, _, let why):
                    causes[stage] = why
                default: break
                }
            }
            return (summary, causes)
        }
    }

    // MARK: - Changes

    func write(_ text: String, to path: String) throws { try folder.write(text, to: path) }

    func remove(_ path: String) throws { try fileSystem.remove(folder.file(path)) }

    func rename(_ path: String, to new: String) throws {
        try fileSystem.rename(folder.file(path), to: folder.file(new))
    }

    func setMode(_ mode: Int, of path: String) throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: folder.file(path))
    }

    func read(_ path: String) throws -> String {
        try String(contentsOfFile: folder.file(path), encoding: .utf8)
    }

    /// Replaces the first `old` in a file, after `mark` where one is given.
    func edit(_ path: String, _ old: String, _ new: String, after mark: String = "") throws {
        var text = try read(path)
        let start = mark.isEmpty ? text.startIndex : text.firstRange(of: mark)?.upperBound
        guard let start, let range = text[start...].firstRange(of: old) else {
            throw MutationError.absent(old, in: path)
        }
        text.replaceSubrange(range, with: new)
        try write(text, to: path)
    }

    /// The file of the object that an out was kept as.
    func object(of path: String) throws -> String {
        let digest = Digest(of: try fileSystem.bytes(of: folder.file(path))).hex
        return ".nlpipe/cache/objects/\(digest.prefix(2))/\(digest.dropFirst(2))"
    }

    // MARK: - Expectations

    /// `text` with every `{file|needle}` and `{file|mark»needle}` replaced by the needle's place.
    func resolving(_ text: String) throws -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let bar = rest[open...].firstIndex(of: "|"),
            let close = rest[bar...].firstIndex(of: "}")
        {
            let file = String(rest[rest.index(after: open)..<bar])
            let needle = rest[rest.index(after: bar)..<close].split(separator: "»").map(String.init)
            result += rest[..<open] + (try place(of: needle, in: file))
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private func place(of needle: [String], in file: String) throws -> String {
        let text = try read(file)
        var found = text.startIndex..<text.startIndex
        for part in needle {
            guard let next = text[found.upperBound...].firstRange(of: part) else {
                throw MutationError.absent(part, in: file)
            }
            found = next
        }
        let before = text[..<found.lowerBound]
        let line = before.count { $0 == "\n" } + 1
        let column =
            before.count - (before.lastIndex(of: "\n").map { before[...$0].count } ?? 0) + 1
        return "\(file):\(line):\(column)"
    }
}

enum MutationError: Error { case absent(String, in: String) }

/// `Toy` with code that a test can change.
struct CodedToy: StageModule {
    struct Code: Sendable {
        var digest = "1111111111111111"
        var files = ["Sources/Text/Join.swift": "1", "stages/Toy/Toy.swift": "1"]
    }

    @TaskLocal static var code = Code()

    static let name = "toy"
    static let summary = "joins its deps"
    static var codeDigest: String { code.digest }
    static var codeFiles: [String: String] { code.files }

    func run(_ context: StageContext) async throws {
        try Toy.write(Toy.text(context), context)
    }
}
