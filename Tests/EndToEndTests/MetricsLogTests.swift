import Foundation
import TestSupport
import Testing

@Suite struct MetricsLogTests {
    /// Three commits with results: scale 2, 3, and 3 with other data; one without in between.
    private func history() throws -> ToyProject {
        let project = try ToyProject()
        _ = try project.nlpipe("repro")
        try project.commit()
        try project.folder.write("scale: 3\nother: x\n", to: "params.yaml")
        _ = try project.nlpipe("repro")
        try project.commit()
        try project.folder.write("notes", to: "README")
        try project.commit()
        try project.folder.write("b\na\nc\n", to: "raw.txt")
        _ = try project.nlpipe("repro")
        try project.commit()
        return project
    }

    @Test func everyChangeHasItsLineWithWhatItWasMadeFrom() throws {
        let project = try history()
        let ids = try Program.git("log", "--format=%h", "--abbrev=7", in: project.path)
            .split(separator: "\n")
        let found = try project.nlpipe("metrics", "log", "scale", "lines")
        #expect(found.status == 0 && found.error.isEmpty, "\(found.error)")
        #expect(found.lines.contains { $0.hasPrefix("metrics.json:scale  ▁██") }, "\(found.out)")
        let rows = found.lines.filter { line in ids.contains { line.hasPrefix($0) } }
        #expect(rows.count == 3, "\(found.out)")
        #expect(rows[0].hasPrefix(ids[0]) && rows[0].contains("data: raw.txt"))
        #expect(rows[1].hasPrefix(ids[2]) && rows[1].contains("params: scale 2 → 3"))
        #expect(rows[2].hasPrefix(ids[3]))
        // A command that is another is code.
        let script = try String(
            contentsOfFile: project.folder.file("pipeline.yml"), encoding: .utf8)
        try project.folder.write(
            script.replacing("sh count.sh", with: "echo 1; sh count.sh"), to: "pipeline.yml")
        try project.folder.write("scale: 4\nother: x\n", to: "params.yaml")
        _ = try project.nlpipe("repro")
        try project.commit()
        let again = try project.nlpipe("metrics", "log", "scale", "-n", "2")
        #expect(again.out.contains("params: scale 3 → 4; code: count; data: raw.txt"))
        let courses = try project.nlpipe("metrics", "log")
        #expect(courses.lines.count == 4, "\(courses.out)")
        let none = try project.nlpipe("metrics", "log", "nothing")
        #expect(none.status == 0 && none.error == "no metric is called 'nothing'\n")
    }

    @Test func formsForMachinesAreExact() throws {
        let project = try history()
        let json = try project.nlpipe("metrics", "log", "scale", "--json")
        let list = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [[String: Any]]
        #expect(list?.count == 2)
        let newest = try #require(list?.first)
        #expect(newest["dirty"] as? Bool == false && newest["patch"] is NSNull)
        let changed = newest["changed"] as? [String: Any]
        let params = changed?["params"] as? [String: Any]
        #expect((params?["scale"] as? [String: Int]) == ["old": 2, "new": 3])
        #expect(list?.last?["changed"] is NSNull)
        let csv = try project.nlpipe("metrics", "log", "scale", "--csv")
        #expect(csv.lines.count == 3 && csv.lines[1].contains(",false,,metrics.json,scale,3,,,"))
        let md = try project.nlpipe("metrics", "log", "scale", "--md", "--all")
        #expect(md.lines.count { $0.hasPrefix("| ") } == 3 + 2 + 4, "\(md.out)")
    }

