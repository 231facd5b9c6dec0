/// Whose grammar a pipeline file has.
///
/// What only nlpipe knows is refused in a `dvc.yaml`: DVC would not read the file any more.
public enum Dialect: Sendable {
    case native, dvc

    /// The keys that a file may have.
    var topLevelKeys: [String] {
        self == .native
            ? PipelineReader.keys : PipelineReader.keys.filter { $0 != "gates" } + ["datasets"]
    }

    /// The keys that a stage may have.
    var stageKeys: [String] {
        guard self == .dvc else { return StageReader.keys }
        let own: Set<String> = ["run", "env", "resources", "mutex", "timeout", "retries"]
        return StageReader.keys.filter { !own.contains($0) }
    }
}
