import Foundation
import TestSupport

/// One copy of a project, worked on by one of the two programs.
final class Side {
    enum Kind: String {
        /// DVC on `dvc.yaml`.
        case dvc
        /// nlpipe on a `pipeline.yml` with the same text.
        case native
        /// nlpipe on the very `dvc.yaml`, in a project that DVC began.
        case shared
    }

    /// What a `repro` did.
    struct Effect: Equatable {
        var succeeded: Bool
        /// What the commands wrote about themselves, in their order.
        var executed: [String]
        /// Stage → `ran`, `restored` or `skipped`; only after success.
        var outcomes: [String: String]
    }

    let kind: Kind
    let folder: TemporaryFolder
    let driver: DVCDriver?
    private let log: TemporaryFolder

    init(_ kind: Kind, driver: DVCDriver? = nil, inGit: Bool = false) throws {
        self.kind = kind
        self.driver = driver
        folder = try TemporaryFolder()
        log = try TemporaryFolder()
        if inGit { try git("init", "-q", "-b", "main") }
        let arguments = ["init"] + (inGit ? [] : ["--no-scm"]) + (kind == .native ? [] : ["-q"])
        let made = try run(arguments, by: kind == .native ? nil : driver)
        guard made.status == 0 else { throw PeerError.ended(made.error) }
        for name in ["pipeline.yml", ".nlpipeignore"] where kind == .native {
            try? FileManager.default.removeItem(atPath: folder.file(name))
        }
    }

    /// The folder of `other`, worked on by the other program.
    init(takingOver other: Side, driver: DVCDriver) {
        kind = other.kind == .dvc ? .shared : .dvc
        self.driver = driver
        folder = other.folder
        log = other.log
    }

    private var pipelineFile: String { kind == .native ? "pipeline.yml" : "dvc.yaml" }

    /// Runs the side's program.
    func run(_ arguments: [String]) throws -> Program.Result {
        try run(arguments, by: kind == .dvc ? driver : nil)
    }

    private func run(_ arguments: [String], by driver: DVCDriver?) throws -> Program.Result {
        let environment = ["RAN": log.file("ran"), "SHELL": "/bin/sh"]
        if let driver {
            return try driver.run(arguments, in: folder.path, environment: environment)
        }
        let result = try Program.nlpipe(
            kind == .native ? arguments.map(Self.native) : arguments, in: folder.path,
            environment: environment)
        guard kind == .native else { return result }
        // Stages of other folders are named after their pipeline file.
        return Program.Result(
            status: result.status, out: result.out.replacing("pipeline.yml:", with: "dvc.yaml:"),
            error: result.error)
    }

    /// A target as it is in a native project.
    private static func native(_ argument: String) -> String {
        argument.replacing("dvc.yaml", with: "pipeline.yml")
    }

    func git(_ arguments: String...) throws { try Program.git(arguments, in: folder.path) }

    func apply(_ changes: [Step.Change]) throws {
        for change in changes {
            switch change {
            case .write(let path, let text): try folder.write(text, to: path)
            case .remove(let path):
                try? FileManager.default.removeItem(atPath: folder.file(path))
            case .pipeline(let text, let place):
                try folder.write(
                    text, to: place.isEmpty ? pipelineFile : "\(place)/\(pipelineFile)")
            case .track(let paths):
                guard !paths.isEmpty else { continue }
                let result = try run(["add", "-q"] + paths)
                guard result.status == 0 else { throw PeerError.ended(result.error) }
            }
        }
    }

    func repro(_ arguments: [String]) throws -> (effect: Effect, result: Program.Result) {
        try log.write("", to: "ran")
        let result = try run(["repro"] + arguments + (kind == .dvc ? [] : ["--json", "-j1"]))
        let text = try String(contentsOfFile: log.file("ran"), encoding: .utf8)
        var effect = Effect(
            succeeded: result.status == 0, executed: text.split(separator: "\n").map(String.init),
            outcomes: [:])
        if effect.succeeded {
            effect.outcomes = kind == .dvc ? Self.words(result.out) : try Self.json(result.out)
        }
        return (effect, result)
    }

