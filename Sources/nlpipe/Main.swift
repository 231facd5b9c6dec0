import ArgumentParser
import ContentStore
import Glibc

/// The program: reads the command line, runs one command, and turns its result into an exit code.
@main
enum Main {
    /// The version that `--version` prints and that runs are recorded with.
    static let version = "0.1.0"

    static func main() async {
        Console.reserveOutputs()
        Signals.prepare()
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    private static func run(_ arguments: [String]) async -> Int32 {
        do {
            try Failpoint.check()
            let arguments = GlobalOptions.afterCommand(arguments)
            var command = try plain(arguments) ?? NLPipe.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return Failure.report(error)
        }
    }
}

extension Main {
    /// A command that is written as it should be, parsed without a look at all the others; nil for
    /// everything else, about which the parser of the whole program knows what to say.
    private static func plain(_ arguments: [String]) -> (any ParsableCommand)? {
        guard let name = arguments.first,
            let type = NLPipe.configuration.subcommands.first(where: {
                $0.configuration.commandName == name
            }), type.configuration.subcommands.isEmpty
        else { return nil }
        return try? type.parseAsRoot(Array(arguments.dropFirst()))
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
              130  interrupted (SIGINT, SIGTERM or SIGHUP); a second signal ends it at once
            """,
        version: Main.version,
        subcommands: [
            InitCommand.self, ReproCommand.self, StatusCommand.self, DagCommand.self,
            CommitCommand.self, FreezeCommand.self, UnfreezeCommand.self, StageCommand.self,
            CheckoutCommand.self, UnprotectCommand.self, MetricsCommand.self, ParamsCommand.self,
            PlotsCommand.self,
            PredictCommand.self,
            PushCommand.self, FetchCommand.self, PullCommand.self, RemoteCommand.self,
            GcCommand.self, CacheCommand.self, InstallCommand.self, MergeLockCommand.self,
            AddCommand.self, ImportURLCommand.self, UpdateCommand.self, DataCommand.self,
            CompletionCommand.self,
        ])
}
