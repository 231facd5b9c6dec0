import ArgumentParser
import ContentStore
import Engine
import Foundation
import History
import ParamValues
import Pipelines

struct ExpRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the pipeline and keeps the result as an experiment.",
        discussion: """
            Without more it is 'repro' in the working folder, with the parameters that -S sets; the
            result is kept as a commit that no branch shows. With --temp, --queue or several values
            it runs in a copy of the project, which shares the cache: what is known is not made again.

            -S takes DVC's form: 'key=value' changes what is there, '+key=value' adds, '++key=value'
            does either, '~key' takes away; 'a,b,c', 'choice(a,b)' and 'range(start,stop,step)' are
            several values, and several -S make a grid. What has several values runs at once, -j of
            them side by side, unless --queue is given.

            EXAMPLES
              nlpipe exp run                               keep what the pipeline makes now
              nlpipe exp run -S train.lr=0.01 -n slow -m 'a lower rate'
              nlpipe exp run --temp -S other.yaml:depth=4  in a copy, the working folder stays
              nlpipe exp run -S lr=0.1,0.01 -S 'epochs=range(1,4)' -j 2
              nlpipe exp run -S lr=0.1,0.01 --queue        later, by:
              nlpipe exp run --run-all -j 2
              nlpipe exp run -S 'seed=range(1,1000)' --random 20 --seed 7
            """)

    @OptionGroup var flags: RunFlags
    @Option(
        name: [.customShort("S"), .customLong("set-param")],
        help: ArgumentHelp(
            "Set a parameter; may be given several times.", valueName: "[file:]key=value"))
    var settings: [String] = []
    @Option(name: .shortAndLong, help: "What to call it; several get -1, -2, … after it.")
    var name: String?
    @Option(name: .shortAndLong, help: "The message of its commit.")
    var message: String?
    @Flag(help: "Only put it into the queue.")
    var queue = false
    @Flag(help: "Run all that waits in the queue.")
    var runAll = false
    @Flag(help: "Run in a copy, and leave the working folder as it is.")
    var temp = false
    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: "Experiments that run side by side, each in its copy.")
    var jobs = 1
    @Option(
        name: [.customLong("copy-paths")],
        help: "Copy a path that git does not keep into the copy; may be given several times.")
    var copyPaths: [String] = []
    @Option(help: "Take so many points of the grid by chance.")
    var random: Int?
    @Option(help: "With --random: another seed gives other points.")
    var seed: UInt64 = 0
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...256).contains(jobs) else {
            throw ValidationError("'--jobs' is \(jobs); expected 1 to 256")
        }
        if let random, random < 1 {
            throw ValidationError("'--random' is \(random); expected 1 or more")
        }
        if runAll, queue || temp || !settings.isEmpty || name != nil {
            throw ValidationError("'--run-all' goes with '-j' and nothing else")
        }
        if queue && temp { throw ValidationError("'--queue' and '--temp' exclude each other") }
    }

    func run() async throws {
        let place = try ExperimentPlace(global)
        try ProjectFolder.ensure(in: place.root)
        let runs = ExperimentRuns(
            place: place, jobs: jobs, quiet: flags.quiet, verbose: flags.verbose, json: flags.json)
        if runAll { return try await runs.runQueue() }
        if let name, let problem = Experiment.problem(ofName: name) {
            throw RepositoryError.badExperimentName(name, reason: problem)
        }
        let grid = try ParamGrid(settings.map(ParamOverride.init))
        let places = grid.places(random: random ?? .max, seed: seed)
        guard places.count <= 10_000 else {
            throw Incomplete(
                message: "the grid has \(grid.count) points\nhint: --random N takes some of them",
                exitCode: Failure.definition)
        }
        let isSweep = grid.isSweep
        guard queue || isSweep || temp else { return try await runHere(place, grid[0]) }
        let names = try enqueue(places.map { grid[$0] }, isSweep: isSweep, at: place)
        if !queue { try await runs.runQueue(only: names) }
    }

    // MARK: In the working folder

    private func runHere(_ place: ExperimentPlace, _ point: ParamGrid.Point) async throws {
        let files = LocalFileSystem()
        try files.makeFolder(place.copies)
        guard let held = try files.lock("\(place.copies)/.workspace.lock") else {
            throw Incomplete(
                message: "another experiment runs in the working folder\n"
                    + "hint: --temp runs beside it")
        }
        defer { withExtendedLifetime(held) {} }
        ExperimentCopy.sweep(place)
        let here = try Repository(containing: place.root).experiments()
            .filter { $0.baseline == place.baseline.id }
        if let name, !flags.force, here.contains(where: { $0.name == name }) {
            throw RepositoryError.experimentExists(name)
        }
        var generator = SystemRandomNumberGenerator()
        let name =
            name ?? ExperimentNames.fresh(avoiding: Set(here.map(\.name)), using: &generator)
        for file in try place.replacements(point) {
            try files.replace(
                "\(place.root)/\(file.path)", with: Array(file.text.utf8),
                temporary: "\(place.copies)/.param-\(UInt64.random(in: .min ... .max))")
        }
        let opened = try OpenProject(
            at: try global.workingFolder(),
            variables: ExperimentPlace.variables(name: name, baseline: place.baseline.id))
        var request = try flags.request(for: opened)
        request.jobs = nil
        try await PipelineRun(
            opened: opened, request: request, flags: flags, experiment: name
        ).run()
        let tree = try ExperimentPlace.snapshot(
            of: opened.pipeline, root: place.root, layout: place.layout,
            scratch: "\(place.copies)/.work")
        let outcome = try place.keep(
            tree: tree, baseline: place.baseline.id, name: name, message: message,
            force: flags.force)
        if flags.json {
            var fields = outcome.fields
            fields["event"] = .string("experiment")
            Console().out.json(fields)
        } else if !flags.quiet {
            Console().out.line(ExperimentText.line(outcome))
        }
    }

    // MARK: In copies

    /// Puts the points of a grid into the queue, all with the files as they are now, and gives their
    /// names.
    private func enqueue(
        _ points: [ParamGrid.Point], isSweep: Bool, at place: ExperimentPlace
    ) throws -> Set<String> {
        let opened = try OpenProject(at: try global.workingFolder())
        let copies = try copyPaths.map { try rooted($0, place) }
        let tree = try ExperimentPlace.snapshot(
            of: opened.pipeline, root: place.root, layout: place.layout,
            scratch: "\(place.copies)/.work")
        let queue = ExperimentQueue(root: place.root)
        let waiting = try queue.entries()
        let known = try Repository(containing: place.root).experiments()
            .filter { $0.baseline == place.baseline.id }.map(\.name)
        var taken = Set(known + waiting.map(\.order.name))
        var generator = SystemRandomNumberGenerator()
        var number = (waiting.map(\.order.number).max() ?? 0) + 1
        // All are looked at before the first is put there.
        let orders = try points.enumerated().map { index, point in
            var order = ExperimentQueue.Order(
                name: "", message: message,
                settings: point.map {
                    ($0.override.file.map { "\($0):" } ?? "")
                        + "\($0.override.key)=\($0.value.displayText)"
                }, copies: copies, arguments: flags.arguments, folder: place.folder,
                number: number)
            number += 1
            if let name {
                order.name = isSweep ? "\(name)-\(index + 1)" : name
                let isQueued = waiting.contains { $0.order.name == order.name && !$0.hasFailed }
                if isQueued || !flags.force && taken.contains(order.name) {
                    throw RepositoryError.experimentExists(order.name)
                }
            } else {
                order.name = ExperimentNames.fresh(avoiding: taken, using: &generator)
            }
            taken.insert(order.name)
            return (order, try place.replacements(point))
        }
        for (order, replacements) in orders {
            let own =
                replacements.isEmpty
                ? tree : try place.tree.tree(basedOn: tree, replacing: replacements)
            try queue.add(order, tree: own, baseline: place.baseline.id)
            guard self.queue, !flags.quiet, !flags.json else { continue }
            let settings = order.settings.joined(separator: ", ")
            Console().out.line(
                "queued '\(order.name)'" + (settings.isEmpty ? "" : ": \(settings)"))
        }
        return Set(orders.map(\.0.name))
    }

    /// A path of the command line, relative to the root.
    private func rooted(_ path: String, _ place: ExperimentPlace) throws -> String {
        let joined = place.folder.isEmpty ? path : "\(place.folder)/\(path)"
        var names: [Substring] = []
        for name in joined.split(separator: "/") where name != "." {
            if name == ".." {
                guard names.popLast() != nil else {
                    throw UsageError.unreadable(path: path, reason: "it is outside of the project")
                }
            } else {
                names.append(name)
            }
        }
        return names.joined(separator: "/")
    }
}