    @Test func editsAreALineOfTheirOwnAndNeverTheCommits() throws {
        let project = try history()
        try project.folder.write("scale: 7\nother: x\n", to: "params.yaml")
        _ = try project.nlpipe("repro")
        let found = try project.nlpipe("metrics", "log", "scale", "--json")
        let list = try JSONSerialization.jsonObject(with: Data(found.out.utf8)) as? [[String: Any]]
        let now = try #require(list?.first)
        #expect(now["commit"] is NSNull && now["dirty"] as? Bool == true)
        let patch = try #require(now["patch"] as? String)
        #expect(patch.count == 40)
        let text = try project.nlpipe("metrics", "log", "scale")
        #expect(text.out.contains("workspace (\(patch.prefix(7)))"))
        // HEAD keeps its own value.
        #expect(
            try project.nlpipe("metrics", "log", "scale", "--rev", "HEAD", "--csv").lines.count == 3
        )
        try project.folder.write("scale: 8\nother: x\n", to: "params.yaml")
        let other = try project.nlpipe("metrics", "log", "scale", "--json")
        #expect(!other.out.contains(patch))
    }

    private func columns(_ folder: String) throws -> [String] {
        let found = try Program.nlpipe(["metrics", "log", "scale", "--csv"], in: folder)
        #expect(found.status == 0 && found.error.isEmpty, "\(found.error)")
        return found.lines
    }

    @Test func clonesWorktreesAndDetachedHeadsShowTheSame() throws {
        let project = try history()
        let expected = try columns(project.path)
        let other = try TemporaryFolder()
        try Program.git("clone", "-q", project.path, other.file("c"), in: other.path)
        #expect(try columns(other.file("c")) == expected)
        try Program.git("checkout", "-q", "--detach", "HEAD", in: other.file("c"))
        #expect(try columns(other.file("c")) == expected)
        try Program.git(
            "worktree", "add", "-q", "--detach", other.file("w"), "HEAD", in: project.path)
        #expect(try columns(other.file("w")) == expected)
        // What was cut off is not there, which is no error.
        try Program.git(
            "clone", "-q", "--depth", "3", "file://\(project.path)", other.file("s"),
            in: other.path)
        #expect(try columns(other.file("s")).count == 2)
    }

    @Test(.enabled(if: getuid() == 0, "only root gives files away"))
    func aRepositoryOfAnotherUserIsRead() throws {
        let project = try history()
        let expected = try columns(project.path)
        let given = try Program.run("/bin/chown", ["-R", "54321:54321", project.path], in: "/")
        #expect(given.status == 0)
        #expect(try columns(project.path) == expected)
        let diff = try project.nlpipe("metrics", "diff", "HEAD~2")
        #expect(diff.status == 0 && diff.error.isEmpty, "\(diff.error)")
        #expect(try project.nlpipe("metrics", "show", "-A").status == 0)
    }

    @Test func aRepositoryWithSHA256NamesIsRefusedInWords() throws {
        let folder = try TemporaryFolder()
        try Program.git("init", "-q", "--object-format=sha256", in: folder.path)
        try folder.write(ToyProject.pipeline, to: "pipeline.yml")
        for command in [["metrics", "log"], ["metrics", "diff"], ["metrics", "show", "-A"]] {
            let found = try Program.nlpipe(command, in: folder.path)
            #expect(found.status == 2, "\(command)")
            #expect(found.error.contains("expected: a repository with SHA-1 object names"))
        }
    }

    @Test func beforeTheFirstCommitThereIsTheWorkingFolderAlone() throws {
        let project = try ToyProject()
        _ = try project.nlpipe("repro")
        let found = try project.nlpipe("metrics", "log", "scale", "--csv")
        #expect(found.status == 0 && found.lines.count == 2, "\(found.error)")
        #expect(found.lines.last?.hasPrefix(",,true,,metrics.json,scale,2") == true)
    }

    @Test func differencesWithinATolerancesAreNoChanges() throws {
        let project = try history()
        func lines(_ options: String...) throws -> Int {
            try Program.nlpipe(
                ["metrics", "diff", "HEAD~3"] + options, in: project.path
            ).lines.count
        }
        // Lines 2 → 3 and scale 2 → 3.
        #expect(try lines() == 4)
        #expect(try lines("--atol", "1") == 0)
        #expect(try lines("--atol", "0.99") == 4)
        #expect(try lines("--rtol", "0.5") == 0)
        #expect(try lines("--rtol", "0.5", "--all") == 4)
        #expect(
            try Program.nlpipe(["metrics", "diff", "--rtol", "-1"], in: project.path).status == 2)
        #expect(
            try Program.nlpipe(["metrics", "diff", "--atol", "nan"], in: project.path).status == 2)
    }

    @Test func flipsAreListedInBothDirectionsWithTheirTexts() throws {
        let project = try ToyProject(
            pipeline: """
                stages:
                  score:
                    cmd: sh score.sh
                    deps: [score.sh, rows]
                    params: [scale]
                    outs: [evaluation]

                """)
        try project.folder.write(
            #"""
            {"id":1,"label":"a","text":"wrong | now"}
            {"id":2,"label":"a","text":"right\nnow <b>"}
            {"id":3,"label":"b","text":"another row's label"}
            """#, to: "rows/test.jsonl")
        try project.folder.write(
            """
            scale=$(sed -n 's/^scale: //p' params.yaml)
            mkdir -p evaluation
            for id in 1 2 3; do
                if [ "$id" = "$scale" ]; then answer=a; else answer=b; fi
                echo "{\\"id\\":$id,\\"label\\":\\"a\\",\\"predicted\\":\\"$answer\\"}"
            done > evaluation/m.jsonl
            """, to: "score.sh")
        for scale in [1, 2] {
            try project.folder.write("scale: \(scale)\nother: x\n", to: "params.yaml")
            #expect(try project.nlpipe("repro").status == 0)
            if scale == 1 { try project.commit() }
        }
        let command = ["metrics", "diff", "--test", "--predictions", "evaluation"]
        let found = try Program.nlpipe(command, in: project.path)
        #expect(found.out.contains("evaluation/m.jsonl: 1 lost; 1 gained"), "\(found.out)")
        #expect(found.out.contains("lost    1    a      a       b    wrong | now"), "\(found.out)")
        #expect(found.out.contains("gained  2    a      b       a    right now <b>"))
        let md = try Program.nlpipe(command + ["--md"], in: project.path)
        #expect(md.out.contains("wrong \\| now"))
        let json = try Program.nlpipe(command + ["--json"], in: project.path)
        #expect(json.out.contains(#""text":"wrong | now""#), "\(json.out)")
        let none = try Program.nlpipe(command + ["--flips", "0"], in: project.path)
        #expect(!none.out.contains("lost;"))
        #expect(
            try Program.nlpipe(["metrics", "diff", "--flips", "3"], in: project.path).status == 2)
    }
}
