import Foundation
import TestSupport
import Testing

/// A question that was asked before is answered from what was printed then, while nothing changed.
struct RepeatedQuestionTests {
    private let folder: TemporaryFolder
    private var answers: String { folder.file(".nlpipe/state-answers") }

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            """
            stages:
              one:
                cmd: cat in.txt > one.txt
                deps: [in.txt]
                params: [rate]
                outs: [one.txt]
              two:
                cmd: cat one.txt data/*/*.txt > two.txt
                deps: [one.txt, data]
                env: [MODE]
                outs: [two.txt]
              three:
                cmd: mkdir -p made && cp two.txt made/x
                deps: [two.txt, "extra/*.csv"]
                outs: [made]
            """, to: "pipeline.yml")
        try folder.write("rate: 1\nother: 2\n", to: "params.yaml")
        try folder.write("in\n", to: "in.txt")
        for name in ["a/1", "a/2", "b/1"] { try folder.write("\(name)\n", to: "data/\(name).txt") }
        try folder.write("1\n", to: "extra/1.csv")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("data/a/link.txt"), withDestinationPath: "../../in.txt")
        let made = try nlpipe(["repro"])
        try #require(made.status == 0, "\(made.error)")
    }

    private func nlpipe(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> Program.Result {
        try Program.nlpipe(arguments, in: folder.path, environment: environment)
    }

    /// Asks until the answer is kept: files that just changed are too young at first.
    private func ask(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String
    {
        let before = try kept()
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let result = try nlpipe(arguments, environment)
            try #require(result.status == 0, "\(result.error)")
            if try kept() != before { return result.out }
        }
        Issue.record("no answer to \(arguments) was kept")
        return ""
    }

    /// The answers that there are, and when they were written.
    private func kept() throws -> [String: Date] {
        let files = FileManager.default
        guard files.fileExists(atPath: answers) else { return [:] }
        var times: [String: Date] = [:]
        for name in try files.contentsOfDirectory(atPath: answers) {
            let attributes = try files.attributesOfItem(atPath: "\(answers)/\(name)")
            times[name] = attributes[.modificationDate] as? Date
        }
        return times
    }

    /// Ways to change something, each by a line of the shell; what they leave is there for the next.
    private static let changes = [
        "echo more >> in.txt", "printf 'IN\\n' > in.txt", "touch in.txt",
        "touch -d 2001-01-01 in.txt",
        "rm one.txt", "chmod +x two.txt", "echo x > data/a/1.txt", "echo x > data/c.txt",
        "mkdir data/new && echo x > data/new/1.txt", "rm data/b/1.txt", "mv data/a data/z",
        "echo 2 > extra/2.csv", "rm extra/1.csv", "sed -i 's/rate: 1/rate: 3/' params.yaml",
        "sed -i 's/other: 2/other: 4/' params.yaml", "echo '# nothing' >> pipeline.yml",
        "sed -i 's/cat in.txt/cat  in.txt/' pipeline.yml", "echo c.txt > .nlpipeignore",
        "rm .nlpipeignore", RepeatedQuestionTests.another,
        "rm -r sub", "echo x > made/y", "rm -r made", "ln -sf ../../params.yaml data/z/link.txt",
        "echo 'cache: {type: copy}' > .nlpipe/config.yml", "echo x > aside.nlpipe",
        "rm -f aside.nlpipe", "sed -i 's/one/uno/' pipeline.lock", "rm pipeline.lock",
        "mv in.txt elsewhere && ln -s elsewhere in.txt", "echo x >> elsewhere",
        "rm -r .nlpipe/runs",
    ]

    /// A second pipeline file.
    private static let another =
        "mkdir sub && printf 'stages: {s: {cmd: echo > s, outs: [s]}}' > sub/pipeline.yml"

    @Test func whatChangedIsNoticedWhateverItIs() throws {
        let questions = [["status"], ["repro", "--dry"], ["status", "--json", "two"]]
        for change in Self.changes {
            for question in questions where try nlpipe(question).status == 0 {
                _ = try nlpipe(question)
            }
            _ = try Program.run("/bin/sh", ["-ec", change], in: folder.path)
            for question in questions {
                let answer = try nlpipe(question)
                let worked = try nlpipe(question, ["NLPIPE_NO_ANSWERS": "1"])
                #expect(answer.out == worked.out, "after '\(change)' to \(question)")
                #expect(answer.error == worked.error, "after '\(change)' to \(question)")
                #expect(answer.status == worked.status, "after '\(change)' to \(question)")
            }
        }
    }

    @Test(arguments: [
        "echo more >> in.txt", "echo x > data/c.txt", "rm data/b/1.txt", "rm one.txt",
        "echo '# nothing' >> pipeline.yml", "echo 'rate: 2' > params.yaml", "echo 2 > extra/2.csv",
        RepeatedQuestionTests.another,
        "rm pipeline.lock", "echo x > made/y", "mkdir -p .nlpipe/tmp/run",
    ])
    func anAnswerThatWasKeptHoldsOnlyWhileNothingChanges(change: String) throws {
        #expect(try ask(["status"]) == "everything is up to date\n")
        let before = try kept()
        #expect(try nlpipe(["status"]).out == "everything is up to date\n")
        #expect(try kept() == before, "the answer was given again, and not worked out")
        _ = try Program.run("/bin/sh", ["-ec", change], in: folder.path)
        let answer = try nlpipe(["status"])
        let worked = try nlpipe(["status"], ["NLPIPE_NO_ANSWERS": "1"])
        #expect(answer.out == worked.out && answer.error == worked.error)
    }

    @Test func aRunThatHasNothingToDoPrintsTheSameEveryTime() throws {
        let first = try ask(["repro"])
        let stages = ["one", "two", "three", "everything is"].map {
            $0.hasSuffix("is") ? "\($0) up to date\n" : "\($0): up to date\n"
        }
        #expect(first == stages.joined())
        #expect(try nlpipe(["repro"]).out == first)
        #expect(try nlpipe(["repro", "two"]).lines.count == 3)
        #expect(try nlpipe(["repro", "-q"]).out.isEmpty)
    }

    @Test func variablesOfTheEnvironmentAreAsked() throws {
        _ = try ask(["status"])
        let changed = try nlpipe(["status"], ["MODE": "fast"])
        #expect(changed.out.contains("two:") && changed.out.contains("MODE"))
    }

    @Test func aVariableThatShellsSetIsNoAnswer() throws {
        try folder.write(
            "stages: {one: {cmd: echo > one, env: [SHLVL], outs: [one]}}", to: "pipeline.yml")
        #expect(try nlpipe(["repro"], ["SHLVL": "1"]).status == 0)
        for _ in 0..<8 { #expect(try nlpipe(["status"], ["SHLVL": "1"]).status == 0) }
        #expect(try kept().isEmpty)
        #expect(try nlpipe(["status"], ["SHLVL": "2"]).out.contains("SHLVL"))
    }

    @Test func damagedAnswersAreMadeAgain() throws {
        let text = try ask(["status"])
        let name = try #require(try kept().keys.first)
        for damage in ["", "nlpipe answer 1\n", "x"] {
            try folder.write(damage, to: ".nlpipe/state-answers/\(name)")
            #expect(try nlpipe(["status"]).out == text)
        }
    }

    @Test func noSecretIsWrittenDown() throws {
        _ = try ask(["status"], ["TOKEN": "s3cr3t-v4lue"])
        for name in try kept().keys {
            let file = try String(contentsOfFile: "\(answers)/\(name)", encoding: .utf8)
            #expect(!file.contains("s3cr3t-v4lue"))
        }
    }
}
