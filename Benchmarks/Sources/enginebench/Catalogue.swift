/// Every work, in the order measured.
enum Catalogue {
    /// What the peer's slowest work is, and how it is taken all the same.
    static let onceOnly = "the peer ran it once"

    static func works(scratch: String, quick: Bool) -> [Work] {
        stages + values + data(scratch: scratch, files: quick ? 2000 : 20_000, quick: quick)
            + large(quick: quick)
    }

    private static var stages: [Work] {
        [
            noop(7, bar: 35), noop(100, bar: 120), anew(noop(100)),
            status, anew(status), dry, anew(dry),
            first(100, peerRounds: 2, limit: 0.005),
            first(1000, peerRounds: 0, tenfold: "first-100"),
            Work(
                id: "sleep-8", title: "8 stages of sleep 1, -j 8", limit: 1.2,
                project: Stages.sleepers(8), before: ["rm -f f*.txt", #"eval "$FORGET""#],
                arguments: ["repro"], ours: ["-j", "8"], peerRounds: 2,
                notes: ["the peer has no -j and runs them one by one"]),
        ]
    }

    private static var status: Work {
        Work(
            id: "status-100", title: "status, 100 stages", bar: 50, project: Stages.linear(100),
            prepare: ["$TOOL repro", "$TOOL status"], arguments: ["status"])
    }

    private static var dry: Work {
        Work(
            id: "dry-1000", title: "repro --dry, foreach of 1,000, never run", bar: 500,
            project: Stages.loop(1000), arguments: ["repro", "--dry"], peerRounds: 1,
            notes: [onceOnly])
    }

    /// The same without answers that were given before: for information.
    private static func anew(_ work: Work) -> Work {
        var work = work
        work.id += "-anew"
        work.title += ", worked out anew"
        work.bar = nil
        work.anew = true
        return work
    }

    private static var values: [Work] {
        [
            Work(
                id: "metrics-diff", title: "metrics diff HEAD~1, 10 files of 20", bar: 30,
                project: Stages.metrics(files: 10, values: 20),
                prepare: [
                    "$TOOL repro", "git add . && git commit -qm one",
                    Stages.write(10, 20, factor: 2), "$TOOL repro",
                    "git add . && git commit -qm two",
                ], arguments: ["metrics", "diff", "HEAD~1"]),
            Work(
                id: "help", title: "--help", limit: 0.020, project: Stages.linear(1),
                arguments: ["--help"]),
        ]
    }

    private static func data(scratch: String, files: Int, quick: Bool) -> [Work] {
        let source = "\(scratch)/source-\(files)"
        let count = files == 20_000 ? "20,000 files" : "\(files) files"
        let dep = Files.asDep(files)
        let out = Files.asOut(files, from: source)
        let remote = "$TOOL remote add -f -d store $PWD.remote"
        return [
            Work(
                id: "dep-first", title: "\(count) as a dep: first repro", bar: 8, project: dep,
                before: [#"eval "$FORGET""#, Tool.putAside("names.txt")], arguments: ["repro"]),
            Work(
                id: "dep-noop", title: "\(count) as a dep: no-op", bar: 20, project: dep,
                prepare: ["$TOOL repro"], arguments: ["repro"]),
            Work(
                id: "dep-one", title: "\(count) as a dep: one modified", bar: 40, project: dep,
                prepare: ["$TOOL repro"], before: ["date +%N%s > raw/003/00300.bin"],
                arguments: ["repro"]),
            Work(
                id: "out-first", title: "\(count) as an out: first repro beyond cp -r", bar: 5,
                project: out, before: [#"eval "$FORGET""#, Tool.putAside("made bare")],
                arguments: ["repro"],
                bare: "cp -r \(source) bare"),
            Work(
                id: "out-checkout", title: "\(count) as an out: checkout after deletion", bar: 4,
                project: out, prepare: ["$TOOL repro"], before: ["rm -rf made"],
                arguments: ["checkout"]),
            Work(
                id: "out-push", title: "\(count) as an out: push", bar: 4, project: out,
                prepare: ["$TOOL repro", remote],
                before: ["rm -rf $PWD.remote", #"eval "$FORGETFILES""#],
                arguments: ["push"]),
            Work(
                id: "out-push-again", title: "\(count) as an out: push again", bar: 20,
                project: out, prepare: ["$TOOL repro", remote, "$TOOL push"], arguments: ["push"]),
        ]
    }

    private static func large(quick: Bool) -> [Work] {
        let size = quick ? 256 : 2048
        return [
            Work(
                id: "hash", title: "a file of \(size) MiB: first repro", bar: 1 / 0.65,
                project: Files.large(mebibytes: size),
                before: [#"eval "$FORGET""#, "rm -f head.bin", "cat large.bin > /dev/null"],
                arguments: ["repro"],
                notes: ["nlpipe computes SHA-256, the peer MD5; the file is in memory"]),
            noop(1000, peerRounds: 0),
            noop(10_000, peerRounds: 0, limit: 1.5, megabytes: 300, tenfold: "noop-1000"),
        ]
    }

    private static func noop(
        _ count: Int, bar: Double? = nil, peerRounds: Int = 5, limit: Double? = nil,
        megabytes: Double? = nil, tenfold: String? = nil
    ) -> Work {
        // Thousands of stages have their outs made by a shell and recorded in one go.
        let isLarge = count >= 1000
        return Work(
            id: "noop-\(count)", title: "no-op repro, \(count) stages", bar: bar, limit: limit,
            megabytes: megabytes, tenfold: tenfold,
            project: isLarge ? Stages.dense(count) : Stages.linear(count),
            prepare: [isLarge ? "$TOOL commit -f" : "$TOOL repro"],
            arguments: ["repro"], peerRounds: peerRounds,
            notes: peerRounds == 0 ? ["nlpipe alone"] : [])
    }

    private static func first(
        _ count: Int, peerRounds: Int, limit: Double? = nil, tenfold: String? = nil
    ) -> Work {
        Work(
            id: "first-\(count)",
            title: "first repro, \(count) shell stages, each beyond the bare loop", limit: limit,
            tenfold: tenfold, project: Stages.linear(count),
            before: [#"eval "$FORGET""#, Stages.putOutsAside], arguments: ["repro"],
            bare: Stages.bareLoop(count), stages: count, peerRounds: peerRounds,
            notes: peerRounds == 0
                ? ["nlpipe alone: the peer takes over 800 seconds"] : [])
    }
}
