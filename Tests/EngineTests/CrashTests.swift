import ContentStore
import Engine
import Testing

/// Stops a run at every change it makes to the file system and looks at what is left.
struct CrashTests {
    /// What an undisturbed run gives for the second parameter's value `x` or `y`.
    private static func expected(_ value: String) -> String {
        "\(value);one/out.txt=1;data/in.txt=raw;;1"
    }

    private static func sweep(
        halves: Bool, _ check: (TestProject, LockFile) async throws -> Void
    ) async throws {
        var number = 1
        while true {
            let test = try TestProject()
            try test.chain()
            test.stages[2].action = .command(["cat two/folder/one > three.txt"])
            try await test.run()
            let old = try test.lock()
            try test.params(first: "1", second: "y")
            let faulty = FaultyFileSystem(killedAt: number, halves: halves)
            test.fileSystem = faulty
            let finished = (try? await test.run()) != nil
            test.fileSystem = LocalFileSystem(durable: false)
            // Keeping the state may fail without harm; everything else has to be noticed.
            try await check(test, old)
            if faulty.count < number {
                #expect(finished)
                #expect(number > 30, "the sweep should have met every step of a run")
                return
            }
            number += 1
        }
    }

    @Test func afterAStopAtAnyChangeTheNextRunIsRight() async throws {
        try await CrashTests.sweep(halves: true) { test, old in
            // Every entry is the old one or the one that a whole run writes.
            let left = try test.lock()
            let summary = try await test.run()
            #expect(summary.stages(.ran).count <= 2)
            let new = try test.lock()
            for (stage, entry) in left.entries {
                #expect(entry == old.entries[stage] || entry == new.entries[stage])
            }
            #expect(try test.read("three.txt") == CrashTests.expected("y"))
            #expect(try test.read("two/folder/inner/two").hasPrefix("y;"))
            #expect(try await test.run().stages(.upToDate).count == 4)
            #expect(try !test.exists(".nlpipe/tmp/run"))
        }
    }

    @Test func afterAStopAtAnyChangeTheOldStateCanBeHadBackWithoutRunning() async throws {
        try await CrashTests.sweep(halves: false) { test, old in
            try test.params(first: "1", second: "x")
            let registry = test.registry
            test.registry = .init([Forbidden.self])
            let summary = try await test.run()
            #expect(summary.stages(.ran).isEmpty)
            #expect(try test.read("three.txt") == CrashTests.expected("x"))
            #expect(try test.lock() == old)
            test.registry = registry
        }
    }
}
