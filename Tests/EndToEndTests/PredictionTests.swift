import Foundation
import TestSupport
import Testing

/// Predictions and plots inside of a folder that the cache keeps, across commits.
@Suite struct PredictionTests {
    /// Scores 200 rows, of which the first `scale` are wrong.
    private func project() throws -> ToyProject {
        let project = try ToyProject(
            pipeline: """
                stages:
                  score:
                    cmd: sh score.sh
                    deps: [score.sh]
                    params: [scale]
                    outs: [evaluation]
                    metrics: [metrics.json: {cache: false}]
                plots:
                  - curve:
                      x: step
                      y: {evaluation/deep/curve.csv: loss}

                """)
        try project.folder.write(
            """
            scale=$(sed -n 's/^scale: //p' params.yaml)
            mkdir -p evaluation/deep
            seq 200 | awk -v wrong="$scale" '{
                printf "{\\"id\\":%d,\\"label\\":\\"a\\",\\"predicted\\":\\"%s\\"}\\n", $1, $1 <= wrong ? "b" : "a"
            }' > evaluation/model.jsonl
            printf 'step,loss\\n1,%s\\n' "$scale" > evaluation/deep/curve.csv
            echo "{\\"wrong\\": $scale}" > metrics.json
            """, to: "score.sh")
        #expect(try project.nlpipe("repro").status == 0)
        try project.commit()
        try project.folder.write("scale: 12\nother: x\n", to: "params.yaml")
        #expect(try project.nlpipe("repro").status == 0)
        return project
    }

    @Test func aCommitsPredictionsComeFromTheCacheAndAreTestedRowByRow() throws {
        let project = try project()
        let found = try project.nlpipe(
            "metrics", "diff", "--test", "--predictions", "evaluation", "--flips", "0")
        #expect(found.status == 0 && found.error == "", "\(found.error)")
        let row = try #require(found.lines.last)
        // Of the ten rows that only HEAD has right the chance is 2 / 2¹⁰.
        for word in ["evaluation/model.jsonl", "200", "99 %", "94 %", "-5", "0.002", "fail"] {
            #expect(row.contains(word), "\(word) in \(row)")
        }
        #expect(found.lines.first?.hasPrefix("Path") == true)
        let json = try project.nlpipe(
            "metrics", "diff", "HEAD", "--test", "--predictions", "evaluation/model.jsonl",
            "--margin", "7", "--json")
        let object = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
        let file = object?["evaluation/model.jsonl"] as? [String: Any]
        let accuracy = file?["accuracy"] as? [String: Any]
        #expect(accuracy?["lost"] as? Int == 10 && accuracy?["gained"] as? Int == 0)
        #expect(accuracy?["verdict"] as? String == "inconclusive")
        #expect(accuracy?["rows_needed"] is Int)
        #expect((object?["metrics.json"] as? [String: Any])?["wrong"] != nil)
    }

    @Test func plotsInsideOfAFolderOfTheCacheAreReadAcrossCommits() throws {
        let project = try project()
        let json = try project.nlpipe("plots", "diff", "HEAD", "--json")
        #expect(json.error == "" && json.status == 0, "\(json.error)")
        let points = try project.nlpipe("plots", "diff", "HEAD").out
        #expect(points.contains("HEAD") && points.contains("workspace"), "\(points)")
    }

    @Test func aCloneWithoutTheCacheSaysThatNothingIsAtHand() throws {
        let project = try project()
        try project.commit()
        let other = try TemporaryFolder()
        try Program.git("clone", "-q", project.path, other.file("c"), in: other.path)
        let found = try Program.nlpipe(
            ["metrics", "diff", "HEAD~1", "HEAD", "--test", "--predictions", "evaluation"],
            in: other.file("c"))
        #expect(found.status == 0)
        #expect(found.error.contains("no predictions of both 'HEAD~1' and 'HEAD' are at hand"))
    }

    @Test func verdictsOverSeveralRevisionsAreExitCodes() throws {
        let project = try project()
        try project.folder.write(
            (1...200).map { #"{"id":\#($0),"label":"a","predicted":"a"}"# }
                .joined(separator: "\n"), to: "perfect.jsonl")
        try project.commit()
        func test(_ arguments: String...) throws -> Program.Result {
            try Program.nlpipe(
                ["metrics", "test", "evaluation/model.jsonl", "perfect.jsonl"] + arguments,
                in: project.path)
        }
        let worse = try test("--margin", "2")
        #expect(worse.status == 3 && worse.error.isEmpty, "\(worse.error)")
        #expect(worse.lines.first?.hasPrefix("200 rows: 94 % against 100 %, -6 points") == true)
        #expect(worse.lines.last == "fail: loses more than 2 points")
        #expect(try test("--margin", "6").status == 4)
        #expect(try test("--margin", "20").status == 0)
        // The first commit lacks the other file.
        let lacking = try test("--revs", "HEAD", "HEAD~1")
        #expect(lacking.status == 2)
        #expect(
            lacking.firstError == "error: perfect.jsonl: no predictions in revision 'HEAD~1'")
        try project.folder.write(
            #"{"id":1,"label":"b","predicted":"a"}"#, to: "evaluation/other.jsonl")
        let other = try project.nlpipe(
            "metrics", "test", "perfect.jsonl", "evaluation/other.jsonl")
        #expect(other.status == 2 && other.error.contains("no row in common"))
        let both = try test("--revs", "HEAD", "HEAD", "--margin", "20", "--json")
        #expect(both.status == 0 && both.out.contains(#""runs":2"#))
    }

    @Test func optionsWithoutTheTestAndValuesThatMakeNoSenseAreRefused() throws {
        let project = try ToyProject()
        for arguments in [
            ["--margin", "1"], ["--test", "--margin", "0"], ["--test", "--alpha", "1"],
        ] {
            let found = try Program.nlpipe(["metrics", "diff"] + arguments, in: project.path)
            #expect(found.status == 2, "\(arguments)")
        }
    }
}
