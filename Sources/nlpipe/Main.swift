import ArgumentParser
import ContentStore
import Dispatch
import Glibc

/// The program: reads the command line, runs one command, and turns its result into an exit code.
@main
enum Main {
    /// The version that `--version` prints and that runs are recorded with.
    static let version = "0.1.0"

    /// Not asynchronous itself: the threads of Swift's concurrency take longer to start than most
    /// commands to run.
    static func main() {
        Console.reserveOutputs()
        Signals.prepare()
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let answer = Question(arguments)?.answer {
            Console().out.write(answer)
            exit(0)
        }
        do {
            try Failpoint.check()
            let written = GlobalOptions.afterCommand(arguments)
            var command = try plain(written) ?? NLPipe.parseAsRoot(written)
            guard let asynchronous = command as? any AsyncParsableCommand else {
                try command.run()
                exit(0)
            }
            // Handed over: nobody uses it here any more.
            nonisolated(unsafe) let handed = asynchronous
            Task { exit(await run(handed)) }
        } catch { exit(Failure.report(error)) }
        dispatchMain()
    }

    private static func run(_ command: sending any AsyncParsableCommand) async -> Int32 {
        var command = command
        do { try await command.run() } catch { return Failure.report(error) }
        return 0
    }
}

extension Main {
    /// A command that is written as it should be, parsed without a look at all the others; nil for
    /// everything else, about which the parser of the whole program knows what to say.
    private static func plain(_ arguments: [String]) -> (any ParsableCommand)? {
        var rest = arguments[...]
        var type: any ParsableCommand.Type = NLPipe.self
        while !type.configuration.subcommands.isEmpty {
            let name = rest.popFirst()
            let named = type.configuration.subcommands.first {
                $0.configuration.commandName == name
            }
            guard let named else { return nil }
            type = named
        }
        return try? type.parseAsRoot(Array(rest))
    }
}

/// The root command; it only lists the others.
struct NLPipe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nlpipe",
        abstract: "Runs a compression pipeline: only what is out of date, and says why.",
        discussion: """
            A project is a folder with a 'pipeline.yml'; commands work in any folder below it.
            '-C DIR' works as if started in DIR.

            EXAMPLES
              nlpipe repro                      bring everything up to date
              nlpipe status --explain           what would run, and why
              nlpipe metrics diff HEAD~1        metrics now against the last commit but one
              nlpipe predict package "so good"  label a text with the packaged model

            EXIT CODES
              0  fine
              1  a stage or the work itself failed
              2  the definition or the command line is wrong
              3  a gate or a test of quality says no
              4  it cannot say
              130  interrupted (SIGINT, SIGTERM or SIGHUP); a second signal ends it at once
            """,
        version: Main.version,
        subcommands: [
            InitCommand.self, ReproCommand.self, StatusCommand.self, DagCommand.self,
            CommitCommand.self, FreezeCommand.self, UnfreezeCommand.self, StageCommand.self,
            CheckoutCommand.self, UnprotectCommand.self, MetricsCommand.self, ParamsCommand.self,
            PlotsCommand.self, GateCommand.self, RunsCommand.self, CICommand.self,
            ExpCommand.self, WatchCommand.self, PredictCommand.self, ExportCommand.self,
            PushCommand.self, FetchCommand.self, PullCommand.self, RemoteCommand.self,
            GcCommand.self, CacheCommand.self, InstallCommand.self, MergeLockCommand.self,
            AddCommand.self, ImportURLCommand.self, UpdateCommand.self, DataCommand.self,
            CompletionCommand.self,
        ])
}
