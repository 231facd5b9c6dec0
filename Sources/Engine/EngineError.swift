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
    /// It took longer than its `timeout`; `log` as above.
    case timedOut(stage: String, limit: Duration, elapsed: Duration, log: String?)
    /// A module threw; the reason is its error's text.
    case moduleFailed(stage: String, reason: String)
    case outNotMade(stage: String, path: String, location: SourceLocation)
    /// An out that was to be taken as it is, and is not there.
    case outAbsent(stage: String, path: String, location: SourceLocation)
    case depMissing(stage: String, path: String, location: SourceLocation, maker: String?)
    /// A pattern that matches no path, with the stages whose outs could match it.
    case patternEmpty(stage: String, pattern: String, location: SourceLocation, makers: [String])
    case depChangedDuringRun(stage: String, path: String)
    case paramsChangedDuringRun(stage: String)
    /// Data that a `.dvc` file records are neither there nor in the cache.
    case dataMissing(file: String, path: String)
    /// Another process works on the project.
    case inUse(holder: String?)
    /// Another process, of this project or one that shares the cache, works with the cache while
    /// objects are to be removed, or removes some (`collecting` is false) while it is to be used.
    case cacheInUse(folder: String, collecting: Bool, holder: String?)

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .commandFailed(let stage, let command, let ending, let log):
            """
            stage '\(stage)' failed: its command \(ending)
              command: \(command)\(log.map { "\n  log:     \($0)" } ?? "")
            """
        case .timedOut(let stage, let limit, let elapsed, let log):
            """
            stage '\(stage)' failed: it took longer than its timeout
              timeout: \(EngineError.words(limit))
              elapsed: \(EngineError.words(elapsed))\(log.map { "\n  log:     \($0)" } ?? "")
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
        case .patternEmpty(let stage, let pattern, let place, let makers):
            """
            \(place.prefix)dep '\(pattern)' of stage '\(stage)' matches nothing
            hint: \(EngineError.hint(forEmptyPatternAfter: makers))
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
        case .dataMissing(let file, let path):
            """
            \(file): the data '\(path)' are neither there nor in the cache
            hint: 'nlpipe pull \(path)' fetches them from a remote
            """
        case .inUse(let holder):
            """
            another process\(holder.map { " (\($0))" } ?? "") works on this project
            hint: wait until it ends; nothing has to be removed by hand
            """
        case .cacheInUse(let folder, let collecting, let holder):
            """
            another process\(holder.map { " (\($0))" } ?? "") \
            \(collecting ? "works with" : "removes objects from") the cache
              cache: \(folder)
            hint: projects may share it; wait until that process ends, nothing has to be removed by hand
            """
        }
    }
}

extension EngineError {
    /// Whether it passes once another process has ended.
    var isAboutLock: Bool {
        switch self {
        case .inUse, .cacheInUse: true
        default: false
        }
    }

    /// `90 s`, `2.5 s`.
    private static func words(_ span: Duration) -> String {
        let tenths = Int((min(max(span.inSeconds, 0), 1e12) * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }

    static func hint(forEmptyPatternAfter makers: [String]) -> String {
        let names = makers.map { "'\($0)'" }.joined(separator: ", ")
        return makers.isEmpty
            ? "no stage makes a path that it matches: put one there, or correct the pattern"
            : "\(names) could make what it matches, and did not"
    }

    /// The first dep of `stage` that is not there, as an error; nil where all are.
    static func missingDep(
        of stage: Stage, in fingerprint: Fingerprint, _ project: Project
    ) -> EngineError? {
        let missing = Set(fingerprint.deps.filter { $0.content == nil }.map(\.path))
        if let dep = stage.emptyPattern(among: fingerprint.deps) {
            return .patternEmpty(
                stage: stage.name, pattern: dep.path, location: dep.location,
                makers: project.graph.makers(of: dep).map(\.name))
        }
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
