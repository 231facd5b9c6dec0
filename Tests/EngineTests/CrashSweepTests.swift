import ContentStore
import Engine
import Glibc
import Testing

/// Every command, disturbed at every change that it makes to the file system.
@Suite(.serialized) struct CrashSweepTests {
    init() { CrashSweepTests.raiseFileLimit() }

    static func raiseFileLimit() {
        // The files whose bytes are "on the disk" are held open.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The process is killed there; then the machine goes on, or loses power too.
    @Test(arguments: CrashScene.Command.allCases)
    func afterAKillAtAnyChangeAndAPowerCutTheNextCommandCompletesIt(
        command: CrashScene.Command
    ) async throws {
        let scene = try await CrashScene(command)
        var number = 1
        var seen: [(state: [Tree?], finished: Set<String>)] = []
        while true {
            let stage = try scene.stage()
            let disk = try PowerLossFileSystem(stage.roots)
            let steps = StepFileSystem(disk, number, .killed)
            stage.test.fileSystem = steps
            _ = try? await scene.perform(stage)
            var states = [try stage.trees()]
            for loss in PowerLoss.allCases { states.append(try disk.left(after: loss)) }
            let finished = stage.test.watched.finished
            for (index, state) in states.enumerated() {
                // Between two flushes a power cut leaves the same.
                if seen.contains(where: { $0.finished == finished && $0.state == state }) {
                    continue
                }
                if index > 0 { seen = seen.suffix(6) + [(state, finished)] }
                let next = try scene.stage(state)
                let summary = try await scene.perform(next)
                let again = Set(summary?.stages(.ran) ?? [])
                #expect(again.isDisjoint(with: finished))
                let found = CrashScene.normal(try next.trees())
                // A machine that was started anew sweeps what others may have at the remote only
                // after a day: they could be alive.
                let differs = CrashScene.differences(found, scene.end)
                    .filter { index == 0 || !$0.hasPrefix("1:tmp/") }
                #expect(differs.isEmpty, "\(number): \(steps.place), state \(index)")
                guard differs.isEmpty else { return }
                guard summary != nil else { continue }
                #expect(try await next.test.run().stages(.upToDate).count == next.test.stages.count)
            }
            if steps.count < number { break }
            number += scene.stride
        }
        #expect(number > 10)
    }

    private func differences(_ stage: CrashScene.Stage, _ scene: CrashScene) throws -> [String] {
        CrashScene.differences(CrashScene.normal(try stage.trees()), scene.end)
    }

    /// The change is refused: by one fault, or by a disk that stays full.
    @Test(
        arguments: CrashScene.Command.allCases.map {
            ($0, StepFileSystem.Fault.refused(EIO))
        }
            + [CrashScene.Command.repro, .push, .pull, .add, .update].map {
                ($0, StepFileSystem.Fault.refusedFromThere(ENOSPC))
            })
    func aRefusedChangeIsNamedAndLeavesNothingHalf(
        command: CrashScene.Command, fault: StepFileSystem.Fault
    ) async throws {
        let scene = try await CrashScene(command)
        var number = 1
        while true {
            let stage = try scene.stage()
            let steps = StepFileSystem(LocalFileSystem(durable: false), number, fault)
            stage.test.fileSystem = steps
            do { try await scene.perform(stage) } catch {
                #expect("\(error)".contains(steps.place) || "\(error)".contains("'/"))
            }
            stage.test.fileSystem = LocalFileSystem(durable: false)
            // The objects that have names are whole.
            let objects = ObjectStore(
                folder: stage.test.folder.file(".nlpipe/cache"), fileSystem: stage.test.fileSystem)
            #expect(try await objects.verify(options: .init()).damaged.isEmpty)
            try await scene.perform(stage)
            var differs = try differences(stage, scene)
            // A process that another test starts has our locks too until it runs its program, which
            // takes a while on a busy machine; what a lock protects is swept by a later command.
            for _ in 0..<20 where !differs.isEmpty && differs.allSatisfy({ $0.hasPrefix("1:tmp/") })
            {
                try await scene.perform(stage)
                differs = try differences(stage, scene)
            }
            #expect(differs.isEmpty, "\(number): \(steps.place)")
            if steps.count < number || !differs.isEmpty { break }
            number += scene.stride
        }
        #expect(number > 10)
    }
}

extension TestProject.Events {
    /// The stages that were said to be finished or restored.
    var finished: Set<String> {
        Set(
            all.compactMap {
                switch $0 {
                case .stageFinished(let stage, _), .restored(let stage, _, _): stage
                default: nil
                }
            })
    }
}
