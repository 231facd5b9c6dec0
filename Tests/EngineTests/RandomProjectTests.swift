import Engine
import Pipelines
import StageKit
import Synchronization
import Testing

/// Random projects that are changed, fail, are interrupted and run with any number of jobs: what
/// they make is what the oracle says, only what it has not seen is executed, and a second run does
/// nothing.
struct RandomProjectTests {
    #if DEBUG
        private static let seeds: ClosedRange<UInt64> = 1...40
    #else
        private static let seeds: ClosedRange<UInt64> = 1...2_000
    #endif

    @Test(arguments: seeds)
    func everyRunIsWhatTheOracleSays(seed: UInt64) async throws {
        var random = SeededRandom(seed)
        var life = try Life(seed: seed, graph: RandomGraph(&random, most: 60))
        for _ in 0..<random.number(2...4) {
            try life.change(&random)
            if random.once(in: 3) { try await life.runWithFailures(&random) }
            if random.once(in: 2) { try await life.runInterrupted(&random) }
            try await life.runToTheEnd(&random)
        }
        try await life.requireTheLockOfANewProject()
    }
}

/// A random project over a time of changes and runs.
private struct Life {
    let seed: UInt64
    var graph: RandomGraph
    let world = CellStage.World()
    /// The inputs of every execution that succeeded.
    private var seen: Set<[String]> = []
    /// What every stage was last made from, as far as it is on record.
    private var current: [Int: [String]] = [:]

    init(seed: UInt64, graph: RandomGraph) throws {
        self.seed = seed
        self.graph = graph
    }

    private static func project(_ graph: RandomGraph, in world: CellStage.World) throws -> Project {
        try world.files.write(graph.params, to: "/w/params.yaml")
        for (index, value) in graph.sources.enumerated() {
            let text = "source \(value)"
            guard world.files.text("/w/data/\(index)") != text else { continue }
            try world.files.write(text, to: "/w/data/\(index)")
        }
        return Project(
            root: "/w", graph: try Graph(graph.pipeline), registry: StageRegistry([CellStage.self]),
            fileSystem: world.files)
    }

    // MARK: - Changes

    mutating func change(_ random: inout SeededRandom) throws {
        for _ in 0..<random.number(1...3) {
            let stage = random.number(0...graph.nodes.count - 1)
            switch random.number(0...7) {
            case 0...3: graph.nodes[stage].value = random.number(0...2)
            case 4: graph.sources[random.number(0...2)] = random.number(0...2)
            case 5 where stage > 0:
                graph.nodes[stage].parents = [random.number(0...stage - 1)]
            case 6: try edit(stage, random.once(in: 2) ? "edited" : nil)
            default: graph.nodes[stage].narrows.toggle()
            }
        }
    }

    /// Changes or removes what a stage made, if it made something.
    private func edit(_ stage: Int, _ text: String?) throws {
        let path = "/w/" + graph.file(stage)
        guard world.files.text(path) != nil else { return }
        if let text { try world.files.write(text, to: path) } else { try world.files.remove(path) }
    }

    // MARK: - Runs

    /// One run; what was made and restored goes on record, whatever the end.
    private mutating func run(
        _ random: inout SeededRandom, onFailure: RunRequest.FailurePolicy = .stop,
        stopAfter: Int = .max
    ) async throws -> (summary: RunSummary?, executed: [String]) {
        let project = try Life.project(graph, in: world)
        var request = RunRequest(stages: try project.graph.order())
        request.jobs = random.number(1...5)
        request.onFailure = onFailure
        let events = TestProject.Events()
        let count = Mutex(0)
        let scheduler = Scheduler(
            project: project, threads: 2, listener: { _ in },
            watcher: { event in
                events.add(event)
                count.withLock { $0 += 1 }
            }, cancelled: { count.withLock { $0 } >= stopAfter })
        var summary: RunSummary?
        do {
            summary = try await CellStage.$world.withValue(world) { [request] in
                try await scheduler.run(request)
            }
        } catch is CancellationError {
        } catch EngineError.moduleFailed {
        }
        let texts = graph.texts()
        for event in events.all {
            guard let stage = Int(event.stage.dropFirst()) else { continue }
            let inputs = graph.inputs(of: stage, texts: texts)
            switch event {
            case .stageFinished:
                #expect(!seen.contains(inputs), "\(event.stage) of seed \(seed) ran again")
                seen.insert(inputs)
                current[stage] = inputs
            case .restored: current[stage] = inputs
            default: break
            }
        }
        return (summary, world.takeExecuted())
    }

