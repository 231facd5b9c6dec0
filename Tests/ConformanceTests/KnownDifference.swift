/// Where nlpipe does not do what DVC does, on purpose; `docs/pipeline-file.md` lists the same.
enum KnownDifference: String, CaseIterable {
    /// A missing dep or parameter is found before anything runs; DVC runs the stages before it.
    case definitionFirst
    /// A frozen stage whose outs are gone or were edited is made again; DVC fails or takes them.
    case frozenIsMade
    /// What was made before is taken from the cache, or left where it is, also for stages without deps,
    /// for outs that persist and for outs that git keeps; DVC runs those.
    case recordedIsRestored
    /// `desc` is no template.
    case descriptionIsPlain
    /// A dep that is no longer declared makes the stage run.
    case removedDepRuns
    /// `stage list` gives paths from the project's root; DVC from the stage's `wdir`.
    case listedFromRoot
    /// Parameters in lists go by `a[1]` as well as by `a.1`.
    case bracketsInKeys
    /// `params diff --all` has all values of a file that `vars` names; DVC those that templates use.
    case unusedVarsAreShown
    /// Tracked data that are missing are put back from the cache by `repro`; DVC reports an error.
    case missingDataAreRestored
}
