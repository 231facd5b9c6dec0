import ArgumentParser
import ContentStore
import Engine
import History
import ParamValues
import Pipelines

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Looks after what the cache keeps for the project.",
        subcommands: [DataStatusCommand.self])
}

struct DataStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Compares cached data: in the last commit, on record, and in the folder.",
        discussion: """
            'committed' is what the records say now against those of the last commit,
            'uncommitted' what is in the folder against the records. Paths of folders end in '/'.

            EXAMPLES
              nlpipe data status
              nlpipe data status --granular    the files of folders too
              nlpipe data status --json        as 'dvc data status --json' prints it
            """)

    @Flag(help: "Compare the files of folders too.") var granular = false
    @Flag(help: "Also list what is the same.") var unchanged = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        let report = try DataStatus(project: opened.project, granular: granular)
            .report(committed: committed(of: opened))
        let output = Console().out
        if json {
            output.line(DataStatusText.json(report, unchanged: unchanged))
            return
        }
        let lines = DataStatusText.lines(report, unchanged: unchanged)
        for line in lines { output.line(line) }
        if lines.isEmpty { output.line("No changes.") }
    }

    /// What the locks of HEAD record; nil where there is no commit.
    private func committed(of opened: OpenProject) throws -> [String: Content]? {
        guard let repository = try? Repository(containing: opened.root),
            let head = try? repository.resolve("HEAD")
        else { return nil }
        let files = try repository.files(of: head, below: opened.root)
        let layout = opened.project.layout
        let pipeline = try ProjectReader(files: files, layout: layout, knownModules: nil).read()
            .pipeline
        let lock = try LockFile(of: pipeline, layout: layout) { try files.text($0) }
        return DataStatus.contents(lock, of: pipeline)
    }
}

/// Differences of data, in words and as JSON.
enum DataStatusText {
    /// Only the parts that have something in them, as DVC prints it.
    static func json(_ report: DataStatus.Report, unchanged: Bool) -> String {
        var parts: [String: ParamValue] = [:]
        func list(_ paths: [String]) -> ParamValue { .list(paths.map(ParamValue.string)) }
        func changes(_ changes: DataStatus.Changes) -> ParamValue? {
            let kinds = kinds(changes).filter { !$0.paths.isEmpty }
            return kinds.isEmpty
                ? nil
                : .object(
                    Dictionary(kinds.map { ($0.name, list($0.paths)) }, uniquingKeysWith: { $1 }))
        }
        if !report.notInCache.isEmpty { parts["not_in_cache"] = list(report.notInCache) }
        parts["committed"] = changes(report.committed)
        parts["uncommitted"] = changes(report.uncommitted)
        if unchanged, !report.unchanged.isEmpty { parts["unchanged"] = list(report.unchanged) }
        return ParamValue.object(parts).canonicalText
    }

    static func lines(_ report: DataStatus.Report, unchanged: Bool) -> [String] {
        var lines: [String] = []
        func add(_ title: String, _ hint: String?, _ items: [String]) {
            guard !items.isEmpty else { return }
            lines.append("\(title):")
            if let hint { lines.append("  (\(hint))") }
            lines += items.map { "        \($0)" }
        }
        func items(_ changes: DataStatus.Changes) -> [String] {
            kinds(changes).flatMap { kind in kind.paths.map { "\(kind.name): \($0)" } }
        }
        add("Not in cache", "'nlpipe fetch' gets them", report.notInCache)
        add("Committed changes", "git commits the records", items(report.committed))
        add(
            "Uncommitted changes",
            "'nlpipe commit' takes them on record, 'nlpipe checkout' gives them up",
            items(report.uncommitted))
        if unchanged { add("Unchanged", nil, report.unchanged) }
        return lines
    }

    private static func kinds(
        _ changes: DataStatus.Changes
    ) -> [(name: String, paths: [String])] {
        [
            ("added", changes.added), ("modified", changes.modified),
            ("deleted", changes.deleted), ("unknown", changes.unknown),
        ]
    }
}
