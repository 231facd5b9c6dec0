import ArgumentParser
import ContentStore
import Engine
import History
import Pipelines

/// A command line that cannot be done.
enum UsageError: Error, Equatable, CustomStringConvertible {
    case noSuchFolder(String)
    case noProject(from: String)
    case unreadable(path: String, reason: String)
    case existingProject(path: String)
    case noRepository(folder: String)
    case trackedOut(stage: String, out: Out)
    case noPredictions(path: String, revision: String?, problem: String?)
    case noCommonRows(model: String, reference: String)
    case noGates(file: String)
    case unknownGate(String, known: [String])
    case unwritable(path: String, reason: String)
    case noRun(String)
    case noTag(String, run: Int64)

    var description: String {
        switch self {
        case .noSuchFolder(let path): "folder '\(path)' does not exist"
        case .noProject(let folder):
            """
            no '\(PipelineReader.defaultFile)' in '\(folder)' or in a folder above it
            hint: change to a project, name one with -C, or start one with 'nlpipe init'
            """
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
        case .noRun(let name):
            "no run is called '\(name)'\nhint: 'nlpipe runs list' has their numbers and tags"
        case .noTag(let name, let run): "run \(run) has no tag '\(name)'"
        case .noGates(let file):
            """
            \(file): no gates are defined
            hint: add them below 'gates:', such as 'size: {path: package, max: 12MB}'
            """
        case .unknownGate(let name, let known):
            "no gate is called '\(name)'\n  known: \(known.joined(separator: ", "))"
                + (Suggestion.hint(for: name, among: known).map { "\nhint: \($0)" } ?? "")
        case .existingProject(let path):
            "'\(path)' exists already\nhint: --force renews what 'nlpipe init' wrote"
        case .noRepository(let folder):
            """
            '\(folder)' is not in a git repository
            hint: run 'git init' first, or do without history of commits: 'nlpipe init --no-scm'
            """
        case .noPredictions(let path, let revision, let problem):
            """
            \(path): no predictions in \(revision.map { "revision '\($0)'" } ?? "the working folder")
              expected: lines of JSON with 'id', 'label' and 'predicted'
              found:    \(problem ?? "no such file")
            hint: of other commits files are read from git and the cache: 'nlpipe fetch' fills it
            """
        case .noCommonRows(let model, let reference):
            """
            \(model): no row in common with '\(reference)'
              expected: rows with the same 'id' and 'label' in every file and revision
            """
        case .trackedOut(let stage, let out):
            """
            \(out.location.file):\(out.location.line):\(out.location.column): \
            out '\(out.path)' of stage '\(stage)' is tracked by git
              expected: the cache keeps it, and git ignores it
            hint: 'git rm -r --cached "\(out.path)"' takes it out of git; 'cache: false' leaves it there
            """
        }
    }
}

/// How a command ended when it did not do all that was asked.
struct Incomplete: Error {
    /// Said on standard error; nil when everything has been said.
    var message: String?
    var exitCode: Int32 = 1
}

/// From an error to words on standard error and an exit code.
enum Failure {
    /// A stage or the work itself failed.
    static let work: Int32 = 1
    /// The definition or the command line is wrong.
    static let definition: Int32 = 2
    /// A test of quality says no.
    static let refused: Int32 = 3
    /// A test of quality cannot say.
    static let undecided: Int32 = 4
    /// As shells report a process that SIGINT ended.
    static let interrupted: Int32 = 130

    /// Says what went wrong and returns the exit code.
    static func report(_ error: any Error) -> Int32 {
        let console = Console()
        if let code = parserMessage(error, console) { return code }
        switch error {
        case is CancellationError: console.error.line("interrupted")
        case let error as DefinitionError:
            console.error.line(
                error.diagnostics.map { render($0, on: console.error) }.joined(separator: "\n\n"))
        case let error as Incomplete:
            if let message = error.message { say(message, console) }
        default: say("\(error)", console)
        }
        return exitCode(for: error)
    }

    /// What went wrong in plain words.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as Incomplete: error.message ?? "not all was done"
        default: "\(error)"
        }
    }

    /// The exit code for an error of our own.
    static func exitCode(for error: any Error) -> Int32 {
        switch error {
        case is CancellationError: interrupted
        case is DefinitionError, is UsageError, is LockError, is FailpointError: definition
        case let error as Incomplete: error.exitCode
        case let error as RepositoryError:
            switch error {
            case .failed: work
            default: definition
            }
        case let error as EngineError:
            switch error {
            case .depMissing, .patternEmpty: definition
            default: work
            }
        default: work
        }
    }

    /// Help, version and usage errors of the argument parser; nil for any other error.
    private static func parserMessage(_ error: any Error, _ console: Console) -> Int32? {
        let code = NLPipe.exitCode(for: error)
        if code == .success {
            console.out.line(NLPipe.fullMessage(for: error))
            return 0
        }
        guard code == .validationFailure else { return nil }
        say(String(NLPipe.fullMessage(for: error).trimmingPrefix("Error: ")), console)
        return definition
    }

    private static func say(_ message: String, _ console: Console) {
        console.error.line("\(console.error.styled("error:", .red)) \(message)")
    }

    /// One finding, its parts coloured where the output has colours.
    private static func render(_ diagnostic: Diagnostic, on output: Console.Output) -> String {
        guard output.hasColour else { return diagnostic.description }
        let style: Console.Style = diagnostic.severity == .error ? .red : .yellow
        let severity = output.styled("\(diagnostic.severity.rawValue):", style)
        var lines = [
            output.styled(diagnostic.placePrefix, .bold) + severity + " "
                + output.styled(diagnostic.message, .bold)
        ]
        lines += (diagnostic.excerpt ?? []) + diagnostic.factLines
        if let hint = diagnostic.hint { lines.append(output.styled("hint:", .cyan) + " \(hint)") }
        return lines.joined(separator: "\n")
    }
}
