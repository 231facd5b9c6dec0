import Foundation
import TestSupport
import Testing

@testable import nlpipe

@Suite struct CITests {
    /// As the project's own files were written.
    private static let own = [
        "--container", "swift:6.3-bookworm", "--before",
        "apt-get update -q && apt-get install -y -q --no-install-recommends git ca-certificates make",
        "--setup", "make build && echo \"$PWD/bin\" >> \"$GITHUB_PATH\"",
    ]

    /// The root of this package.
    private static var root: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    private func environment() throws -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return [
            "PATH": "\(try Program.products.path):\(path)", "GIT_AUTHOR_NAME": "t",
            "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_COMMITTER_NAME": "t",
            "GIT_COMMITTER_EMAIL": "t@example.org",
        ]
    }

    private func shell(_ script: String, in folder: String, _ more: [String: String] = [:]) throws
        -> Program.Result
    {
        try Program.run(
            "/bin/sh", ["-c", script], in: folder,
            environment: try environment().merging(more) { $1 })
    }

    @Test func theProjectsOwnFilesAreWhatTheCommandWrites() throws {
        let project = try ToyProject()
        let made = try Program.nlpipe(["ci", "init"] + Self.own, in: project.path)
        #expect(made.status == 0 && made.error.isEmpty, "\(made.error)")
        #expect(made.lines.count == 6)
        for path in made.lines.map({ String($0.dropFirst("made ".count)) }) {
            let written = try String(contentsOfFile: project.folder.file(path), encoding: .utf8)
            let committed = try? String(contentsOfFile: "\(Self.root)/\(path)", encoding: .utf8)
            #expect(written == committed, "\(path)")
            #expect(!written.contains("\t"))
        }
        // What is there is left alone.
        try project.folder.write("mine", to: "deploy/nightly.sh")
        let again = try Program.nlpipe(["ci", "init", "--json"], in: project.path)
        #expect(again.out.contains(#""made":[]"#))
        #expect(
            try String(contentsOfFile: project.folder.file("deploy/nightly.sh"), encoding: .utf8)
                == "mine")
        #expect(try Program.nlpipe(["ci", "init", "--force"], in: project.path).lines.count == 6)
    }

    @Test(arguments: [
        ["--at", "24:00"], ["--at", "3"], ["--at", "03:60"], ["--at", "0x3:10"], ["--setup", " "],
        ["--setup", "a\nb"], ["--container", "a\nb: c"], ["--retrain-days", "-1"],
    ])
    func settingsThatMakeNoSenseAreRefused(arguments: [String]) throws {
        let project = try ToyProject()
        let found = try Program.nlpipe(["ci", "init"] + arguments, in: project.path)
        #expect(found.status == 2, "\(found.out)")
    }

    @Test func timesAreWrittenAsEachOfThemReadsThem() {
        let settings = CISettings(time: "2:05")
        #expect(settings.cron == "5 2 * * *")
        #expect(settings.calendar == "*-*-* 02:05:00 UTC")
        #expect(CIFiles.quoted("a\"b\\") == "\"a\\\"b\\\\\"")
    }

    // MARK: - A pull request

    private static let pipeline = """
        stages:
          score:
            cmd: sh score.sh
            deps: [score.sh]
            params: [scale]
            outs: [predictions]
            metrics: [metrics.json: {cache: false}]
        gates:
          loss: {predictions: predictions/model.jsonl, against: main, margin: 1.5}

        """

    private func project() throws -> ToyProject {
        let project = try ToyProject(pipeline: Self.pipeline)
        try project.folder.write(
            """
            scale=$(sed -n 's/^scale: //p' params.yaml)
            mkdir -p predictions
            seq 400 | awk -v wrong="$scale" '{
                printf "{\\"id\\":%d,\\"label\\":\\"a\\",\\"predicted\\":\\"%s\\"}\\n", $1, $1 <= wrong ? "b" : "a"
            }' > predictions/model.jsonl
            echo "{\\"wrong\\": $scale}" > metrics.json
            """, to: "score.sh")
        #expect(try project.nlpipe("repro").status == 0)
        #expect(try Program.nlpipe(["ci", "init"], in: project.path).status == 0)
        try project.commit()
        try Program.git("branch", "-M", "main", in: project.path)
        return project
    }

    @Test func aPullRequestIsJudgedAsTheWorkflowDoesIt() throws {
        let project = try project()
        let place = try TemporaryFolder()
        let bare = place.file("origin.git")
        try Program.git("init", "-q", "--bare", bare, in: place.path)
        try Program.git("remote", "add", "origin", bare, in: project.path)
        try Program.git("push", "-q", "origin", "main", in: project.path)
        // Two requests from a clone: a good one, and a bad one.
        try Program.git("clone", "-q", "-b", "main", bare, place.file("author"), in: place.path)
        for (number, scale) in [(1, 2), (2, 40)] {
            let folder = place.file("author")
            try Program.git("checkout", "-q", "-b", "request-\(number)", "main", in: folder)
            try "scale: \(scale)\nother: y\n".write(
                toFile: "\(folder)/params.yaml", atomically: true, encoding: .utf8)
            try Program.git("commit", "-q", "-a", "-m", "request", in: folder)
            try Program.git("push", "-q", "origin", "HEAD:refs/pull/\(number)/head", in: folder)
        }
        for (number, status) in [(1, Int32(0)), (2, 3)] {
            let job = place.file("job-\(number)")
            try Program.git("clone", "-q", "-b", "main", bare, job, in: place.path)
            try Program.git(
                "fetch", "-q", "origin", "refs/pull/\(number)/head", in: job)
            try Program.git("checkout", "-q", "--detach", "FETCH_HEAD", in: job)
            // The cache as a run on main left it.
            #expect(
                try shell(
                    "cp -r '\(project.path)/.nlpipe/cache' '\(project.path)/.nlpipe/runs' .nlpipe",
                    in: job
                )
                .status == 0)
            let base = try Program.git("rev-parse", "origin/main", in: job)
            let made = try shell("nlpipe repro", in: job)
            #expect(made.status == 0, "\(made.error)")
            let summary = place.file("summary-\(number).md")
            let judged = try shell(
                PullRequestWorkflow.gate, in: job, ["BASE": base, "GITHUB_STEP_SUMMARY": summary])
            #expect(judged.status == status, "\(number): \(judged.error)")
            let comment = try String(contentsOfFile: "\(job)/comment.md", encoding: .utf8)
            #expect(comment.hasPrefix("<!-- nlpipe gate -->\n"), "\(comment)")
            #expect(comment.contains(status == 0 ? "✅ pass" : "❌ fail"), "\(comment)")
            #expect(comment.contains("| scale |") == (number == 2), "\(comment)")
            let xml = try String(contentsOfFile: "\(job)/gates.xml", encoding: .utf8)
            #expect(xml.contains("failures=\"\(number - 1)\""))
            #expect(FileManager.default.fileExists(atPath: summary))
            #expect(judged.error.contains("::error file=pipeline.yml,line=9,") == (number == 2))
        }
        // The step of the workflow is the one that was run here.
        let workflow = try String(
            contentsOfFile: project.folder.file(".github/workflows/pipeline.yml"), encoding: .utf8)
        #expect(workflow.contains(Workflow.indented(PullRequestWorkflow.gate)))
    }

    // MARK: - A night

    @Test func aNightRetrainsWhatChangedAndOtherwiseSaysWhyNot() throws {
        let project = try project()
        let place = try TemporaryFolder()
        let bare = place.file("origin.git")
        try Program.git("init", "-q", "--bare", bare, in: place.path)
        try Program.git("remote", "add", "origin", bare, in: project.path)
        try Program.git("push", "-q", "origin", "main", in: project.path)
        func night(_ more: [String: String] = [:]) throws -> Program.Result {
            try shell("sh deploy/nightly.sh", in: project.path, more)
        }
        func record() throws -> [String] {
            try Program.git("log", "--first-parent", "--format=%s", "-5", "nightly", in: bare)
                .split(separator: "\n").map(String.init)
        }
        let first = try night()
        #expect(first.status == 0, "\(first.error)")
        #expect(
            first.lines.last?.contains(": skipped: nothing changed since ") == true, "\(first.out)")
        try project.folder.write("scale: 40\nother: x\n", to: "params.yaml")
        let edited = try night()
        #expect(edited.status == 2 && edited.error.contains("have edits"))
        try Program.git("commit", "-q", "-a", "-m", "more", in: project.path)
        let second = try night()
        // The gate says that it got worse than the night before.
        #expect(second.status == 3, "\(second.error)")
        #expect(second.lines.last?.contains(": retrained: score (data, code or") == true)
        let report = try String(
            contentsOfFile: project.folder.file(".nlpipe/tmp/nightly.md"), encoding: .utf8)
        #expect(report.contains("retrained: score"), "\(report)")
        #expect(report.contains("❌ fail") && report.contains("| metrics.json |"), "\(report)")
        #expect(try Program.git("status", "--porcelain", in: project.path).isEmpty)
        // The same again is known, and so is nothing to do.
        let third = try night()
        #expect(third.status == 0 && third.out.contains("skipped"), "\(third.out)\(third.error)")
        let forced = try night(["NLPIPE_RETRAIN_DAYS": "1"])
        #expect(forced.out.contains("skipped"))
        let lines = try record()
        #expect(lines.count >= 4 && lines[2].contains("retrained: score"), "\(lines)")
        // Metrics of every night, from the branch that keeps them.
        try Program.git("fetch", "-q", "origin", in: project.path)
        let log = try project.nlpipe("metrics", "log", "wrong", "--rev", "origin/nightly", "--csv")
        #expect(
            log.lines.dropFirst().map { $0.split(separator: ",")[5] } == ["40", "2"], "\(log.out)")
    }

    @Test func aNightThatIsDueRetrainsThoughNothingChanged() throws {
        let project = try project()
        // The last commit is some days old.
        let old = try shell(
            "GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' git commit -q --amend --no-edit",
            in: project.path)
        #expect(old.status == 0, "\(old.error)")
        let found = try shell("sh deploy/nightly.sh", in: project.path)
        #expect(found.status == 0, "\(found.error)")
        #expect(found.out.contains("retrained: score (the last time was "), "\(found.out)")
        let never = try shell(
            "sh deploy/nightly.sh", in: project.path, ["NLPIPE_RETRAIN_DAYS": "0"])
        #expect(never.out.contains("skipped"), "\(never.out)")
    }

    @Test(.enabled(if: TestTool.find("systemd-analyze") != nil, "systemd-analyze is missing"))
    func systemdReadsTheUnits() throws {
        let folder = Self.root + "/deploy/systemd"
        let found = try Program.run(
            "/usr/bin/env",
            [
                "systemd-analyze", "verify", "\(folder)/nlpipe-nightly@tmp.timer",
                "\(folder)/nlpipe-nightly@tmp.service",
            ], in: "/")
        #expect(found.status == 0, "\(found.error)")
    }
}
