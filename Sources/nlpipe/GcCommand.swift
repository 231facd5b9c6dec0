import ArgumentParser
import Engine
import Glibc
import ParamValues

struct GcCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Removes what is not needed any more from the cache.",
        discussion: """
            What 'pipeline.lock' names stays, always, with the runs that made it; with -a, -T, -A,
            --rev and --date also what the locks of other commits name. What is in a remote stays
            there. Of a cache that several projects share, name the others with -p: what only
            projects need that are not named goes.

            EXAMPLES
              nlpipe gc -w                     keep what the lock needs, nothing else
              nlpipe gc -a -T                  and what branches and tags need
              nlpipe gc --all-experiments      and what experiments need
              nlpipe gc --rev main -n 10       and the last ten commits of main
              nlpipe gc --keep-runs 3          and the last three runs of every stage
              nlpipe gc --max-size 20G         and as many of the last runs as fit
              nlpipe gc -w -p ../other         and what another project with this cache needs
              nlpipe gc -w --dry               say what would be removed
            """)

    @Flag(name: .shortAndLong, help: "Keep what 'pipeline.lock' in the workspace needs.")
    var workspace = false
    @OptionGroup var commits: CommitOptions
    @Option(
        name: .shortAndLong, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Also keep what these projects need, which share the cache; of their commits, those that are named for this one.",
            valueName: "folder"))
    var projects: [String] = []
    @Option(help: "Keep the last runs of every stage as well.")
    var keepRuns: Int?
    @Option(help: "Keep more of the last runs while the cache is no larger, such as 500M or 2GiB.")
    var maxSize: ByteSize?
    @Flag(help: "Say what would be removed; remove nothing.")
    var dry = false
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var force = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard workspace || commits.isGiven || keepRuns != nil || maxSize != nil else {
            throw ValidationError(
                "say what is to be kept: '-w', '-a', '-T', '-A', '--all-experiments', '--rev', "
                    + "'--date', '--keep-runs N' or '--max-size SIZE'")
        }
        guard (keepRuns ?? 0) >= 0 else {
            throw ValidationError("'--keep-runs' is \(keepRuns ?? 0); expected 0 or more")
        }
    }

    func run() throws {
        let opened = try OpenProject(global)
        let collection = GarbageCollection(project: opened.project)
        var scope = GarbageCollection.Scope()
        scope.keptRuns = keepRuns ?? 0
        scope.largestCache = maxSize?.bytes
        let console = Console()
        scope.otherLocks = try commits.locks(of: opened.root, all: true, console)
        let neighbours = try neighbours(of: opened, console)
        var report = try collection.run(scope, neighbours: neighbours, dry: true)
        if !dry, !report.isEmpty {
            try confirm(report, console)
            report = try collection.run(scope, neighbours: neighbours)
        }
        guard !json else {
            console.out.line(ParamValue.object(Self.json(report)).canonicalText)
            return
        }
        if report.isEmpty {
            console.out.line("Nothing to remove.")
        } else if dry {
            console.out.line("Would remove \(Self.words(report)).")
        } else {
            console.out.line("Removed \(Self.words(report)).")
        }
        if let maxSize, report.keptBytes > maxSize.bytes {
            let needed = ByteText.text(report.keptBytes)
            console.warn("what the lock and the kept runs need is larger: \(needed)")
        }
    }

    /// The projects that `-p` names.
    private func neighbours(
        of opened: OpenProject, _ console: Console
    ) throws -> [GarbageCollection.Neighbour] {
        let working = try global.workingFolder()
        return try projects.map { written in
            let other = try OpenProject(
                at: GlobalOptions.workingFolder(
                    of:
                        written.hasPrefix("/") ? written : "\(working)/\(written)"))
            guard other.project.layout.format == opened.project.layout.format else {
                throw Incomplete(
                    message: """
                        '\(written)' is a project of another kind
                        hint: projects of DVC and of nlpipe name objects differently and share none
                        """, exitCode: Failure.definition)
            }
            return GarbageCollection.Neighbour(
                other.project, otherLocks: try commits.locks(of: other.root, all: true, console))
        }
    }

    /// Asks on a terminal; without one nobody could answer, and nothing is removed.
    private func confirm(_ report: CollectionReport, _ console: Console) throws {
        guard !force else { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Incomplete(
                message: """
                    \(Self.words(report)) would be removed, and nobody can be asked
                    hint: -f removes without asking, --dry only says what
                    """, exitCode: Failure.definition)
        }
        console.error.write(
            "\(Self.words(report)) will be removed. Are you sure? [y/n] ".utf8)
        let answer = readLine(strippingNewline: true)?.lowercased()
        guard answer == "y" || answer == "yes" else {
            throw Incomplete(message: "nothing was removed")
        }
    }

    /// `3 objects and 1 run (1.2 MB)`.
    private static func words(_ report: CollectionReport) -> String {
        let objects = report.objects + report.damaged
        let runs = "\(report.runs) run\(report.runs == 1 ? "" : "s")"
        return "\(objects) object\(objects == 1 ? "" : "s") and \(runs) "
            + "(\(ByteText.text(report.bytes)))"
    }

    private static func json(_ report: CollectionReport) -> [String: ParamValue] {
        [
            "objects": .int(report.objects), "damaged": .int(report.damaged),
            "runs": .int(report.runs), "bytes": .int(report.bytes),
            "kept": .object([
                "objects": .int(report.keptObjects), "runs": .int(report.keptRuns),
                "bytes": .int(report.keptBytes),
            ]),
        ]
    }
}
