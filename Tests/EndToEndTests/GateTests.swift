import Foundation
import TestSupport
import Testing

/// `nlpipe gate` on a project that scores 400 rows, of which the first `scale` are wrong.
@Suite struct GateTests {
    private static let stages = """
        stages:
          score:
            cmd: sh score.sh
            deps: [score.sh]
            params: [scale]
            outs: [predictions]
            metrics: [metrics.json: {cache: false}]

        """

    private static let gates = """
        gates:
          accuracy: {file: metrics.json, metric: accuracy, min: 0.9}
          loss: {predictions: predictions/model.jsonl, against: HEAD, margin: 1.5}
          size: {path: predictions, max: 100kB}
          tests: {cmd: echo checked; test -s metrics.json}

        """

    private func project(_ pipeline: String = stages + gates) throws -> ToyProject {
        let project = try ToyProject(pipeline: pipeline)
        try project.folder.write(
            """
            scale=$(sed -n 's/^scale: //p' params.yaml)
            mkdir -p predictions
            seq 400 | awk -v wrong="$scale" '{
                printf "{\\"id\\":%d,\\"label\\":\\"a\\",\\"predicted\\":\\"%s\\"}\\n", $1, $1 <= wrong ? "b" : "a"
            }' > predictions/model.jsonl
            awk -v wrong="$scale" 'BEGIN { printf "{\\"accuracy\\": %.4f}\\n", 1 - wrong / 400 }' > metrics.json
            """, to: "score.sh")
        try make(project, wrong: 2)
        try project.commit()
        return project
    }

    private func make(_ project: ToyProject, wrong: Int) throws {
        try project.folder.write("scale: \(wrong)\nother: x\n", to: "params.yaml")
        let made = try project.nlpipe("repro")
        #expect(made.status == 0, "\(made.error)")
    }

    @Test func gatesPassFailOrAreOpenWithStatusesOfTheirOwn() throws {
        let project = try project()
        let same = try project.nlpipe("gate")
        #expect(same.status == 0 && same.error.isEmpty, "\(same.error)")
        #expect(same.lines.last == "pass: 4 pass")
        #expect(same.out.contains("predictions has 15.49 kB"), "\(same.out)")
        try make(project, wrong: 6)
        let open = try project.nlpipe("gate")
        #expect(open.status == 4 && open.error.isEmpty, "\(open.error)")
        #expect(open.out.contains("0 gained, 4 lost of 400 rows; "), "\(open.out)")
        #expect(open.out.contains("rows would decide"))
        #expect(open.lines.last == "inconclusive: 3 pass, 1 inconclusive")
        #expect(try project.nlpipe("gate", "accuracy", "size").status == 0)
        try make(project, wrong: 30)
        let worse = try project.nlpipe("gate")
        #expect(worse.status == 3)
        #expect(worse.lines.last == "fail: 3 pass, 1 fail", "\(worse.out)")
        // Against what it is itself nothing is lost.
        try project.commit()
        #expect(try project.nlpipe("gate").status == 0)
        #expect(try project.nlpipe("gate", "--against", "HEAD~1").status == 3)
    }

