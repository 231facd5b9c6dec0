/// One work on one generated project, done by both tools in turns.
///
/// Shell lines see `$TOOL`, the program, and for `eval` `$FORGET`, which forgets what was computed,
/// and `$FORGETFILES`, which forgets what is known of files; see `Tool.putAside` for `$ASIDE`.
struct Work {
    /// A word that names it.
    var id: String
    /// What is done.
    var title: String
    /// How many times faster than the peer it has to be; nil for information.
    var bar: Double?
    /// The most seconds that nlpipe may take, for each of `stages`; a row of its own.
    var limit: Double?
    /// The most memory that nlpipe may hold; a row of its own.
    var megabytes: Double?
    /// The work on a tenth of it, of which this one may take ten times the time; a row of its own.
    var tenfold: String?
    /// The project, whose stages both tools read.
    var project: Generated
    /// Shell lines before the first round, untimed.
    var prepare: [String] = []
    /// Shell lines before every round, untimed.
    var before: [String] = []
    /// The command's arguments: what is timed.
    var arguments: [String]
    /// Further arguments that only nlpipe knows.
    var ours: [String] = []
    /// Whether nlpipe has to work out what it has answered before.
    var anew = false
    /// Shell lines whose time is taken off: what the stages cost without any tool.
    var bare: String?
    /// The number that times are divided by.
    var stages: Int?
    /// Rounds of the peer, where fewer than those of nlpipe; 0 leaves it out.
    var peerRounds = 3
    /// What a reader has to know besides.
    var notes: [String] = []
}

/// A project as files and stages.
struct Generated {
    /// The text of `pipeline.yml` and of `dvc.yaml`.
    var pipeline: String
    /// Shell lines that make its data.
    var data = ""
}
