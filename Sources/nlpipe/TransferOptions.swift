import ArgumentParser
import ContentStore
import Engine
import ParamValues
import Pipelines
import Synchronization

/// What `push`, `fetch` and `pull` have in common.
struct TransferOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The remote; the default one unless given.")
    var remote: String?
    @Option(name: .shortAndLong, help: "Objects on their way at the same time.")
    var jobs = 4
    @Flag(
        name: [.customShort("d"), .long], help: "Also what the targets are made from.")
    var withDeps = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...256).contains(jobs) else {
            throw ValidationError("'--jobs' is \(jobs); expected 1 to 256")
        }
    }

    /// The remote that is meant.
    func remote(of opened: OpenProject) throws -> Remote {
        let layout = opened.project.layout
        let found = try ConfigFiles(root: opened.root, layout: layout).read().remote(remote)
        return Remote(found, root: opened.root, layout: layout)
    }

    /// The stages whose outs are meant.
    func stages(_ targets: [String], of opened: OpenProject) throws -> [Stage] {
        try opened.stages(targets, single: !targets.isEmpty && !withDeps)
    }

    /// Transfers with a live line on a terminal, and an orderly stop on Ctrl-C.
    func run(
        _ verb: String, verify: Bool = false,
        _ work: (ObjectTransfer.Options) async throws -> TransferReport
    ) async throws -> TransferReport {
        Signals.catchInterrupts()
        let line = TransferLine(verb: verb, output: Console().error, visible: !json)
        var options = ObjectTransfer.Options()
        options.jobs = jobs
        options.verify = verify
        options.progress = line.show
        options.cancelled = Signals.isStopRequested
        defer { line.clear() }
        return try await work(options)
    }
}

extension Remote {
    /// The remote that the configuration describes.
    init(_ written: ProjectConfig.Remote, root: String, layout: Layout) {
        let transport: Transport =
            switch written.address(root: root) {
            case .folder(let folder): .folder(folder)
            case .rclone(let target, let environment):
                .rclone(Rclone(target: target, settings: environment))
            }
        self.init(name: written.name, transport, layout: layout)
    }
}

/// What a transfer did, in words and as JSON.
struct TransferText {
    let report: TransferReport
    let remote: Remote
    /// `pushed` or `fetched`.
    let done: String

    /// `3 files pushed`, as DVC says it.
    var line: String {
        if report.moved > 0 { return "\(TransferText.files(report.moved)) \(done)" }
        if report.runs > 0 { return "\(report.runs) run\(report.runs == 1 ? "" : "s") \(done)" }
        return "Everything is up to date."
    }

    /// Counts and problems.
    var json: [String: ParamValue] {
        [
            done: .int(report.moved), "bytes": .int(report.bytes), "present": .int(report.present),
            "runs": .int(report.runs), "missing": .list(report.missing.map(ParamValue.string)),
            "damaged": .list(report.damaged.map(ParamValue.string)),
            "unsigned": .int(report.unsigned),
        ]
    }

    /// What was passed over; nil where nothing was.
    var warning: String? {
        guard report.unsigned > 0 else { return nil }
        let runs = "\(report.unsigned) run\(report.unsigned == 1 ? "" : "s")"
        return "passed over \(runs) of remote '\(remote.name)' without the signature that "
            + "\(Seal.variable) asks for"
    }

    /// What is missing or damaged; nil where all is well.
    var problems: String? {
        guard !report.isComplete else { return nil }
        var lines = report.missing.map {
            "out '\($0)' is neither in the cache nor in remote '\(remote.name)'"
        }
        lines += report.damaged.map { "'\($0)' is damaged: left out" }
        lines.append(
            report.damaged.isEmpty || done == "pushed"
                ? "hint: 'nlpipe repro' makes it again; then 'nlpipe push' sends it"
                : "hint: 'nlpipe push --verify' from where it was made mends the remote")
        return lines.joined(separator: "\n")
    }

    static func files(_ count: Int) -> String { "\(count) file\(count == 1 ? "" : "s")" }
}

/// How far a transfer is: one live line on a terminal, nothing elsewhere.
final class TransferLine: Sendable {
    private let verb: String
    private let output: Console.Output
    private let visible: Bool
    private let shown = Mutex<ContinuousClock.Instant?>(nil)

    init(verb: String, output: Console.Output, visible: Bool) {
        self.verb = verb
        self.output = output
        self.visible = visible && output.isTerminal
    }

    @Sendable func show(_ progress: ObjectTransfer.Progress) {
        guard visible else { return }
        let now = ContinuousClock().now
        shown.withLock { last in
            // Ten a second are enough for an eye.
            if let last, last.duration(to: now) < .milliseconds(100) { return }
            last = now
            let text = "\(verb): \(progress.done) of \(TransferText.files(progress.total)), "
            let line = text + ByteText.text(progress.bytes)
            output.write("\r\u{1B}[2K\(line.prefix(max(10, output.width - 1)))".utf8)
        }
    }

    func clear() {
        shown.withLock { last in
            if last != nil { output.write("\r\u{1B}[2K".utf8) }
            last = nil
        }
    }
}
