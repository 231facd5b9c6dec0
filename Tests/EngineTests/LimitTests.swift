import Glibc
import Pipelines
import StageKit
import Synchronization
import Testing

@testable import Engine

/// `timeout` and `retries`, on a clock that the test turns.
struct LimitTests {
    /// A clock that stands still until `hasStarted` says so; then every look at it is a second on.
    private final class TestClock: Sendable {
        private let time = Mutex(Duration.zero)
        private let waits = Mutex<[Duration]>([])
        private let hasStarted: @Sendable () -> Bool

        init(_ hasStarted: @escaping @Sendable () -> Bool) { self.hasStarted = hasStarted }

        /// The pauses that were asked for.
        var pauses: [Duration] { waits.withLock { $0 } }

        var clock: StageClock {
            StageClock(
                now: {
                    let step = self.hasStarted() ? Duration.seconds(1) : .zero
                    return self.time.withLock {
                        $0 += step
                        return $0
                    }
                },
                pause: { span in
                    self.waits.withLock { $0.append(span) }
                    self.time.withLock { $0 += span }
                })
        }
    }

    private static func isAlive(_ number: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let file = open("/proc/\(number)/stat", O_RDONLY)
        guard file >= 0 else { return false }
        defer { close(file) }
        let count = read(file, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        // Nobody may have taken note of its end yet.
        return !text.isEmpty && !text.contains(") Z ")
    }

    @Test(arguments: ["", "trap '' TERM; "])
    func aTimeoutEndsTheWholeProcessGroup(_ trap: String) async throws {
        let test = try TestProject()
        let marker = test.folder.file("child")
        let clock = TestClock { access(marker, F_OK) == 0 }
        test.clock = clock.clock
        test.stage(
            "slow",
            commands: ["\(trap)sleep 7200 & echo $! > new && mv new child; echo half > out; wait"],
            outs: [test.out("out")])
        test.stages[0].timeout = .seconds(3)
        await #expect {
            try await test.run()
        } throws: {
            let lines = "\($0)".split(separator: "\n")
            return lines.first == "stage 'slow' failed: it took longer than its timeout"
                && lines.contains("  timeout: 3 s")
                && lines.contains { $0.hasPrefix("  elapsed: ") }
        }
        let number = try test.read("child").split(separator: "\n")[0]
        #expect(!LimitTests.isAlive(String(number)))
    }

    @Test func aModuleIsToldToStop() async throws {
        struct Endless: StageModule {
            static let name = "endless"
            static let summary = "never ends"
            static let codeDigest = "endless-1"

            func run(_ context: StageContext) async throws {
                while true { try context.checkCancellation() }
            }
        }
        let test = try TestProject()
        test.clock = TestClock { true }.clock
        test.registry = StageRegistry([Endless.self])
        test.stage("long", module: "endless", outs: [test.out("out.txt")])
        test.stages[0].timeout = .seconds(5)
        await #expect {
            try await test.run()
        } throws: {
            guard case EngineError.timedOut("long", .seconds(5), let elapsed, nil) = $0 else {
                return false
            }
            return elapsed >= .seconds(5)
        }
    }

    @Test func aStageIsTriedAgainWithLongerPausesAndAsIfForTheFirstTime() async throws {
        let test = try TestProject()
        let clock = TestClock { false }
        test.clock = clock.clock
        try test.write("kept\n", to: "log")
        test.stage(
            "flaky",
            commands: [
                "[ -e out ] && exit 9; echo part > out; echo line >> log; echo x >> tries",
                "test $(wc -l < tries) -ge 3",
            ], outs: [test.out("out"), test.out("log", persist: true)])
        test.stages[0].retries = Retries(attempts: 3, delay: .seconds(10), backoff: 2)
        let summary = try await test.run()
        #expect(summary.stages(.ran) == ["flaky"])
        #expect(clock.pauses == [.seconds(10), .seconds(20)])
        #expect(try test.read("log") == "kept\nline\n")
        #expect(try test.read("tries") == "x\nx\nx\n")
        let said = test.events.all.compactMap { event -> String? in
            guard case .retrying(_, let number, let most, let message, let pause) = event else {
                return nil
            }
            return "\(number)/\(most) \(pause) \(message.prefix(49))"
        }
        #expect(
            said == [
                "1/4 10.0 stage 'flaky' failed: its command ended with code",
                "2/4 20.0 stage 'flaky' failed: its command ended with code",
            ])
        #expect(summary.items[0].trace?.facts.stated["attempts"] == "3")
    }

    @Test func nothingStaysOfTheLastAttemptEither() async throws {
        let test = try TestProject()
        test.clock = TestClock { false }.clock
        test.stage("bad", commands: ["echo part > out; exit 3"], outs: [test.out("out")])
        test.stages[0].retries = Retries(attempts: 2)
        await #expect(throws: EngineError.self) { try await test.run() }
        #expect(try !test.exists("out"))
        #expect(test.watched.all.count { if case .retrying = $0 { true } else { false } } == 2)
    }

    @Test func stoppingEndsAPauseToo() async throws {
        let test = try TestProject()
        let waits = SharedFlag()
        test.clock = StageClock(now: { .zero }, pause: { _ in waits.raise() })
        test.stage("bad", commands: ["exit 3"], outs: [test.out("out")])
        test.stages[0].retries = Retries(attempts: 2)
        await #expect(throws: CancellationError.self) {
            try await test.run(cancelled: { waits.isRaised })
        }
    }
}

/// Something that happened.
private final class SharedFlag: Sendable {
    private let flag = Mutex(false)

    var isRaised: Bool { flag.withLock { $0 } }
    func raise() { flag.withLock { $0 = true } }
}
