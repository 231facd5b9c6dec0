import ContentStore
import Engine
import Foundation
import Glibc
import History
import Pipelines
import Synchronization

/// Writes a run into the history database while it happens, stage by stage in the order of the run.
///
/// The history is a record and not an input: whatever is wrong with it becomes a warning. Nothing is
/// opened before something happens that is worth recording.
final class RunRecorder: Sendable {
    /// Where the history of a project is, an absolute path.
    static func file(of opened: OpenProject) -> String {
        "\(opened.root)/\(opened.project.layout.home)/history.sqlite"
    }

    private let root: String
    private let layout: Layout
    private let pipeline: Pipeline
    private let threads: Int
    private let experiment: String?
    private let history: String
    private let started = Date().timeIntervalSince1970
    private let state = Mutex(State())
    private let live: Mutex<LiveRecord?>

    /// What is known so far.
    private struct State {
        var database: HistoryDatabase?
        var run: Int64?
        var isBroken = false
        var warnings: [String] = []
        var reasons: [String] = []
    }

    /// Creates a recorder for one run of stages of a project.
    ///
    /// - Parameters:
    ///   - experiment: the experiment that the run is of.
    ///   - history: the database, where it is not that of the project.
    init(
        _ opened: OpenProject, stages: [String], threads: Int, experiment: String? = nil,
        history: String? = nil
    ) {
        root = opened.root
        layout = opened.project.layout
        pipeline = opened.pipeline
        self.threads = threads
        self.experiment = experiment
        self.history = history ?? RunRecorder.file(of: opened)
        live = Mutex(nil)
        let record = LiveRecord(stages: stages) { [weak self] in self?.write($0, $1) }
        live.withLock { $0 = record }
    }

    /// What went wrong with the record, for showing at the end.
    var warnings: [String] { state.withLock(\.warnings) }

    /// Takes an event when it happens: what watchers see.
    func watch(_ event: RunEvent) { live.withLock { $0 }?.note(event) }

    private func write(_ stages: [LiveStage], _ points: [SeriesPoint]) {
        state.withLock { state in
            attempt(&state) { database, run in
                if !stages.isEmpty { try database.note(stages, run: run) }
                if !points.isEmpty { try database.record(points, run: run) }
            }
        }
    }

    /// Takes one event in the order of the stages: what stays on record.
    func note(_ event: RunEvent) {
        state.withLock { state in
            switch event {
            case .stageStarted(_, let why):
                state.reasons = why.reasons.map(\.description)
                // The run is on record before its first stage, so that a killed one is seen too.
                attempt(&state) { _, _ in }
            case .stageFinished(let stage, let trace):
                add(stage, .ran, state.reasons, trace: trace, to: &state)
            case .restored(let stage, let trace, let why):
                add(stage, .restored, why.reasons.map(\.description), trace: trace, to: &state)
            case .failed(let stage, _, let exitStatus, let duration):
                addUnfinished(stage, .failed, duration, exitStatus: exitStatus, to: &state)
            case .interrupted(let stage, let duration):
                addUnfinished(stage, .interrupted, duration, exitStatus: nil, to: &state)
            case .progress, .point, .message, .fact, .output, .skipped, .notRun, .retrying: break
            }
        }
    }

    /// The run is over, with `error` if it did not succeed.
    func finish(_ error: (any Error)? = nil) {
        let status: Run.Status =
            error == nil ? .succeeded : error is CancellationError ? .interrupted : .failed
        live.withLock { $0 }?.drain()
        state.withLock { state in
            guard state.run != nil else { return }
            let metrics = status == .succeeded ? currentMetrics() : []
            attempt(&state) { database, run in
                try database.finish(
                    run: run, status: status, at: Date().timeIntervalSince1970,
                    lock: try lockDigest(), metrics: metrics)
            }
        }
    }

    /// SHA-256 of the lock file as it is now; nil without one.
    private func lockDigest() throws -> String? {
        try WorkspaceFiles(root: root).read(layout.lockFile).map { Digest(of: $0).hex }
    }

    private func add(
        _ stage: String, _ verdict: StageRun.Verdict, _ reasons: [String], trace: Trace,
        to state: inout State
    ) {
        let record = StageRun(
            stage: stage, verdict: verdict, reasons: reasons,
            fingerprint: trace.fingerprint.digest.hex,
            duration: verdict == .ran ? trace.facts.duration : 0,
            // A command that ran to its end ended with 0; modules have no exit status.
            exitStatus: verdict == .ran && trace.fingerprint.code == nil ? 0 : nil,
            facts: trace.facts.stated)
        state.reasons = []
        attempt(&state) { try $0.record(record, run: $1) }
    }

    private func addUnfinished(
        _ stage: String, _ verdict: StageRun.Verdict, _ duration: Double, exitStatus: Int32?,
        to state: inout State
    ) {
        var record = StageRun(
            stage: stage, verdict: verdict, reasons: state.reasons, duration: duration)
        record.exitStatus = exitStatus.map(Int.init)
        state.reasons = []
        attempt(&state) { try $0.record(record, run: $1) }
    }

    /// Does something with the database, opening it first if need be; after a failure never again.
    private func attempt(_ state: inout State, _ body: (HistoryDatabase, Int64) throws -> Void) {
        guard !state.isBroken else { return }
        do {
            let database = try state.database ?? open(&state)
            state.database = database
            let run = try state.run ?? database.start(newRun())
            state.run = run
            try body(database, run)
        } catch {
            state.isBroken = true
            state.warnings.append("this run is not in the history: \(error)")
        }
    }

    private func open(_ state: inout State) throws -> HistoryDatabase {
        try FileManager.default.createDirectory(
            atPath: (history as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        let database = try HistoryDatabase(path: history)
        if let warning = database.warning { state.warnings.append(warning) }
        return database
    }

    private func newRun() -> Run {
        let repository = try? Repository(containing: root)
        let dirty = (try? repository?.isDirty()) ?? false
        var run = Run(
            started: started, commit: (try? repository?.head())?.id, dirty: dirty,
            patch: dirty ? try? repository?.patchID() : nil,
            commandLine: (["nlpipe"] + CommandLine.arguments.dropFirst()).joined(separator: " "),
            machine: Self.hostName, threads: threads, version: Main.version)
        run.experiment = experiment
        run.process = ProcessMark.own
        return run
    }

    /// The kernel's name for this host; asking Foundation may ask a name server.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func currentMetrics() -> [Metric] {
        let values = ProjectValues(files: WorkspaceFiles(root: root), pipeline: pipeline)
        return ((try? values.metrics()) ?? []).flatMap { file in
            file.entries.compactMap { entry in
                entry.value.number.map { Metric(file: file.path, key: entry.key, value: $0) }
            }
        }
    }
}
