import Foundation
import TestSupport
import Testing

/// `exp` in a native project.
struct ExperimentTests {
    /// Three stages in a row, the last of which reads parameters.
    ///
    /// What ran is written to a file outside of all copies.
    struct Scene {
        let toy: ToyProject
        let log: TemporaryFolder
        var path: String { toy.path }

        init() throws {
            log = try TemporaryFolder()
            try log.write("", to: "ran")
            let ran = log.file("ran")
            toy = try ToyProject(
                pipeline: """
                    stages:
                      first:
                        cmd: sort raw.txt > first.txt && echo first >> \(ran)
                        deps: [raw.txt]
                        outs: [first.txt]
                      second:
                        cmd: cat first.txt first.txt > second.txt && echo second >> \(ran)
                        deps: [first.txt]
                        outs: [second.txt]
                      last:
                        cmd: sh last.sh && echo last >> \(ran)
                        deps: [second.txt, last.sh]
                        params: [train.lr, train.depth]
                        outs: [model.txt]
                        metrics:
                          - metrics.json: {cache: false}

                    """)
            try toy.folder.write(
                "train:\n  lr: 1 # rate\n  depth: 2\nother: x\n", to: "params.yaml")
            try toy.folder.write(
                """
                lr=$(sed -n 's/^  lr: *\\([^ ]*\\).*/\\1/p' params.yaml)
                depth=$(sed -n 's/^  depth: *//p' params.yaml)
                test "$lr" != 13 || { echo unlucky; exit 7; }
                echo "$lr $depth $(wc -l < second.txt)" > model.txt
                echo "{\\"acc\\": 0.$lr, \\"lines\\": $(wc -l < second.txt)}" > metrics.json

                """, to: "last.sh")
            // What git does not keep is there all the same.
            try toy.folder.write("raw.txt\n/first.txt\n/second.txt\n/model.txt\n", to: ".gitignore")
            try toy.commit()
        }

        func nlpipe(_ arguments: String...) throws -> Program.Result {
            try Program.nlpipe(arguments, in: path)
        }

        /// Runs a command that is to succeed.
        @discardableResult
        func done(_ arguments: String...) throws -> Program.Result {
            let result = try Program.nlpipe(arguments, in: path)
            #expect(result.status == 0, "\(arguments): \(result.error)")
            return result
        }

        func ran() throws -> [String] {
            let text = try String(contentsOfFile: log.file("ran"), encoding: .utf8)
            try log.write("", to: "ran")
            return text.split(separator: "\n").map(String.init)
        }

        func text(_ path: String) -> String {
            (try? String(contentsOfFile: toy.folder.file(path), encoding: .utf8)) ?? "nothing"
        }

        func names() throws -> [String] { try done("exp", "list", "--name-only").lines }

        /// Experiment → key → value, of what `exp show --json` has.
        func shown(_ arguments: String...) throws -> [String: [String: Any]] {
            let result = try Program.nlpipe(["exp", "show", "--json"] + arguments, in: path)
            #expect(result.status == 0, "\(result.error)")
            let json = try JSONSerialization.jsonObject(with: Data(result.out.utf8))
            var found: [String: [String: Any]] = [:]
            for group in json as? [[String: Any]] ?? [] {
                for range in group["experiments"] as? [[String: Any]] ?? [] {
                    guard let name = range["name"] as? String,
                        let first = (range["revs"] as? [[String: Any]])?.first
                    else { continue }
                    let data = first["data"] as? [String: Any]
                    func values(_ kind: String, _ file: String) -> [String: Any] {
                        let files = data?[kind] as? [String: Any]
                        let content = files?[file] as? [String: Any]
                        return content?["data"] as? [String: Any] ?? [:]
                    }
                    var all = values("metrics", "metrics.json")
                    all["train"] = values("params", "params.yaml")["train"]
                    all["state"] = (range["executor"] as? [String: Any])?["state"]
                    found[name] = all
                }
            }
            return found
        }

