import Foundation
import Testing
import TestSupport

@Suite struct ReproTests {
    @Test func nothingRunsTwice() throws {
        let project = try ToyProject()
        let first = try project.nlpipe("repro")
        #expect(first.status == 0, "\(first.error)")
        #expect(try project.executed() == ["prepared", "counted"])
        let second = try project.nlpipe("repro")
        #expect(second.status == 0)
        #expect(
            second.lines == [
                "prepare: up to date", "count: up to date", "everything is up to date",
            ])
        #expect(try project.executed() == [])
    }

    @Test func anEditedParameterRunsItsStagesAndTheEditBackRestores() throws {
        let project = try ToyProject()
        _ = try project.nlpipe("repro")
        let before = try String(
            contentsOfFile: project.folder.file("pipeline.lock"), encoding: .utf8)
        _ = try project.executed()
        try project.folder.write("scale: 3\nother: y\n", to: "params.yaml")
        let edited = try project.nlpipe("repro")
        #expect(edited.lines.contains("count: runs: params.yaml:1:1: param 'scale': 2 → 3"))
        #expect(edited.lines.last?.hasPrefix("1 ran, 1 up to date in ") == true)
        #expect(try project.executed() == ["counted"])
        try project.folder.write("scale: 2\n", to: "params.yaml")
        let back = try project.nlpipe("repro")
        #expect(
            back.lines.map { $0.replacing(/\(run of .*?\)/, with: "(run)") } == [
                "prepare: up to date",
                "count: restored from the run cache (run): params.yaml:1:1: param 'scale': 3 → 2",
                "1 restored, 1 up to date",
            ])
        #expect(try project.executed() == [])
        #expect(
            try String(contentsOfFile: project.folder.file("pipeline.lock"), encoding: .utf8)
                == before)
        #expect(
            try String(contentsOfFile: project.folder.file("metrics.json"), encoding: .utf8)
                .contains("\"scale\": 2"))
    }

    @Test func aStageWhoseResultIsTheSameStopsTheChain() throws {
        let project = try ToyProject()
        _ = try project.nlpipe("repro")
        _ = try project.executed()
        try project.folder.write("a\nb\n", to: "raw.txt")
        _ = try project.nlpipe("repro")
        #expect(try project.executed() == ["prepared"])
    }

    @Test func dryRunsAndStatusSayWhatWouldHappenAndDoNothing() throws {
        let project = try ToyProject()
        let dry = try project.nlpipe("repro", "--dry")
        #expect(dry.status == 0)
        #expect(
            dry.lines == [
                "prepare: would run: never run",
                "count: would run: never run",
            ])
        #expect(try project.executed() == [])
        _ = try project.nlpipe("repro")
        #expect(try project.nlpipe("status").lines == ["everything is up to date"])
        #expect(try project.nlpipe("status", "--json").lines == ["{}"])
        #expect(try project.nlpipe("status", "-q").status == 0)
        try project.folder.write("scale: 3\n", to: "params.yaml")
        #expect(
            try project.nlpipe("status", "--json").lines
                == [#"{"count":[{"changed deps":{"params.yaml":{"scale":"modified"}}}]}"#])
        #expect(
            try project.nlpipe("status").lines == ["count:", "  params.yaml scale 2 → 3"])
        let explained = try project.nlpipe("status", "--explain").lines
        #expect(explained.first?.hasPrefix("prepare: up to date (run of 20") == true)
        #expect(
            explained.dropFirst() == [
                "count: would run", "  params.yaml:1:1: param 'scale': 2 → 3",
            ])
        #expect(try project.nlpipe("status", "-q").status == 1)
    }

    @Test func targetsForceAndQuietAreHeeded() throws {
        let project = try ToyProject()
        #expect(try project.nlpipe("repro", "prepare").lines.last?.hasPrefix("1 ran") == true)
        #expect(try project.executed() == ["prepared"])
        let quiet = try project.nlpipe("repro", "-q")
        #expect(quiet.out.isEmpty)
        #expect(try project.executed() == ["counted"])
        _ = try project.nlpipe("repro", "-f", "-s", "sorted.txt")
        #expect(try project.executed() == ["prepared"])
        let json = try project.nlpipe("repro", "--json")
        #expect(
            json.lines == [
                #"{"event":"up_to_date","stage":"prepare"}"#,
                #"{"event":"up_to_date","stage":"count"}"#,
                #"{"event":"end","stages":[{"outcome":"upToDate","reasons":[],"stage":"prepare"},"#
                    + #"{"outcome":"upToDate","reasons":[],"stage":"count"}]}"#,
            ])
    }

    @Test func commandsWorkBelowTheRootAndWithAnotherFolder() throws {
        let project = try ToyProject()
        _ = try project.nlpipe("repro")
        try project.folder.write("", to: "deep/er/file")
        let below = try Program.nlpipe(
            ["repro", "../../sorted.txt"], in: project.folder.file("deep/er"))
        #expect(below.lines == ["prepare: up to date", "everything is up to date"])
        let elsewhere = try Program.nlpipe(["-C", project.path, "status"], in: "/")
        #expect(elsewhere.lines == ["everything is up to date"])
        let nested = try Program.nlpipe(["--cd=\(project.path)", "metrics", "show"], in: "/")
        #expect(nested.lines.first == "metrics.json")
    }

    @Test func checkoutPutsBackWhatWasDeletedOrEdited() throws {
        let project = try ToyProject()
        _ = try project.nlpipe("repro")
        _ = try project.executed()
        try FileManager.default.removeItem(atPath: project.folder.file("sorted.txt"))
        #expect(try project.nlpipe("checkout").lines == ["A sorted.txt"])
        #expect(
            try String(contentsOfFile: project.folder.file("sorted.txt"), encoding: .utf8)
                == "a\nb\n")
        #expect(try project.executed() == [])
    }

    @Test func aRunIsRecordedAndADamagedRecordDoesNotStopIt() throws {
        let project = try ToyProject()
        try project.folder.write(
            String(repeating: "no database ", count: 200), to: ".nlpipe/history.sqlite")
        let result = try project.nlpipe("repro")
        #expect(result.status == 0)
        #expect(result.error.contains("history.sqlite.damaged-1"))
        let size =
            try FileManager.default.attributesOfItem(
                atPath: project.folder.file(".nlpipe/history.sqlite"))[.size] as? Int
        #expect((size ?? 0) > 0)
    }
}