    /// The answer of a `--json` command as compact JSON with sorted keys.
    func json(_ arguments: [String]) throws -> String {
        let result = try run(arguments + ["--json"])
        guard result.status == 0 else { return "failed" }
        return try Self.canonical(result.out)
    }

    static func canonical(_ text: String) throws -> String {
        let value = try JSONSerialization.jsonObject(
            with: Data(text.utf8), options: .fragmentsAllowed)
        let data = try JSONSerialization.data(
            withJSONObject: value,
            options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    /// Path → content (with a mark where it may be executed) of everything that is not the
    /// program's own; the records of tracked data only where both have DVC's digests.
    func tree(withRecords: Bool) throws -> [String: String] {
        var tree: [String: String] = [:]
        let own = [".dvc", ".nlpipe", ".git"]
        let names = [
            "dvc.yaml", "dvc.lock", "pipeline.yml", "pipeline.lock", ".dvcignore", ".gitignore",
            ".nlpipeignore",
        ]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let first = path.split(separator: "/").first.map(String.init) ?? ""
            var isFolder: ObjCBool = false
            let full = folder.file(path)
            let last = path.split(separator: "/").last.map(String.init) ?? ""
            guard !own.contains(first), !names.contains(last),
                withRecords || !last.hasSuffix(".dvc"),
                FileManager.default.fileExists(atPath: full, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            let mark = FileManager.default.isExecutableFile(atPath: full) ? "x " : "- "
            tree[path] = mark + (try String(contentsOfFile: full, encoding: .utf8))
        }
        return tree
    }

    /// The text of a file; "nothing" where there is none.
    func text(_ path: String) -> String {
        (try? String(contentsOfFile: folder.file(path), encoding: .utf8)) ?? "nothing"
    }

    /// The bytes of every `dvc.lock`.
    func lock() -> String {
        ["dvc.lock", "\(GeneratedProject.otherFolder)/dvc.lock"]
            .map { "\($0): \(text($0))" }.joined()
    }

    /// The bytes of the entries of every `dvc.lock`, whatever their order.
    func entries() -> [String] {
        lock().replacing("\n    ", with: "\r    ").split(separator: "\n").map(String.init).sorted()
    }

    /// The paths of all files below a folder, sorted.
    func list(_ path: String) -> String {
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: folder.file(path))) ?? []
        return all.filter { $0.split(separator: "/").last?.count ?? 0 > 2 }.sorted()
            .joined(separator: "\n          ")
    }

    private static func words(_ output: String) -> [String: String] {
        var outcomes: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(
                separator: "'", maxSplits: 2, omittingEmptySubsequences: false
            ).map(String.init)
            guard parts.count == 3 else { continue }
            let name = parts[1]
            switch parts[0] {
            case "Running stage ", "Running callback stage ",
                // Tracked data that were edited are put on record.
                "Verifying data sources in stage: ":
                outcomes[name] = "ran"
            case "Stage ", "":
                outcomes[name] = parts[2].hasPrefix(" is cached") ? "restored" : "skipped"
            default: break
            }
        }
        return outcomes
    }

    private struct Report: Decodable {
        struct Item: Decodable {
            let stage: String
            let outcome: String
        }
        let stages: [Item]
    }

    private static func json(_ output: String) throws -> [String: String] {
        // Events come first, one a line; the last line sums up.
        let last = output.split(separator: "\n").last ?? ""
        let report = try JSONDecoder().decode(Report.self, from: Data(last.utf8))
        // DVC does not say at the end that a failure was ignored.
        let words = ["upToDate": "skipped", "failed": "ran"]
        return Dictionary(
            report.stages.map { ($0.stage, words[$0.outcome] ?? $0.outcome) },
            uniquingKeysWith: { $1 })
    }
}
