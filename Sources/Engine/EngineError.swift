public import Pipelines

/// Something that ended a run.
public enum EngineError: Error, CustomStringConvertible {
    /// How a command ended.
    public enum Ending: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    /// `log` is the path, relative to the root, of what the command printed.
    case commandFailed(stage: String, command: String, ending: Ending, log: String?)
    /// A module threw; the reason is its error's text.
    case moduleFailed(stage: String, reason: String)
    case outNotMade(stage: String, path: String, location: SourceLocation)
    /// An out that was to be taken as it is, and is not there.
    case outAbsent(stage: String, path: String, location: SourceLocation)
    case depMissing(stage: String, path: String, location: SourceLocation, maker: String?)
    case depChangedDuringRun(stage: String, path: String)
    case paramsChangedDuringRun(stage: String)
    /// Another process works on the project.
    case inUse(holder: String?)

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .commandFailed(let stage, let command, let ending, let log):
            """
            stage '\(stage)' failed: its command \(ending)
              command: \(command)\(log.map { "\n  log:     \($0)" } ?? "")
            """
        case .moduleFailed(let stage, let reason): "stage '\(stage)' failed: \(reason)"
        case .outNotMade(let stage, let path, let place):
            """
            \(place.prefix)stage '\(stage)' did not make its out '\(path)'
              expected: a file or a folder at '\(path)' when the stage ends
              found:    nothing
            """
        case .outAbsent(let stage, let path, let place):
            """
            \(place.prefix)out '\(path)' of stage '\(stage)' does not exist
            hint: 'nlpipe repro \(stage)' makes it
            """
        case .depMissing(let stage, let path, let place, nil):
            """
            \(place.prefix)dep '\(path)' of stage '\(stage)' does not exist
            hint: put it there, or correct the path
            """
        case .depMissing(let stage, let path, let place, let maker?):
            """
            \(place.prefix)dep '\(path)' of stage '\(stage)' does not exist
            hint: stage '\(maker)' makes it: run that first
            """
        case .depChangedDuringRun(let stage, let path):
            """
            stage '\(stage)' failed: its dep '\(path)' changed while it ran
            hint: nothing was recorded; run again
            """
        case .paramsChangedDuringRun(let stage):
            """
            stage '\(stage)' failed: its parameters changed while it ran
            hint: nothing was recorded; run again
            """
        case .inUse(let holder):
            """
            another process\(holder.map { " (\($0))" } ?? "") works on this project
            hint: wait until it ends; nothing has to be removed by hand
            """
        }
    }
}

extension EngineError {
    /// The first dep of `stage` that is not there, as an error; nil where all are.
    static func missingDep(
        of stage: Stage, in fingerprint: Fingerprint, _ project: Project
    ) -> EngineError? {
        let missing = Set(fingerprint.deps.filter { $0.content == nil }.map(\.path))
        guard let dep = stage.deps.first(where: { missing.contains($0.path) }) else { return nil }
        return .depMissing(
            stage: stage.name, path: dep.path, location: dep.location,
            maker: project.graph.maker(of: dep.path)?.name)
    }
}

extension EngineError.Ending: CustomStringConvertible {
    /// How the command ended, after its name.
    public var description: String {
        switch self {
        case .code(let code): "ended with code \(code)"
        case .signal(let signal): "was ended by signal \(signal)"
        }
    }
}

extension SourceLocation {
    /// `file:line:column: `, as messages begin.
    var prefix: String { "\(file):\(line):\(column): " }
}
