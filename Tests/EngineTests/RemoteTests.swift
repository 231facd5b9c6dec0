import ContentStore
import Engine
import Synchronization
import TestSupport
import Testing

/// Pushes and fetches between projects of the same pipeline over a folder.
struct RemoteTests {
    private let store = try? TemporaryFolder()
    private let files = LocalFileSystem(durable: false)

    private func remote(_ fileSystem: (any FileSystem)? = nil) throws -> Remote {
        Remote(
            name: "store", .folder(try #require(store).file("remote")),
            fileSystem: fileSystem ?? files)
    }

    private func path() throws -> String { try #require(store).file("remote") }

    private func made() async throws -> TestProject {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        return test
    }

    /// A fresh clone: what git has, and no cache.
    private func clone(of test: TestProject) throws -> TestProject {
        let clone = try TestProject()
        try clone.chain()
        for path in [LockFile.name, "metrics/metric.json"] {
            try clone.write(try test.read(path), to: path)
        }
        clone.registry = .init([Forbidden.self])
        clone.stages[2].action = test.stages[2].action
        return clone
    }

    private func push(
        _ test: TestProject, _ targets: [String] = [],
        options: ObjectTransfer.Options = ObjectTransfer.Options()
    ) async throws -> TransferReport {
        try await Push(project: test.project, remote: remote(test.fileSystem), options: options)
            .run(test.request(targets, single: !targets.isEmpty).stages)
    }

    private func fetch(
        _ test: TestProject, _ targets: [String] = []
    ) async throws -> TransferReport {
        try await Fetch(project: test.project, remote: remote(test.fileSystem))
            .run(test.request(targets, single: !targets.isEmpty).stages)
    }

    @Test func runsWithoutTheSignatureThatIsAskedForArePassedOver() async throws {
        let test = try await made()
        let key = [Seal.variable: "a key of sixteen bytes or more"]
        #expect(try await push(test).runs > 0)
        let clone = try clone(of: test)
        clone.environment = key
        let unsigned = try await fetch(clone)
        #expect(unsigned.runs == 0)
        #expect(unsigned.unsigned > 0)
        #expect(unsigned.isComplete, "objects travel all the same")

        test.environment = key
        let signed = try await push(test).runs
        #expect(signed == unsigned.unsigned)
        #expect(try await fetch(clone).runs == signed)
        // Others neither need the key nor mind the signature.
        let other = try self.clone(of: test)
        #expect(try await fetch(other).runs == signed)
        #expect(try await push(other).runs == 0)
    }

    @Test(arguments: [
        [Seal.variable: "another key of sixteen bytes"],
        [Seal.variable: "a key of sixteen bytes or morE"],
    ])
    func aForgedRunIsPassedOver(key: [String: String]) async throws {
        let test = try await made()
        test.environment = [Seal.variable: "a key of sixteen bytes or more"]
        let runs = try await push(test).runs
        let clone = try clone(of: test)
        clone.environment = key
        let report = try await fetch(clone)
        #expect(report.runs == 0)
        #expect(report.unsigned == runs)
        #expect(report.damaged.isEmpty)
    }

    @Test func aSignedRunCannotBeChangedBySomebodyWithoutTheKey() async throws {
        let test = try await made()
        test.environment = [Seal.variable: "a key of sixteen bytes or more"]
        let runs = try await push(test).runs
        let folder = try #require(store).file("remote/runs")
        for (path, bytes) in try contents(folder) {
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            let body = lines[0].dropFirst(11 + 64 + 8).dropLast(1)
                .replacing("\"machine\":\"", with: "\"machine\":\"x")
            // Sound in itself, as somebody makes it who knows the format.
            let forged =
                "{\"sha256\":\"\(Digest(of: String(body)))\",\"run\":\(body)}\n\(lines[1])\n"
            try files.replace(path, with: Array(forged.utf8), temporary: path + "~")
        }
        let plain = try clone(of: test)
        #expect(try await fetch(plain).runs == runs, "without a key nobody can tell")
        let clone = try clone(of: test)
        clone.environment = test.environment
        let report = try await fetch(clone)
        #expect(report.runs == 0)
        #expect(report.unsigned == runs)
    }

    @Test func aKeyThatIsTooShortIsRefused() async throws {
        let test = try await made()
        test.environment = [Seal.variable: "short"]
        await #expect(throws: SealError.self) { _ = try await push(test) }
    }

    /// All files below a folder by path.
    private func contents(_ folder: String) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        guard try files.status(folder) != nil else { return found }
        for name in try files.list(folder) {
            let path = "\(folder)/\(name)"
            if try files.linkStatus(path)?.kind == .folder {
                found.merge(try contents(path)) { $1 }
            } else {
                found[path] = try files.bytes(of: path)
            }
        }
        return found
    }

    private func objects(of folder: String) throws -> [String] {
        try contents("\(folder)/objects").keys.map { String($0.dropFirst(folder.utf8.count)) }
            .sorted()
    }

    @Test func aCloneHasEverythingBackWithoutRunning() async throws {
        let test = try await made()
        let pushed = try await push(test)
        #expect(pushed.isComplete)
        #expect(pushed.runs == 4)
        let folder = try path()
        #expect(try objects(of: folder) == objects(of: test.folder.file(".nlpipe/cache")))
        #expect(pushed.moved == (try objects(of: folder)).count)
        let again = try await push(test)
        #expect(again.moved == 0 && again.runs == 0 && again.present == pushed.moved)
        #expect(try files.list("\(folder)/tmp").isEmpty)

        let clone = try clone(of: test)
        let fetched = try await fetch(clone)
        #expect(fetched.isComplete && fetched.moved == pushed.moved && fetched.runs == 4)
        #expect(try !clone.exists("one/out.txt"))
        #expect(try await fetch(clone).moved == 0)
        let summary = try await clone.run()
        #expect(summary.stages(.ran).isEmpty)
        for path in ["one/out.txt", "two/folder/inner/two", "two/volatile.txt", "three.txt"] {
            #expect(try clone.read(path) == test.read(path))
        }
        #expect(try clone.lock() == test.lock())
    }

    @Test func onlyWhatTheTargetsNameTravels() async throws {
        let test = try await made()
        #expect(try await push(test, ["first"]).moved == 1)
        let clone = try clone(of: test)
        #expect(try await fetch(clone, ["first"]).isComplete)
        let report = try await fetch(clone)
        #expect(report.missing.sorted() == ["beside/out.txt", "three.txt", "two/folder"])
        #expect(report.damaged.isEmpty)
    }

    @Test func everyDamageAtTheRemoteIsReportedAndStaysOut() async throws {
        let test = try await made()
        _ = try await push(test)
        let folder = try path()
        // What git has, and what is never compared, may be absent.
        let spare = try ["metrics/metric.json", "two/volatile.txt"].map {
            Digest(of: try test.read($0)).hex.suffix(62)
        }
        for (path, bytes) in try contents(folder) {
            for damaged in [bytes.dropLast() + [0xFF], Array(bytes.dropLast())] {
                try files.remove(path)
                try files.create(path, damaged, mode: 0o444)
                let clone = try clone(of: test)
                let report = try await fetch(clone)
                #expect(report.damaged == [path])
                let isSpare = path.contains("/runs/") || spare.contains(path.suffix(62))
                #expect(report.missing.isEmpty == isSpare)
                let cache = try contents(clone.folder.file(".nlpipe/cache/objects"))
                for (object, bytes) in cache {
                    #expect(object.suffix(62) == Digest(of: bytes).hex.suffix(62))
                }
                // A push that looks closely mends it.
                var options = ObjectTransfer.Options()
                options.verify = true
                #expect(try await push(test, options: options).isComplete)
                #expect(try files.bytes(of: path) == bytes)
            }
        }
    }

    @Test func aDamagedObjectOfTheCacheIsNotSent() async throws {
        let test = try await made()
        let digest = try #require(try test.lock().entries["first"]?.content(of: "one/out.txt"))
            .digest.hex
        let object = ".nlpipe/cache/objects/\(digest.prefix(2))/\(digest.dropFirst(2))"
        try test.remove(object)
        try test.write("damaged", to: object)
        let report = try await push(test)
        #expect(report.missing == ["one/out.txt"])
        #expect(report.damaged == [test.folder.file(object)])
        #expect(try !test.exists(object))
        #expect(try await push(test).missing == ["one/out.txt"])
    }

    @Test func aRemoteThatIsNotThereIsAnErrorAndNotAnEmptyOne() async throws {
        let test = try await made()
        await #expect(throws: RemoteError.self) { _ = try await fetch(test) }
    }

    @Test func aTransferCanBeCancelledAndTakenUp() async throws {
        let test = try await made()
        var options = ObjectTransfer.Options()
        options.jobs = 1
        let counter = Counter()
        options.progress = { _ in counter.add() }
        options.cancelled = { counter.count >= 3 }
        await #expect(throws: CancellationError.self) {
            _ = try await push(test, options: options)
        }
        #expect(try objects(of: path()).count == 3)
        #expect(try await push(test).present == 3)
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)

