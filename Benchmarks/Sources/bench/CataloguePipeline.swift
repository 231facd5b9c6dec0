extension Catalogue {
    /// The whole pipeline against scripts that do its stages; more than half an hour.
    static var pipeline: Contest {
        var contest = Contest(
            name: "pipeline", summary: "all stages but the download (more than 30 minutes)",
            ours: (.nlpipe(kernel: nil), Settings(work: "pipeline", threads: 2)),
            theirs: (.peer, Settings(work: "pipeline", threads: 2, precision: "bfloat16")),
            measures: [
                .init("pipeline", "pipeline, cold cache", "seconds", unit: "s", .lower, bar: 4)
            ])
        contest.fresh = true
        contest.mostRounds = 1
        contest.isLong = true
        contest.showsParts = true
        contest.notes = ["a single run of each side"]
        return contest
    }

    /// A few steps of each stage, multiplied by the stages' numbers of steps.
    static var slice: Contest {
        var contest = Contest(
            name: "pipeline-slice", summary: "some steps of every stage, extrapolated to all",
            ours: (.nlpipe(kernel: nil), Settings(work: "slice", threads: 2)),
            theirs: (.peer, Settings(work: "slice", threads: 2, precision: "bfloat16")),
            measures: [
                .init(
                    "pipeline-slice", "pipeline, extrapolated from steps", "seconds", unit: "s",
                    .lower, bar: 4)
            ])
        contest.isLong = true
        contest.showsParts = true
        contest.total = PipelineCounts.total
        contest.notes = [
            "extrapolated: seconds of some steps of each stage times the stage's steps"
        ]
        return contest
    }
}
