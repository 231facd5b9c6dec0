import ArgumentParser
import Foundation
import History
import ParamValues

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Shows runs that are under way, also from another terminal.",
        discussion: """
            Stages, how far they are, the time left going by their last runs, and the newest values
            of the series that they report. Only reads: the run does not notice. Ends when the runs
            have ended. On a terminal the picture is drawn anew; elsewhere a line is printed for
            what is new.

            EXAMPLES
              nlpipe watch
              nlpipe watch --wait              wait for a run to begin
              nlpipe watch --json | jq -c .    an object for everything that happens
            """)

    @Flag(help: "Where nothing is under way, wait until something is.")
    var wait = false
    @Flag(help: "Print one JSON object a line for everything that happens.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        let file = "\(root)/\(try ProjectRoot.layout(of: root).home)/history.sqlite"
        Signals.catchInterrupts()
        let console = Console()
        var screen = Screen(output: console.out)
        var changes = WatchedChanges()
        var followed: [Int64] = []
        while !Signals.isStopRequested() {
            var runs: [WatchedRun] = []
            if let database = try open(file) {
                let underWay = try database.runsUnderWay(on: RunRecorder.hostName).compactMap(\.id)
                // One that ended since the last look is told of once more.
                let wanted = Set(followed + underWay).sorted()
                runs = try wanted.compactMap { try database.run($0) }
                    .map { try WatchedRun($0, of: database) }.map { settled($0, underWay) }
                followed = underWay
            }
            let news = changes.since(runs)
            if json {
                for change in news {
                    console.out.line(ParamValue.object(change.json).canonicalText)
                }
            } else if console.out.isTerminal {
                let now = Date().timeIntervalSince1970
                let expected = HistoryDatabase.lastDurations(in: file)
                screen.draw(
                    runs.filter { $0.run.status == .running }
                        .flatMap { $0.lines(at: now, expected: expected) },
                    after: news.filter { $0.isLasting }.compactMap(\.text))
            } else {
                for change in news { if let text = change.text { console.out.line(text) } }
            }
            if followed.isEmpty, !wait || !runs.isEmpty {
                if runs.isEmpty, !json { console.error.line("no run is under way") }
                return
            }
            try await Task.sleep(for: .milliseconds(250))
        }
        screen.draw([], after: [])
    }

    private func open(_ file: String) throws -> HistoryDatabase? {
        // A database without this version's tables has no run under way that could be watched.
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        do { return try HistoryDatabase.watching(file) } catch HistoryError.newer { return nil }
    }

    /// A run whose process is gone is over, whatever the record still says.
    private func settled(_ watched: WatchedRun, _ underWay: [Int64]) -> WatchedRun {
        var watched = watched
        if watched.run.status == .running, !underWay.contains(watched.run.id ?? 0) {
            watched.run.status = .interrupted
        }
        return watched
    }
}

extension WatchedChanges.Change {
    /// Whether it stays on a terminal, above the picture.
    fileprivate var isLasting: Bool {
        guard text != nil else { return false }
        return json["event"] != .string("progress") && json["state"] != .string("running")
    }
}

/// Lines at the end of a terminal that are drawn again and again.
private struct Screen {
    let output: Console.Output
    private var height = 0

    init(output: Console.Output) { self.output = output }

    mutating func draw(_ lines: [String], after lasting: [String]) {
        guard output.isTerminal else { return }
        var text = height > 0 ? "\u{1B}[\(height)A\u{1B}[J" : ""
        for line in lasting { text += "\(line)\n" }
        let width = max(10, output.width - 1)
        for line in lines { text += "\(line.prefix(width))\n" }
        height = lines.count
        output.write(text.utf8)
    }
}
