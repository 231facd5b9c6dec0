import ContentStore
import Engine
import Testing

struct LockFileTests {
    /// A lock with everything that a lock can hold.
    private static func rich() async throws -> String {
        let test = try TestProject()
        try test.chain()
        try test.write(
            "first: {text: '1'}\nsecond: {text: \"a \\\"b\\\" ü \\u2028 \\x7f\", list: [1, 2.5, null, true, {k: 'v: #'}]}\n",
            to: "params.yaml")
        test.stages[1].params[0].keys = ["second.text", "second.list"]
        test.environment["SET"] = "1"
        test.stage(
            "odd-1.0@x", commands: ["echo 'a: *b & #c' > \"o d*d\"", "chmod +x 'o d*d'"],
            deps: ["three.txt"], outs: [test.out("o d*d"), test.out("no", cache: false)],
            environment: ["SET", "UNSET"])
        test.stages[4].action = .command(["echo '*&' > 'o d*d'; chmod +x 'o d*d'; echo > no"])
        try await test.run()
        return try test.read(LockFile.name)
    }

    @Test func aLockReadsBackAsItWasWritten() async throws {
        let text = try await LockFileTests.rich()
        let lock = try LockFile(text: text)
        #expect(lock.text == text)
        #expect(lock.entries.count == 5)
        let odd = try #require(lock.entries["odd-1.0@x"])
        #expect(odd.content(of: "o d*d")?.form == .file(executable: true))
        #expect(odd.fingerprint.environment.map(\.digest) == [Digest(of: "1"), nil])
        #expect(try LockFile(text: text.replacing("\n", with: "\r\n")) == lock)
    }

    @Test func aLockIsReadableAndHoldsNeitherTimeNorMachine() async throws {
        let test = try TestProject()
        try test.write("in", to: "in.txt")
        try test.write("s: {text: hello, rate: 5e-5}\n", to: "params.yaml")
        test.stage(
            "s", deps: ["in.txt"], params: ["s.rate", "s.text"],
            outs: [
                test.out("folder"), test.out("metric.json", .metric, cache: false),
                test.out("volatile", volatile: true),
            ])
        try await test.run()
        #expect(
            try test.read(LockFile.name) == """
                # Written by nlpipe; commit it with the pipeline.
                schema: 1
                stages:
                  s:
                    run: toy
                    code: toy-1
                    deps:
                    - path: in.txt
                      sha256: 582967534d0f909d196b97f9e6921342777aea87b46fa52df165389db1fb8ccf
                      size: 2
                    params:
                      params.yaml:
                        s.rate: 5e-05
                        s.text: "hello"
                    outs:
                    - path: folder
                      sha256: c5faac0533eec79d66f66a98b71b36159e56cc31d5cd2711a853fa7abe9a60a5
                      size: 22
                      files: 2
                    - path: metric.json
                      sha256: 035e0a085d07a7ad0342b1c6edaf3902078af9a79dd9d52ee51066327064f228
                      size: 10
                      cache: false
                    - path: volatile
                      volatile: true

                """)
    }

    @Test func everyCutOfALockIsAnErrorOrALockOfWholeEntries() async throws {
        let text = try await LockFileTests.rich()
        let whole = try LockFile(text: text)
        let bytes = Array(text.utf8)
        for count in bytes.indices {
            let cut = String(decoding: bytes[..<count], as: UTF8.self)
            guard let lock = try? LockFile(text: cut) else { continue }
            // A cut can lose the tail of the last entry, and nothing before it.
            let names = whole.entries.keys.sorted()
            for name in names.prefix(max(0, lock.entries.count - 1)) {
                #expect(lock.entries[name] == whole.entries[name])
            }
        }
    }

    @Test func everyFlippedByteOfALockIsSurvived() async throws {
        let bytes = Array(try await LockFileTests.rich().utf8)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] = [bytes[index] ^ 1, UInt8(ascii: "&"), UInt8(ascii: "{"), 0][index % 4]
            if let lock = try? LockFile(text: String(decoding: damaged, as: UTF8.self)) {
                _ = lock.text
            }
        }
    }

    @Test(arguments: [
        ("", "pipeline.lock: the lock file is damaged: 'schema' is missing"),
        ("schema: 2\n", "pipeline.lock: the lock file was written by another version"),
        ("schema: 1\n", "pipeline.lock: the lock file is damaged: 'stages' is missing"),
        (
            "<<<<<<< HEAD\nschema: 1\n=======\n",
            "pipeline.lock:2:7: the lock file is damaged: "
        ),
        (
            "schema: 1\nstages: &a [*a]\n",
            "pipeline.lock:2: the lock file is damaged: anchors and aliases are not allowed"
        ),
        (
            "schema: 1\nstages:\n  a:\n    run: x\n    deps:\n    - path: b\n      sha256: zz\n      size: 1\n",
            "pipeline.lock: the lock file is damaged: 'sha256' of stage 'a' is missing or wrong"
        ),
    ])
    func damageIsSaidWithItsPlace(text: String, message: String) {
        #expect {
            try LockFile(text: text)
        } throws: { "\($0)".hasPrefix(message) }
    }

    @Test func aDamagedLockStopsARunAndIsLeftAlone() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try test.write("schema: 1\nstages: [", to: LockFile.name)
        await #expect(throws: LockError.self) { try await test.run() }
        #expect(try test.read(LockFile.name) == "schema: 1\nstages: [")
        try test.remove(LockFile.name)
        test.registry = .init([Forbidden.self])
        #expect(try await test.run().stages(.restored).count == 4)
    }
}
