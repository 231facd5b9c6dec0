import ContentStore
import Engine
import Gates
import History
import Pipelines

/// What gates look at beside metrics and predictions.
struct GateSubjects {
    private let opened: OpenProject

    init(_ opened: OpenProject) { self.opened = opened }

    /// The bytes of the file at `path`, or of all files below it.
    ///
    /// Of an out that is not there what the lock records; nil where nothing is known.
    func size(of path: String) throws -> Int? {
        let files = try WorkspaceFiles(root: opened.root).list(path)
        guard files.isEmpty else {
            // An out may be a link into the cache: what it leads to counts.
            return try files.reduce(0) { sum, file in
                sum + Int(try LocalFileSystem().status("\(opened.root)/\(file)")?.size ?? 0)
            }
        }
        let workspace = WorkspaceFiles(root: opened.root)
        let lock = try LockFile(of: opened.pipeline, layout: opened.project.layout) {
            try workspace.text($0)
        }
        return lock.entries.values.flatMap(\.outs).first { $0.path == path }?.content?.size
    }

    /// How the commands of `gates` end, one after the other.
    func run(_ gates: [Gate]) async throws -> [String: CheckOutcome] {
        var outcomes: [String: CheckOutcome] = [:]
        for gate in gates {
            guard case .command(let check) = gate.demand else { continue }
            let folder = check.folder.isEmpty ? opened.root : "\(opened.root)/\(check.folder)"
            let ending = try await ShellCommand(
                check.command, folder: folder, environment: opened.project.environment
            ).run(limit: check.timeout, cancelled: Signals.isStopRequested)
            outcomes[gate.name] = CheckOutcome(
                status: ending.status, seconds: ending.seconds, output: ending.output)
        }
        return outcomes
    }

    /// The stages that would not stay as they are, of those that make what `gates` look at and of
    /// what these need; data that is only not here counts as it is recorded.
    func outdated(for gates: [Gate]) throws -> [String] {
        let makers = Set(gates.flatMap(\.paths).compactMap { opened.graph.maker(of: $0)?.name })
        guard !makers.isEmpty else { return [] }
        let stages = try opened.graph.order(targets: makers.sorted(), single: false, folder: "")
        var request = RunRequest(stages: stages)
        request.allowsMissing = true
        return try Planner(project: opened.project).plan(request)
            .filter { $0.prospect != .upToDate }.map(\.stage)
    }
}

extension Gate {
    /// The paths of the working folder that it looks at.
    fileprivate var paths: [String] {
        switch demand {
        case .number(let bound): [bound.number.file] + (bound.over.map { [$0.file] } ?? [])
        case .accuracy(let bound): [bound.predictions]
        case .regression(let bound): [bound.predictions]
        case .size(let bound): [bound.path]
        case .command: []
        }
    }
}
