import ContentStore
import Pipelines

/// Tries a stage again after a failure, as its `retries` say.
struct Attempts {
    let session: Session
    let stage: Stage
    let clock: StageClock
    let listener: Listener
    let cancelled: @Sendable () -> Bool

    /// Calls `body` with the number of the attempt, from 1, until one succeeds or none is left.
    ///
    /// Nothing of a failed attempt stays: its outs go, and those with `persist: true` are as they
    /// were. A stage without `retries` is left as it failed, to be looked at.
    func run<Result>(_ body: (Int) async throws -> Result) async throws -> Result {
        let most = stage.retries.attempts
        guard most > 0 else { return try await body(1) }
        let before = try keepPersistent()
        var number = 1
        while true {
            do { return try await body(number) } catch let error as EngineError
                where error.isOfAttempt
            {
                try cleanUp(before)
                guard number <= most else { throw error }
                let pause = stage.retries.delay(before: number)
                listener.send(
                    .retrying(
                        stage: stage.name, attempt: number, of: most + 1, message: "\(error)",
                        pause: pause.inSeconds))
                try await clock.wait(pause, cancelled: cancelled)
                number += 1
            }
        }
    }

    /// Copies of the outs that a run may change in place, by path; nil where nothing was.
    private func keepPersistent() throws -> [String: String?] {
        guard case .command = stage.action else { return [:] }
        var kept: [String: String?] = [:]
        let files = session.project.fileSystem
        for out in stage.outs where out.persist {
            let path = session.project.absolute(out.path)
            let copy = session.scratch.next()
            let isThere = try files.status(path) != nil
            if isThere { try session.workspace.copy(path, to: copy) }
            kept[out.path] = .some(isThere ? copy : nil)
        }
        return kept
    }

    private func cleanUp(_ before: [String: String?]) throws {
        guard case .command = stage.action else { return }
        for out in stage.outs {
            try session.workspace.remove(out.path)
            guard let copy = before[out.path] ?? nil else { continue }
            let place = session.scratch.next()
            try session.workspace.copy(copy, to: place)
            try session.workspace.place(place, at: out.path, scratch: session.scratch)
        }
    }
}

extension EngineError {
    /// The same with the place of what the command printed.
    func withLog(_ log: String?) -> EngineError {
        guard case .timedOut(let stage, let limit, let elapsed, _) = self else { return self }
        return .timedOut(stage: stage, limit: limit, elapsed: elapsed, log: log)
    }

    /// Whether another attempt may do better.
    var isOfAttempt: Bool {
        switch self {
        case .commandFailed, .moduleFailed, .timedOut, .outNotMade: true
        default: false
        }
    }
}
