import ContentStore
import Engine
import Synchronization
import Testing

/// Leaves out one flush, or one rename, of a command: somebody has to notice.
///
/// A flush whose absence shows after no power cut has no business in the code. A path that is flushed
/// several times needs each of them only at its time, so one that is noticed is enough.
@Suite(.serialized) struct CrashMutationTests {
    private static let outs = ["one", "two", "three.txt", "metrics", "kept"]

    /// Putting links in the place of files leaves the bytes that were there: to leave that out does
    /// no harm that could be noticed.
    private static let commands = CrashScene.Command.allCases.filter { $0 != .linked }

    init() { CrashSweepTests.raiseFileLimit() }

    /// What others wrote to the workspace just before a command.
    private static func unflushed(_ command: CrashScene.Command) -> [String] {
        switch command {
        case .commit: outs
        case .add: ["data/in.txt"]
        default: []
        }
    }

    /// Imported data are flushed before they are put in place, so that they are never there by half,
    /// and once more as what the cache takes: one makes good for the other.
    private static func isFlushedTwice(_ path: String) -> Bool { path.hasPrefix("/got/data") }

    /// Whether losing it does more than cost time.
    ///
    /// `.nlpipe` itself is flushed for the state, too; where it gets folders, other commands notice.
    private static func counts(_ path: String) -> Bool {
        path != "/.nlpipe" && path != "elsewhere"
            && !["/.nlpipe/tmp", "/.nlpipe/state"].contains { path.hasPrefix($0) }
    }

    @Test(arguments: commands)
    func everyFlushThatIsLeftOutIsNoticed(command: CrashScene.Command) async throws {
        let scene = try await CrashScene(command)
        let all = try await flushes(of: scene, skipping: nil)
        #expect(all.lost == nil, "with all flushes nothing is lost")
        var noticed: Set<String> = []
        for number in all.flushes.indices where !noticed.contains(all.flushes[number]) {
            let mutant = try await flushes(of: scene, skipping: number + 1)
            if mutant.lost != nil { noticed.insert(all.flushes[number]) }
        }
        let unnoticed = Set(all.flushes).subtracting(noticed).filter {
            CrashMutationTests.counts($0) && !CrashMutationTests.isFlushedTwice($0)
        }
        #expect(unnoticed.sorted() == [])
        #expect(noticed.count > 3 || command == .gc)
    }

    /// Does the command, cuts the power each time when a stage was said to be finished and in the end,
    /// and looks whether what was promised is there.
    private func flushes(
        of scene: CrashScene, skipping number: Int?
    ) async throws -> (flushes: [String], lost: String?) {
        let stage = try scene.stage()
        let disk = try PowerLossFileSystem(
            stage.roots, unflushed: CrashMutationTests.unflushed(scene.command),
            skippingFlush: number)
        stage.test.fileSystem = disk
        let promised = Promised()
        stage.test.onEvent = { event in
            if case .stageFinished(let name, _) = event { promised.add(name, disk) }
        }
        try await scene.perform(stage)
        let flushes = disk.flushes
        for loss in PowerLoss.allCases {
            let left = try disk.left(after: loss)
            let missing = scene.missing(left)
            guard missing.isEmpty else { return (flushes, "\(loss): \(missing)") }
            guard try await !scene.isStuck(left) else { return (flushes, "\(loss): stuck") }
            for (finished, states) in promised.all {
                let next = try scene.stage(states[loss] ?? [])
                guard let summary = try? await next.test.run(),
                    finished.isDisjoint(with: summary.stages(.ran)),
                    CrashScene.differences(CrashScene.normal(try next.trees()), scene.end).isEmpty
                else { return (flushes, "\(loss) after \(finished)") }
            }
        }
        return (flushes, nil)
    }

    @Test(arguments: commands)
    func everyRenameThatIsLeftOutIsNoticed(command: CrashScene.Command) async throws {
        let scene = try await CrashScene(command)
        var (number, renames) = (1, 0)
        var (noticed, unnoticed): (Set<String>, Set<String>) = ([], [])
        while true {
            let stage = try scene.stage()
            let steps = StepFileSystem(LocalFileSystem(durable: false), number, .forgotten)
            stage.test.fileSystem = steps
            let failed = await fails(scene, stage)
            if steps.hasForgotten {
                renames += 1
                let root = stage.roots.first(where: steps.place.hasPrefix) ?? ""
                let path = String(steps.place.dropFirst(root.count))
                if try failed || !scene.missing(stage.trees()).isEmpty {
                    noticed.insert(path)
                } else {
                    unnoticed.insert(path)
                }
            }
            if steps.count < number { break }
            number += 1
        }
        let alone = unnoticed.subtracting(noticed).filter {
            CrashMutationTests.counts($0) && !isKeptTwice($0, scene)
        }
        #expect(alone.isEmpty)
        #expect(renames > 1 || command == .gc)
    }

    /// The list of a folder is kept when a stage makes it, and again when a stage reads it, so the
    /// one makes good for the other.
    private func isKeptTwice(_ path: String, _ scene: CrashScene) -> Bool {
        guard case .file(let bytes, _) = scene.end[0][path] else { return false }
        return bytes.starts(with: "nlpipe folder 1\n".utf8)
    }

    private func fails(_ scene: CrashScene, _ stage: CrashScene.Stage) async -> Bool {
        do { try await scene.perform(stage) } catch { return true }
        return false
    }

    /// States of the disk, each with the stages that were said to be finished then.
    private final class Promised: Sendable {
        typealias State = (finished: Set<String>, states: [PowerLoss: [Tree]])
        private let states = Mutex<[State]>([])

        var all: [State] { states.withLock { $0 } }

        func add(_ stage: String, _ disk: PowerLossFileSystem) {
            states.withLock { states in
                var trees: [PowerLoss: [Tree]] = [:]
                for loss in PowerLoss.allCases { trees[loss] = try? disk.left(after: loss) }
                states.append(((states.last?.finished ?? []).union([stage]), trees))
            }
        }
    }
}
