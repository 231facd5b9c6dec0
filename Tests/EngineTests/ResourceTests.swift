import Pipelines
import Testing

@testable import Engine

/// `resources` and `mutex`, and what the machine has.
struct ResourceTests {
    private static func stage(
        threads: Int? = nil, memory: Int? = nil, mutex: [String] = [], module: Bool = false
    ) -> Stage {
        Stage(
            name: "s", action: module ? .module("m") : .command(["true"]),
            resources: Resources(threads: threads, memory: memory), mutex: mutex,
            location: TestProject.place)
    }

    @Test func whatIsStatedHasToFit() {
        var pool = ResourcePool(threads: 4, memory: 100)
        let three = pool.needs(
            of: ResourceTests.stage(threads: 3, memory: 60), byResources: true)
        let one = pool.needs(of: ResourceTests.stage(), byResources: true)
        #expect(pool.fits(three))
        pool.take(three)
        #expect(pool.fits(one) && !pool.fits(three))
        let large = pool.needs(of: ResourceTests.stage(memory: 41), byResources: true)
        #expect(!pool.fits(large))
        pool.take(one)
        #expect(!pool.fits(one))
        pool.giveBack(three)
        #expect(pool.fits(large) && pool.fits(three))
    }

    @Test func whoStatesNothingTakesOneThreadOrAllOfThem() {
        let pool = ResourcePool(threads: 4, memory: .max)
        #expect(pool.needs(of: ResourceTests.stage(), byResources: true).threads == 1)
        #expect(pool.needs(of: ResourceTests.stage(module: true), byResources: true).threads == 4)
        #expect(pool.needs(of: ResourceTests.stage(module: true), byResources: false).threads == 0)
        #expect(pool.needs(of: ResourceTests.stage(threads: 2), byResources: false).threads == 2)
    }

    @Test func whoAsksForMoreThanThereIsRunsAlone() {
        var pool = ResourcePool(threads: 2, memory: 1 << 30)
        let stage = ResourceTests.stage(threads: 8, memory: 3 << 30)
        let huge = pool.needs(of: stage, byResources: false)
        let one = pool.needs(of: ResourceTests.stage(), byResources: false)
        #expect(huge.alone && pool.fits(huge))
        pool.take(one)
        #expect(!pool.fits(huge))
        pool.giveBack(one)
        pool.take(huge)
        #expect(!pool.fits(one))
        pool.giveBack(huge)
        #expect(pool.fits(one))
        #expect(
            pool.note(about: stage)
                == "asks for 8 threads, and there are 2; for 3 GiB of memory, and there are 1 GiB: it runs alone"
        )
        #expect(pool.note(about: ResourceTests.stage(threads: 2)) == nil)
    }

    /// Whatever ends first: everything gets its turn, and nothing is used twice.
    @Test(arguments: 1...200)
    func everyStageGetsItsTurnWithinWhatThereIs(seed: UInt64) throws {
        var random = SeededNumbers(state: seed)
        let (threads, memory) = (Int.random(in: 1...6, using: &random), 100)
        let test = try TestProject()
        for number in 0..<20 {
            let parents = (0..<number).filter { _ in Int.random(in: 0...6, using: &random) == 0 }
            test.stage(
                "s\(number)", commands: [], deps: parents.map { "\($0)" },
                outs: [test.out("\(number)")])
            test.stages[number].resources = Resources(
                threads: [nil, 1, 2, 9].randomElement(using: &random) ?? nil,
                memory: [nil, 20, 60, 200].randomElement(using: &random) ?? nil)
            test.stages[number].mutex = Bool.random(using: &random) ? ["gpu"] : []
        }
        var board = RunBoard(test.stages, graph: try test.project.graph)
        var pool = ResourcePool(threads: threads, memory: memory)
        let byResources = Bool.random(using: &random)
        let needs = test.stages.map { pool.needs(of: $0, byResources: byResources) }
        var running: [Int] = []
        var ended = 0
        while true {
            while let next = board.next({ pool.fits(needs[$0]) }) {
                pool.take(needs[next])
                running.append(next)
            }
            guard let done = running.randomElement(using: &random) else { break }
            let alone = running.contains { needs[$0].alone }
            #expect(!alone || running.count == 1)
            #expect(alone || running.reduce(0) { $0 + needs[$1].threads } <= threads)
            #expect(alone || running.reduce(0) { $0 + needs[$1].memory } <= memory)
            #expect(running.count { test.stages[$0].mutex == ["gpu"] } <= 1)
            running.removeAll { $0 == done }
            pool.giveBack(needs[done])
            board.end(done, .ran)
            ended += 1
        }
        #expect(ended == 20)
    }

    @Test(arguments: [4, nil])
    func onlyOneStageOfAGroupRunsAtATime(_ jobs: Int?) async throws {
        let test = try TestProject()
        test.jobs = jobs
        test.threads = 4
        for number in 0..<6 {
            test.stage("s\(number)", commands: ["echo > \(number)"], outs: [test.out("\(number)")])
            test.stages[number].mutex = number % 2 == 0 ? ["gpu"] : ["gpu", "disk"]
        }
        #expect(try await test.run().stages(.ran).count == 6)
        var running = 0
        for event in test.watched.all {
            switch event {
            case .stageStarted: running += 1
            case .stageFinished: running -= 1
            default: break
            }
            #expect(running <= 1)
        }
    }

    @Test func aStageThatIsTooLargeSaysSoAndRuns() async throws {
        let test = try TestProject()
        test.jobs = nil
        test.threads = 2
        test.stage("big", commands: ["echo > out"], outs: [test.out("out")])
        test.stages[0].resources.threads = 16
        #expect(try await test.run().stages(.ran) == ["big"])
        #expect(
            test.events.all.contains { event in
                guard case .message("big", let text) = event else { return false }
                return text == "asks for 16 threads, and there are 2: it runs alone"
            })
    }

    @Test func controlGroupsNarrowTheMachine() {
        func limits(_ files: [String: String]) -> MachineLimits {
            MachineLimits(processors: 8, memory: 1 << 40) { files[$0] }
        }
        #expect(limits([:]) == MachineLimits(processors: 8, memory: 1 << 40) { _ in nil })
        #expect(
            limits(["/proc/self/status": "Name:\tx\nCpus_allowed:\t1,00000006\n"]).threads == 3)
        let second = limits([
            "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/cpu.max": "250000 100000\n",
            "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
            "/sys/fs/cgroup/a/b/memory.max": "1048576\n", "/sys/fs/cgroup/memory.max": "max\n",
        ])
        #expect(second.threads == 3 && second.memory == 1 << 20)
        let first = limits([
            "/proc/self/cgroup": "5:memory:/x\n4:cpu,cpuacct:/x\n3:pids:/\n",
            "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "2097152\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "50000\n",
            "/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        ])
        #expect(first.threads == 1 && first.memory == 2 << 20)
        #expect(MachineLimits.current.threads >= 1 && MachineLimits.current.memory > 1 << 20)
    }
}

private struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