        var count: Int { value.withLock { $0 } }
        func add() { value.withLock { $0 += 1 } }
    }

    /// A push and a fetch stopped at every change they make.
    @Test(arguments: [false, true])
    func afterAStopAtAnyChangeTheNextTransferCompletesIt(halves: Bool) async throws {
        let test = try await made()
        let lock = try test.lock()
        let targets = ["second"]
        var number = 1
        while true {
            try files.remove(try path())
            let faulty = FaultyFileSystem(killedAt: number, halves: halves)
            test.fileSystem = faulty
            _ = try? await push(test, targets)
            test.fileSystem = files
            for (path, bytes) in try contents("\(try path())/objects") {
                #expect(path.suffix(62) == Digest(of: bytes).hex.suffix(62))
            }
            #expect(try await push(test, targets).isComplete)
            if faulty.count < number { break }
            number += 1
        }
        #expect(number > 20)
        #expect(try await push(test).isComplete)
        number = 1
        while true {
            let clone = try clone(of: test)
            let faulty = FaultyFileSystem(killedAt: number, halves: halves)
            clone.fileSystem = faulty
            _ = try? await fetch(clone, targets)
            clone.fileSystem = files
            for (path, bytes) in try contents(clone.folder.file(".nlpipe/cache/objects")) {
                #expect(path.suffix(62) == Digest(of: bytes).hex.suffix(62))
            }
            #expect(try await fetch(clone, targets).isComplete)
            #expect(try clone.lock() == lock)
            if faulty.count < number { break }
            number += 1
        }
        #expect(number > 20)
    }
}
