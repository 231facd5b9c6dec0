import ArgumentParser
import Engine

struct ReproCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repro", abstract: "Brings stages up to date, running only what has to run.",
        discussion: """
            A target is a stage, a group of stages, or a path that a stage makes; without one, all
            stages are brought up to date. What was computed before comes from the cache. With -j
            stages that do not need each other run side by side; what they make, the lock and the
            order of the lines stay the same.

            EXAMPLES
              nlpipe repro
              nlpipe repro evaluate            this stage and what it needs
              nlpipe repro -s evaluate         this stage only
              nlpipe repro --downstream train  this stage and what follows it
              nlpipe repro -j 4 -k             four at a time, going on after failures
              nlpipe repro --dry --exit-code   what would happen, and why; 1 if anything would
              nlpipe repro -f --threads 1      everything again, on one thread
            """)

    @OptionGroup var flags: RunFlags
    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: "Stages that may run side by side; by default as many as their 'resources' allow.")
    var jobs: Int?
    @Flag(help: "Do not put what is made into the cache; 'nlpipe commit' does it later.")
    var noCommit = false
    @Flag(name: .shortAndLong, help: "Ask before each stage.")
    var interactive = false
    @Flag(help: "Say what would happen; do nothing.")
    var dry = false
    @Flag(help: "With --dry: exit with 1 if anything would run or be restored.")
    var exitCode = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) {
            throw ValidationError("'--jobs' is \(jobs); expected 1 to 1024")
        }
        if exitCode && !dry { throw ValidationError("'--exit-code' goes with '--dry'") }
    }

    func run() async throws {
        let opened = try OpenProject(global)
        var request = try flags.request(for: opened, dry: dry)
        // A question cannot be answered for two stages at once.
        request.jobs = interactive ? 1 : jobs
        request.keepsOuts = !noCommit
        if dry { return try plan(request, of: opened) }
        let run = PipelineRun(
            opened: opened, request: request, flags: flags, interactive: interactive)
        if let text = try await run.run().unchanged { Question()?.keep(text, of: opened) }
    }

    private func plan(_ request: RunRequest, of opened: OpenProject) throws {
        let console = Console()
        let planned = try Planner(project: opened.project).plan(
            request, sources: ImportSources(opened: opened).changes(of: request.stages))
        let isUpToDate = planned.allSatisfy { $0.prospect == .upToDate }
        var lines = flags.json ? [PlanText.json(planned)] : []
        if !flags.json, !flags.quiet {
            lines = planned.filter { flags.verbose || $0.prospect != .upToDate }
                .map(PlanText.line)
            if isUpToDate { lines.append("everything is up to date") }
        }
        let text = lines.map { $0 + "\n" }.joined()
        console.out.write(text.utf8)
        if exitCode, !isUpToDate { throw Incomplete() }
        Question()?.keep(text, of: opened)
    }
}