    /// A run in which some stages fail.
    mutating func runWithFailures(_ random: inout SeededRandom) async throws {
        for stage in graph.nodes.indices where random.once(in: 8) {
            graph.nodes[stage].fails = true
        }
        let texts = graph.texts()
        let goesOn = random.once(in: 2)
        let (summary, _) = try await run(&random, onFailure: goesOn ? .keepGoing : .stop)
        if goesOn {
            for item in summary?.items ?? [] {
                guard let stage = Int(item.stage.dropFirst()) else { continue }
                let isBroken = graph.nodes[stage].parents.contains { texts[$0] == nil }
                let expected: Set<RunSummary.Outcome> =
                    isBroken
                    ? [.notRun]
                    : graph.nodes[stage].fails ? [.failed] : [.ran, .restored, .upToDate]
                #expect(expected.contains(item.outcome), "\(item.stage) of seed \(seed)")
            }
            #expect(summary?.items.count == graph.nodes.count, "seed \(seed)")
        }
        for stage in graph.nodes.indices { graph.nodes[stage].fails = false }
    }

    /// A run that is stopped after some events.
    mutating func runInterrupted(_ random: inout SeededRandom) async throws {
        let last = random.number(0...2 * graph.nodes.count)
        let (_, executed) = try await run(&random, stopAfter: last)
        #expect(Set(executed).count == executed.count, "seed \(seed)")
    }

    /// A run that succeeds, and one more, which has nothing to do.
    mutating func runToTheEnd(_ random: inout SeededRandom) async throws {
        let texts = graph.texts()
        let expected = graph.nodes.indices.map { stage -> RunSummary.Outcome in
            let inputs = graph.inputs(of: stage, texts: texts)
            if !seen.contains(inputs) { return .ran }
            let isThere = world.files.text("/w/" + graph.file(stage)) == texts[stage]
            return current[stage] == inputs && isThere ? .upToDate : .restored
        }
        let project = try Life.project(graph, in: world)
        let request = RunRequest(stages: try project.graph.order())
        let planned = try Planner(project: project).plan(request)

        let (summary, executed) = try await run(&random)
        for item in summary?.items ?? [] {
            guard let stage = Int(item.stage.dropFirst()) else { continue }
            #expect(item.outcome == expected[stage], "\(item.stage) of seed \(seed)")
        }
        for (stage, outcome) in zip(planned, summary?.items.map(\.outcome) ?? []) {
            #expect(
                Life.isKept(stage.prospect, outcome),
                "\(stage.stage) of seed \(seed): \(stage.prospect)")
        }
        #expect(executed.count == expected.count { $0 == .ran }, "seed \(seed)")
        for stage in graph.nodes.indices {
            let made = world.files.text("/w/" + graph.file(stage))
            #expect(made == texts[stage], "stage \(stage) of seed \(seed)")
        }

        let again = try await run(&random)
        #expect(again.executed.isEmpty, "seed \(seed)")
        #expect(again.summary?.stages(.upToDate).count == graph.nodes.count, "seed \(seed)")
    }

    private static func isKept(_ prospect: Prospect, _ outcome: RunSummary.Outcome) -> Bool {
        switch (prospect, outcome) {
        case (.upToDate, .upToDate), (.restore, .restored), (.run, .ran): true
        case (.undecided(let reasons, _), .upToDate): reasons.isEmpty
        case (.undecided, .ran), (.undecided, .restored): true
        default: false
        }
    }

    /// Whatever happened before, the lock is that of a project which is run once, stage by stage.
    func requireTheLockOfANewProject() async throws {
        let other = CellStage.World()
        let project = try Life.project(graph, in: other)
        let request = RunRequest(stages: try project.graph.order())
        _ = try await CellStage.$world.withValue(other) {
            try await Scheduler(project: project, threads: 1).run(request)
        }
        let path = "/w/" + LockFile.name
        #expect(world.files.text(path) == other.files.text(path), "seed \(seed)")
    }
}