        /// Nothing of an experiment's run is left but its reference.
        func expectTidy() throws {
            let left = try FileManager.default.contentsOfDirectory(
                atPath: toy.folder.file(".nlpipe/tmp/exps"))
            #expect(left.allSatisfy { $0.hasPrefix(".") }, "\(left)")
            let index = toy.folder.file(".nlpipe/tmp/exps/.work")
            if FileManager.default.fileExists(atPath: index) {
                #expect(try FileManager.default.contentsOfDirectory(atPath: index).isEmpty)
            }
            #expect(
                try Program.git("worktree", "list", in: path).split(separator: "\n").count == 1)
        }
    }

    @Test func aRunInTheWorkingFolderIsKeptAndHeadStays() throws {
        let scene = try Scene()
        let head = try Program.git("rev-parse", "HEAD", in: scene.path)
        let result = try scene.done("exp", "run", "-S", "train.lr=5", "-n", "five", "-m", "why")
        #expect(result.out.contains("experiment 'five'"))
        #expect(try scene.ran() == ["first", "second", "last"])
        #expect(scene.text("params.yaml") == "train:\n  lr: 5 # rate\n  depth: 2\nother: x\n")
        #expect(try Program.git("rev-parse", "HEAD", in: scene.path) == head)
        let reference = "refs/exps/\(head.prefix(2))/\(head.dropFirst(2))/five"
        #expect(try Program.git("rev-parse", "\(reference)^", in: scene.path) == head)
        #expect(try Program.git("log", "-1", "--format=%s", reference, in: scene.path) == "why")
        let kept = try Program.git("ls-tree", "--name-only", reference, in: scene.path)
            .split(separator: "\n")
        #expect(kept.contains("metrics.json") && kept.contains("pipeline.lock"))
        #expect(!kept.contains("model.txt") && !kept.contains("raw.txt"))
        #expect(
            try Program.git("status", "--porcelain", "-uno", in: scene.path)
                .contains("params.yaml"))
        // The same result under another name.
        let again = try scene.done("exp", "run", "-n", "cinq")
        #expect(again.out.contains("'five'") && again.out.contains("already"))
        #expect(try scene.names() == ["five"])
        let other = try scene.nlpipe("exp", "run", "-S", "train.lr=6", "-n", "five")
        #expect(other.status == 2 && other.error.contains("exists already"))
        #expect(scene.text("params.yaml").contains("lr: 5"))
        try scene.done("exp", "run", "-S", "train.lr=6", "-n", "five", "-f")
        #expect(try scene.shown()["five"]?["acc"] as? Double == 0.6)
        try scene.expectTidy()
    }

    @Test func aGridSharesAllEarlierStagesAndLeavesTheWorkingFolderAlone() throws {
        let scene = try Scene()
        try scene.done("repro")
        #expect(try scene.ran() == ["first", "second", "last"])
        try scene.toy.commit()
        let before = try Program.git("status", "--porcelain", in: scene.path)
        try scene.done(
            "exp", "run", "-S", "train.lr=1,2,3,4", "-S", "train.depth=range(5,8)", "-n", "g", "-j",
            "2")
        // Twelve experiments: what comes before the parameter ran in none of them.
        #expect(try scene.ran() == Array(repeating: "last", count: 12))
        #expect(try Program.git("status", "--porcelain", in: scene.path) == before)
        #expect(scene.text("model.txt") == "1 2 4\n")
        let shown = try scene.shown()
        #expect(shown.count == 12 && shown["g-4"]?["acc"] as? Double == 0.2)
        try scene.expectTidy()
        let best = try scene.done(
            "exp", "show", "--only-changed", "--sort-by", "acc", "--sort-order", "desc")
        #expect(best.lines.count == 16 && best.lines[4].contains("0.4"), "\(best.out)")
        #expect(!best.out.contains("lines") && !best.out.contains("other"))
        // Nothing runs that is known.
        try scene.done("exp", "run", "-S", "train.lr=1,2", "-S", "train.depth=5", "-n", "h")
        #expect(try scene.ran().isEmpty)
        #expect(try scene.names().count == 12)
        // Every run is on record with its experiment.
        let applied = try scene.done("exp", "apply", "g-12")
        #expect(applied.error.isEmpty)
        #expect(scene.text("model.txt") == "4 7 4\n" && scene.text("params.yaml").contains("lr: 4"))
        #expect(try scene.done("repro").out.contains("everything is up to date"))
        #expect(try scene.ran().isEmpty)
    }

    @Test func whatSeveralNeedIsMadeOnceWhereNothingHasRunYet() throws {
        let scene = try Scene()
        try scene.done("exp", "run", "-S", "train.lr=1,2,3,4", "-j", "3")
        #expect(try scene.ran().sorted() == ["first", "last", "last", "last", "last", "second"])
        #expect(try scene.names().count == 4)
    }

    @Test func whatIsEditedGoesAlongAndWhatIsNotTrackedIsSeen() throws {
        let scene = try Scene()
        try scene.toy.folder.write("c\nb\na\n", to: "raw.txt")
        try scene.toy.folder.write("train:\n  lr: 1 # rate\n  depth: 9\n", to: "params.yaml")
        try scene.done("exp", "run", "--temp", "-n", "t", "-S", "train.lr=3")
        #expect(try scene.ran() == ["first", "second", "last"])
        let shown = try scene.shown()["t"]
        #expect(shown?["lines"] as? Int == 6)
        #expect((shown?["train"] as? [String: Any])?["depth"] as? Int == 9)
        #expect(
            scene.text("model.txt") == "nothing" && scene.text("params.yaml").contains("lr: 1 "))
        try scene.expectTidy()
    }

    @Test func theQueueIsSeenRunAndCleared() throws {
        let scene = try Scene()
        let queued = try scene.done(
            "exp", "run", "--queue", "-S", "train.lr=1,13,3", "-n", "q")
        #expect(queued.lines.count == 3 && queued.lines[1].contains("'q-2': train.lr=13"))
        #expect(try scene.ran().isEmpty && scene.names().isEmpty)
        var states = try scene.shown().compactMapValues { $0["state"] as? String }
        #expect(states == ["q-1": "queued", "q-2": "queued", "q-3": "queued"])
        #expect(try scene.shown("--hide-queued").isEmpty)
        let twice = try scene.nlpipe("exp", "run", "--queue", "-S", "train.lr=2", "-n", "q-1")
        #expect(twice.status == 2)
        let result = try scene.nlpipe("exp", "run", "--run-all", "-j", "2")
        #expect(result.status == 1 && result.error.contains("q-2"), "\(result.error)")
        #expect(result.error.contains("unlucky"))
        #expect(try scene.names() == ["q-1", "q-3"])
        states = try scene.shown().compactMapValues { $0["state"] as? String }
        #expect(states == ["q-2": "failed"])
        #expect(try scene.shown("--hide-failed").count == 2)
        try scene.expectTidy()
        try scene.done("exp", "run", "--queue", "-S", "train.lr=4")
        #expect(try scene.shown().count == 4)
        try scene.done("exp", "remove", "--queue")
        #expect(try scene.shown().count == 2)
        #expect(try scene.done("exp", "run", "--run-all").out == "no experiment is waiting\n")
    }

    @Test func experimentsAreNamedBranchedAndRemoved() throws {
        let scene = try Scene()
        try scene.done("exp", "run", "--temp", "-S", "train.lr=2", "-n", "two")
        try scene.done("exp", "run", "--temp", "-S", "train.lr=3", "-n", "three")
        try scene.done("exp", "rename", "two", "zwei")
        #expect(try scene.nlpipe("exp", "rename", "zwei", "three").status == 2)
        #expect(try scene.nlpipe("exp", "rename", "zwei", "a b").status == 2)
        try scene.done("exp", "branch", "zwei")
        #expect(try scene.nlpipe("exp", "branch", "zwei").status == 2)
        #expect(
            try Program.git("log", "-1", "--format=%P", "zwei-branch", in: scene.path)
                == Program.git("rev-parse", "HEAD", in: scene.path))
        let list = try scene.done("exp", "list")
        #expect(list.lines.first == "main:" && list.lines.count == 3)
        let none = try scene.nlpipe("exp", "remove", "zwei", "vier")
        #expect(none.status == 2 && none.error.contains("'vier'"))
        #expect(try scene.names() == ["three", "zwei"])
        try scene.done("exp", "remove", "--keep", "zwei")
        #expect(try scene.names() == ["zwei"])
        try scene.done("exp", "rm", "--rev", "HEAD")
        #expect(try scene.names().isEmpty)
        #expect(try scene.nlpipe("exp", "remove").status == 2)
        let apply = try scene.nlpipe("exp", "apply", "gone")
        #expect(apply.status == 2 && apply.firstError.contains("'gone'"))
    }

    @Test func whatWasEditedBeforeAnApplyIsNotLost() throws {
        let scene = try Scene()
        try scene.done("exp", "run", "--temp", "-S", "train.lr=2", "-n", "two")
        try scene.toy.folder.write("train:\n  lr: 77\n  depth: 2\n", to: "params.yaml")
        let refused = try scene.nlpipe("exp", "apply", "--no-force", "two")
        #expect(refused.status == 2 && refused.error.contains("params.yaml"))
        #expect(scene.text("params.yaml").contains("77"))
        let applied = try scene.done("exp", "apply", "two")
        #expect(scene.text("params.yaml").contains("lr: 2 # rate"))
        #expect(scene.text("model.txt") == "2 2 4\n" && scene.text("metrics.json").contains("0.2"))
        let commit = try #require(applied.error.split(separator: "'").dropFirst().first)
        try Program.git(commit.split(separator: " ").dropFirst().map(String.init), in: scene.path)
        #expect(scene.text("params.yaml").contains("77"))
    }

    @Test func theWorkingFolderIsSavedAsItIs() throws {
        let scene = try Scene()
        try scene.done("repro")
        try scene.toy.folder.write("{\"acc\": 0.99}\n", to: "metrics.json")
        try scene.toy.folder.write("by hand", to: "notes.txt")
        _ = try scene.ran()
        try scene.done("exp", "save", "-n", "hand", "-I", "notes.txt")
        #expect(try scene.ran().isEmpty)
        #expect(try scene.shown()["hand"]?["acc"] as? Double == 0.99)
        let reference = try Program.git(
            "for-each-ref", "--format=%(refname)", "refs/exps", in: scene.path)
        #expect(try Program.git("show", "\(reference):notes.txt", in: scene.path) == "by hand")
        let diff = try scene.done("exp", "diff", "hand", "HEAD", "--json")
        #expect(diff.out.contains("\"metrics\":{\"metrics.json\":{\"acc\":{\"new\":null"))
        #expect(try scene.done("metrics", "show", "--rev", "hand").out.contains("0.99"))
    }

    @Test func gcKeepsWhatExperimentsNeedWhereItIsToldTo() throws {
        let scene = try Scene()
        try scene.done("repro")
        try scene.toy.commit()
        try scene.done("exp", "run", "--temp", "-S", "train.lr=2", "-n", "two")
        func apply() throws -> Program.Result {
            try Program.git("checkout", "-q", ".", in: scene.path)
            return try scene.nlpipe("exp", "apply", "two")
        }
        try scene.done("gc", "--all-experiments", "-f")
        #expect(try apply().status == 0)
        try Program.git("checkout", "-q", ".", in: scene.path)
        try scene.done("checkout", "-f")
        try scene.done("gc", "-w", "-f")
        let missing = try apply()
        #expect(missing.status == 1 && missing.error.contains("model.txt"))
    }

    @Test func experimentsAndTheirOutsAreSharedThroughRemotes() throws {
        let scene = try Scene()
        let (remote, data) = (try TemporaryFolder(), try TemporaryFolder())
        try Program.git("init", "-q", "--bare", remote.path, in: scene.path)
        try Program.git("remote", "add", "origin", remote.path, in: scene.path)
        try scene.done("remote", "add", "-d", "store", data.path)
        try Program.git("add", "-A", in: scene.path)
        try Program.git("add", "-f", "raw.txt", in: scene.path)
        try Program.git("commit", "-q", "-m", "remote", in: scene.path)
        try Program.git("push", "-q", "origin", "main", in: scene.path)
        try scene.done("exp", "run", "--temp", "-S", "train.lr=2", "-n", "two")
        #expect(try scene.done("exp", "list", "origin").out.isEmpty)
        let pushed = try scene.done("exp", "push", "origin")
        #expect(pushed.out.contains("pushed: 'two'") && pushed.out.contains("4 files pushed"))
        #expect(try scene.done("exp", "list", "origin").lines == ["main:", "\ttwo"])
        let clone = try TemporaryFolder()
        try Program.git("clone", "-q", remote.path, clone.path, in: scene.path)
        func there(_ arguments: String...) throws -> Program.Result {
            let result = try Program.nlpipe(arguments, in: clone.path)
            #expect(result.status == 0, "\(arguments) \(result.error)")
            return result
        }
        #expect(try there("exp", "pull", "origin", "two").out.contains("pulled: 'two'"))
        _ = try there("exp", "apply", "two")
        #expect(
            try String(contentsOfFile: clone.file("model.txt"), encoding: .utf8) == "2 2 4\n")
        #expect(try Program.nlpipe(["exp", "pull", "origin", "x"], in: clone.path).status == 2)
        _ = try there("exp", "remove", "-g", "origin", "two")
        #expect(try scene.done("exp", "list", "origin").out.isEmpty)
        try scene.done("exp", "push", "origin", "two", "--no-cache")
    }

    /// Killed while a stage runs in a copy: the queue has it still, the next run sweeps and finishes.
    @Test func aKilledExperimentIsTakenUpAndItsCopySwept() throws {
        let scene = try Scene()
        #expect(mkfifo(scene.log.file("pipe"), 0o600) == 0)
        try scene.toy.folder.write(
            scene.text("last.sh").replacing(
                "test \"$lr\"", with: "cat \(scene.log.file("pipe"))\ntest \"$lr\""), to: "last.sh")
        try scene.done("exp", "run", "--queue", "-S", "train.lr=2", "-n", "two")
        let process = try Program.start(["exp", "run", "--run-all"], in: scene.path)
        // Opens once the stage reads.
        let pipe = try #require(FileHandle(forWritingAtPath: scene.log.file("pipe")))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try pipe.close()
        #expect(try scene.names().isEmpty)
        let left = try FileManager.default.contentsOfDirectory(
            atPath: scene.toy.folder.file(".nlpipe/tmp/exps"))
        #expect(left.contains("two"))
        try scene.done("repro", "first")
        let again = try Program.start(["exp", "run", "--run-all"], in: scene.path)
        try #require(FileHandle(forWritingAtPath: scene.log.file("pipe"))).close()
        again.waitUntilExit()
        #expect(again.terminationStatus == 0)
        #expect(try scene.names() == ["two"])
        try scene.expectTidy()
    }

    @Test func whatCannotBeDoneIsSaid() throws {
        let scene = try Scene()
        for (arguments, words) in [
            (["run", "-S", "train.rl=1"], "did you mean 'train.lr'?"),
            (["run", "-S", "x"], "sets no parameter"),
            (["run", "-S", "none.yaml:x=1"], "no such parameters file"),
            (["run", "-n", "a/b"], "cannot be the name"),
            (["run", "--run-all", "-S", "a=1"], "nothing else"),
            (["run", "-S", "train.lr=range(20000)"], "--random"),
            (["show", "--sort-by", "none"], "'none'"), (["show", "--drop", "("], "regular"),
            (["diff", "none"], "'none'"),
        ] {
            let result = try Program.nlpipe(["exp"] + arguments, in: scene.path)
            #expect(
                result.status == 2 && result.error.contains(words), "\(arguments) \(result.error)")
        }
        let bare = try TemporaryFolder()
        try bare.write("stages: {}\n", to: "pipeline.yml")
        #expect(try Program.nlpipe(["exp", "run"], in: bare.path).status == 2)
    }
}
