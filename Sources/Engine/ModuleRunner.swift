import ContentStore
import ParamValues
import Pipelines
import StageKit
import Synchronization

/// Runs a stage module in this process.
///
/// It writes to scratch places; nothing of it is seen in the workspace before it is committed.
struct ModuleRunner {
    let session: Session
    let threads: Int
    let listener: Listener
    let cancelled: @Sendable () -> Bool

    /// Runs `stage`; `checkpoints` is where it may keep its state while it runs.
    ///
    /// - Parameter deps: what it reads, relative to the root.
    /// - Returns: out path → the absolute path where the module was to make it; and what it stated.
    func run(
        _ stage: Stage, module: any StageModule.Type, deadline: Deadline, deps: [String],
        values: Preflight.Values,
        provenance: [ProvenanceRecord], checkpoints: String
    ) async throws -> (outs: [String: String], stated: [String: String]) {
        let outs = try places(for: stage)
        let stated = Stated()
        let context = StageContext(
            stage: stage.name, threads: threads, deps: absolute(deps), outs: outs,
            parameters: ModuleRunner.nest(values), provenance: provenance,
            checkpointFolder: checkpoints,
            emit: { [listener] event in
                stated.note(event)
                listener.send(RunEvent(event, stage: stage.name))
            },
            cancelled: { [cancelled] in cancelled() || deadline.isOver })
        do {
            try await module.init().run(context)
        } catch let error as CancellationError {
            try remove(outs)
            guard !cancelled(), deadline.isOver else { throw error }
            throw deadline.error(log: nil)
        } catch {
            try remove(outs)
            throw EngineError.moduleFailed(stage: stage.name, reason: "\(error)")
        }
        return (outs, stated.all)
    }

    /// The paths are those of the fingerprint: patterns as what they match.
    private func absolute(_ paths: [String]) -> [String: String] {
        Dictionary(
            paths.map { ($0, session.project.absolute($0)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Removes what a failed attempt wrote.
    private func remove(_ places: [String: String]) throws {
        for place in places.values { try session.project.fileSystem.remove(place) }
    }

    /// A scratch place for each out, under its own name in a folder of its own.
    private func places(for stage: Stage) throws -> [String: String] {
        var places: [String: String] = [:]
        for out in stage.outs {
            let folder = session.scratch.next()
            try session.project.fileSystem.makeFolder(folder)
            // By bytes, as the kernel does.
            let name = out.path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) }
            let place = "\(folder)/\(name ?? "out")"
            if out.persist {
                try session.workspace.copy(session.project.absolute(out.path), to: place)
            }
            places[out.path] = place
        }
        return places
    }

    /// Values by dotted key, as the nested map that they were taken from.
    static func nest(_ values: Preflight.Values) -> ParamValue {
        values.reduce(.map([:])) { root, value in
            merge(value.value, at: value.key.split(separator: ".")[...], into: root)
        }
    }

    private static func merge(
        _ value: ParamValue, at path: ArraySlice<Substring>, into old: ParamValue?
    ) -> ParamValue {
        guard let first = path.first.map(String.init) else {
            guard case .map(var known) = old, case .map(let more) = value else { return value }
            for (key, value) in more { known[key] = value }
            return .map(known)
        }
        guard case .map(var map) = old else {
            return merge(value, at: path, into: .map([:]))
        }
        map[first] = merge(value, at: path.dropFirst(), into: map[first])
        return .map(map)
    }
}

/// The circumstances that a module states while it runs; what is said twice keeps its last value.
private final class Stated: Sendable {
    private let facts = Mutex<[String: String]>([:])

    var all: [String: String] { facts.withLock { $0 } }

    func note(_ event: StageEvent) {
        guard case .fact(let name, let value) = event else { return }
        facts.withLock { $0[name] = value }
    }
}

extension RunEvent {
    init(_ event: StageEvent, stage: String) {
        switch event {
        case .progress(let fraction, let detail):
            self = .progress(stage: stage, fraction: fraction, detail: detail)
        case .point(let series, let step, let value):
            self = .point(stage: stage, series: series, step: step, value: value)
        case .message(let text): self = .message(stage: stage, text: text)
        case .fact(let name, let value): self = .fact(stage: stage, name: name, value: value)
        }
    }
}
