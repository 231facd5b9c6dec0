@testable import ContentStore
import TestSupport
import Testing

struct AnswerTests {
    private let folder: TemporaryFolder
    private let files = LocalFileSystem(durable: false)
    private let late = FileTime(seconds: 4_000_000_000, nanoseconds: 1)

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("1", to: "a")
        try folder.write("2", to: "data/b")
    }

    private func observed(_ observations: Observations) -> ObservedFileSystem {
        ObservedFileSystem(files, into: observations, home: folder.file(".nlpipe"))
    }

    /// An answer that depends on everything there is.
    private func answer(_ text: String = "text\n") throws -> Answer {
        let observations = Observations(began: late)
        let observed = observed(observations)
        _ = try observed.bytes(of: folder.file("a"))
        _ = try observed.entries(folder.file("data"))
        _ = try observed.linkStatus(folder.file("absent"))
        _ = try observed.resolve(folder.file("data/b"))
        return try #require(Answer(text: Array(text.utf8), observations))
    }

    @Test func anAnswerHoldsWhileEverythingLooksTheSame() throws {
        let answer = try answer()
        #expect(answer.holds(on: files))
        try folder.write("3", to: "beside")
        #expect(answer.holds(on: files))
    }

    @Test(arguments: ["a", "data/b", "data/c", "absent"])
    func aFileThatIsWrittenEndsIt(name: String) throws {
        let answer = try answer()
        try folder.write("changed", to: name)
        #expect(!answer.holds(on: files))
    }

    @Test func aFolderInTheMiddleThatBecomesALinkEndsIt() throws {
        let answer = try answer()
        try files.rename(folder.file("data"), to: folder.file("moved"))
        #expect(!answer.holds(on: files))
    }

    @Test func whatChangedWhileItWasLookedAtIsNothingToGoBy() throws {
        let observations = Observations(began: late)
        let observed = observed(observations)
        _ = try observed.status(folder.file("a"))
        try folder.write("longer", to: "a")
        _ = try observed.status(folder.file("a"))
        #expect(Answer(text: [], observations) == nil)
    }

    @Test func whatIsTooYoungIsNothingToGoBy() throws {
        let observations = Observations(began: files.now())
        _ = try observed(observations).status(folder.file("a"))
        #expect(Answer(text: [], observations) == nil)
    }

    @Test func whoeverChangesFilesHasNoAnswer() throws {
        let changes: [(ObservedFileSystem, String) throws -> Void] = [
            { try $0.create("\($1)/new", [], mode: 0o600) },
            { try $0.createUnflushed("\($1)/new", [], mode: 0o600) },
            { try $0.copy("\($1)/a", to: "\($1)/new", mode: 0o600) { _ in } },
            { try $0.copyUnflushed("\($1)/a", to: "\($1)/new", mode: 0o600) { _ in } },
            { try $0.link("\($1)/a", to: "\($1)/new", as: .hardlink, mode: 0o600) },
            { try $0.rename("\($1)/a", to: "\($1)/new") },
            { try $0.makeFolder("\($1)/new") }, { try $0.remove("\($1)/data") },
        ]
        for change in changes {
            let folder = try TemporaryFolder()
            try folder.write("1", to: "a")
            try folder.write("1", to: "data/b")
            let observations = Observations(began: late)
            let observed = ObservedFileSystem(
                files, into: observations, home: folder.file(".nlpipe"))
            try change(observed, folder.path)
            #expect(Answer(text: [], observations) == nil)
        }
    }

    @Test func whatSavesTimeCountsForNothing() throws {
        let observations = Observations(began: late)
        let observed = observed(observations)
        try observed.makeFolder(folder.file(".nlpipe/tmp"))
        try observed.create(folder.file(".nlpipe/state"), [1], mode: 0o600)
        _ = try observed.bytes(of: folder.file(".nlpipe/state"))
        let answer = try #require(Answer(text: [], observations))
        try folder.write("other", to: ".nlpipe/state")
        #expect(answer.holds(on: files))
        try observed.makeFolder(folder.file(".nlpipe/cache"))
        #expect(Answer(text: [], observations) == nil)
    }

    @Test func aFileIsReadAsItWasWrittenAndNoOtherWay() throws {
        let bytes = try answer("a\nb\u{0}\n").bytes
        let read = try #require(Answer(bytes: bytes))
        #expect(read.text == Array("a\nb\u{0}\n".utf8))
        #expect(read.bytes == bytes)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1
            #expect(Answer(bytes: damaged) == nil)
        }
        for end in bytes.indices { #expect(Answer(bytes: Array(bytes[..<end])) == nil) }
    }

    @Test func thereAreNeverManyAnswers() throws {
        let answers = AnswerFolder(home: folder.file(".nlpipe"), fileSystem: files)
        for number in 0..<70 { answers.keep(try answer("\(number)"), to: Digest(of: "\(number)")) }
        let count = try files.list(folder.file(".nlpipe/state-answers")).count
        #expect((32...64).contains(count))
        #expect(answers.answer(to: Digest(of: "69"))?.text == Array("69".utf8))
        #expect(answers.answer(to: Digest(of: "other")) == nil)
    }

    @Test func whileSomethingRunsNothingIsAnswered() throws {
        let answers = AnswerFolder(home: folder.file(".nlpipe"), fileSystem: files)
        answers.keep(try answer(), to: Digest(of: "question"))
        #expect(answers.answer(to: Digest(of: "question")) != nil)
        try files.makeFolder(folder.file(".nlpipe/tmp/run"))
        #expect(answers.answer(to: Digest(of: "question")) == nil)
    }
}