    @Test func everyFormSaysTheSame() throws {
        let project = try project()
        try make(project, wrong: 30)
        let summary = project.folder.file("summary.md")
        try project.folder.write("before\n", to: "summary.md")
        let found = try Program.nlpipe(
            ["gate", "--github", "--md", "--junit", "gates.xml"], in: project.path,
            environment: ["GITHUB_STEP_SUMMARY": summary])
        #expect(found.status == 3)
        #expect(
            found.out.hasPrefix("<!-- nlpipe gate -->\n### ❌ nlpipe gate: fail: 3 pass, 1 fail"))
        #expect(found.out.contains("1 metrics differ from HEAD"), "\(found.out)")
        #expect(
            found.firstError.hasPrefix(
                "::error file=pipeline.yml,line=10,col=3,title=gate loss%3A fail::-7 points"),
            "\(found.error)")
        let text = try String(contentsOfFile: summary, encoding: .utf8)
        #expect(text.hasPrefix("before\n### ❌ nlpipe gate"))
        let xml = try String(contentsOfFile: project.folder.file("gates.xml"), encoding: .utf8)
        #expect(xml.contains("tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"0\""))
        let json = try project.nlpipe("gate", "--json")
        let object = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
        #expect(object?["verdict"] as? String == "fail")
        #expect((object?["gates"] as? [Any])?.count == 4)
        // Without a job there is nothing to summarise, which is no reason to fail.
        let alone = try Program.nlpipe(
            ["gate", "size", "--github"], in: project.path,
            environment: ["GITHUB_STEP_SUMMARY": ""])
        #expect(alone.status == 0 && alone.error.contains("$GITHUB_STEP_SUMMARY is not set"))
    }

    @Test func theProjectsFolderIsPartOfAnAnnotation() throws {
        let outer = try TemporaryFolder()
        try Program.git("init", "-q", in: outer.path)
        try outer.write(
            "gates: {size: {path: big, max: 1}}\n", to: "deep/pipeline.yml")
        try outer.write("12", to: "deep/big")
        let found = try Program.nlpipe(["gate", "--github"], in: outer.file("deep"))
        #expect(found.status == 3)
        #expect(found.firstError.hasPrefix("::error file=deep/pipeline.yml,line=1,col=9,"))
    }

    @Test func aDefinitionThatIsWrongIsAnErrorOfEveryCommand() throws {
        let project = try project()
        try project.folder.write(
            Self.stages + "gates:\n  loss: {predictions: p.jsonl, against: main, margin: -1}\n",
            to: "pipeline.yml")
        for command in [["gate"], ["status"], ["repro"], ["dag"]] {
            let found = try Program.nlpipe(command, in: project.path)
            #expect(found.status == 2, "\(command)")
            #expect(
                found.error.hasPrefix(
                    "pipeline.yml:9:55: error: 'margin' of gate 'loss' is no loss\n"),
                "\(found.error)")
            #expect(found.error.contains("^"))
        }
    }

    @Test func namesRevisionsAndGatesThatAreNotThereAreRefused() throws {
        let project = try project()
        let unknown = try project.nlpipe("gate", "lost")
        #expect(unknown.status == 2 && unknown.error.contains("did you mean 'loss'?"))
        let revision = try project.nlpipe("gate", "--against", "nowhere")
        #expect(revision.status == 2 && revision.error.contains("'nowhere' is not known"))
        try project.folder.write(
            Self.stages + Self.gates.replacing("HEAD", with: "nowhere"), to: "pipeline.yml")
        let named = try project.nlpipe("gate")
        #expect(named.status == 2)
        #expect(
            named.error.hasPrefix(
                "pipeline.yml:10:57: error: gate 'loss': revision 'nowhere' is not known"),
            "\(named.error)")
        try project.folder.write(Self.stages, to: "pipeline.yml")
        let none = try project.nlpipe("gate")
        #expect(none.status == 2 && none.error.contains("no gates are defined"))
    }

    @Test func gatesChangeNothingThatStagesAreMadeOf() throws {
        let project = try project(Self.stages)
        let lock = try String(contentsOfFile: project.folder.file("pipeline.lock"), encoding: .utf8)
        try project.folder.write(Self.stages + Self.gates, to: "pipeline.yml")
        #expect(try project.nlpipe("status").lines == ["everything is up to date"])
        #expect(try project.nlpipe("repro").status == 0)
        #expect(
            try String(contentsOfFile: project.folder.file("pipeline.lock"), encoding: .utf8)
                == lock)
    }

    @Test func whatIsNotUpToDateIsSaid() throws {
        let project = try project()
        try project.folder.write("scale: 9\nother: x\n", to: "params.yaml")
        let found = try project.nlpipe("gate")
        #expect(found.status == 0)
        #expect(found.firstError.hasPrefix("warning: not up to date: 'score'"), "\(found.error)")
    }

    @Test func aCommandThatHangsIsStoppedAndItsOutputShown() throws {
        let project = try project(
            Self.stages + "gates:\n  tests: {cmd: 'echo begun; sleep 60', timeout: 200ms}\n")
        let found = try project.nlpipe("gate")
        #expect(found.status == 3)
        #expect(found.out.contains("begun"), "\(found.out)")
    }

    @Test func aFreshCloneJudgesWhatGitHasAndSaysWhatItLacks() throws {
        let project = try project()
        let other = try TemporaryFolder()
        try Program.git("clone", "-q", project.path, other.file("c"), in: other.path)
        let found = try Program.nlpipe(["gate"], in: other.file("c"))
        #expect(found.status == 3)
        #expect(found.out.contains("no predictions at 'predictions/model.jsonl' in the working"))
        // Of the size the lock knows.
        #expect(try Program.nlpipe(["gate", "size", "accuracy"], in: other.file("c")).status == 0)
    }
}
