import ContentStore
import Engine
import Testing

struct RunCacheTests {
    @Test func everyDamageOfATraceIsAMiss() async throws {
        let test = try TestProject()
        try test.write("in", to: "in.txt")
        test.stage("s", deps: ["in.txt"], outs: [test.out("out")])
        try await test.run()
        let fingerprint = try #require(try test.lock().entries["s"]?.fingerprint.digest.hex)
        let path = ".nlpipe/runs/\(fingerprint.prefix(2))/\(fingerprint.dropFirst(2)).json"
        let bytes = Array(try test.read(path).utf8)
        let lock = try test.read(LockFile.name)
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var damaged = bytes
            damaged[index] ^= 1
            try test.folder.write(damaged, to: path)
            // With the lock gone and the trace damaged there is nothing to restore from.
            try test.remove(LockFile.name)
            try test.remove("out")
            #expect(try await test.run().stages(.ran) == ["s"], "byte \(index)")
            #expect(try test.read(LockFile.name) == lock)
        }
        try test.remove(LockFile.name)
        #expect(try await test.run().stages(.restored) == ["s"])
    }

    @Test func whatAStageStatesIsKeptWithItsTraceAndNotInTheLock() async throws {
        let test = try TestProject()
        test.stage("s", outs: [test.out("out")])
        let ran = try #require(try await test.run().items.first?.trace)
        #expect(ran.facts.stated == ["arithmetic": "text: \"joined\""])
        #expect(!(try test.read(LockFile.name).contains("joined")))
        try test.remove("out")
        let restored = try #require(try await test.run().items.first?.trace)
        #expect(restored.facts.stated == ran.facts.stated)
    }

    @Test func theFirstTraceOfAFingerprintStaysUnlessForced() async throws {
        let test = try TestProject()
        test.stage("s", commands: ["date +%s%N > out"], outs: [test.out("out")])
        try await test.run()
        let first = try test.read("out")
        try test.write("p: 1\n", to: "params.yaml")
        try await test.run(force: true)
        let second = try test.read("out")
        #expect(first != second)
        try test.remove(LockFile.name)
        try test.remove("out")
        #expect(try await test.run().stages(.restored) == ["s"])
        #expect(try test.read("out") == second)
    }

    @Test func whatTheLockRecordsComesBeforeAnotherRunOfTheSameFingerprint() async throws {
        let test = try TestProject()
        test.stage("s", commands: ["date +%s%N > out"], outs: [test.out("out")])
        try await test.run()
        let (lock, first) = (try test.read(LockFile.name), try test.read("out"))
        try await test.run(force: true)
        try test.write(lock, to: LockFile.name)
        #expect(try await test.run().stages(.restored) == ["s"])
        #expect(try test.read("out") == first)
    }
}
