import ContentStore
import Pipelines

/// Runs the commands of a stage, each in a shell of its own.
struct CommandRunner {
    let session: Session
    let listener: Listener
    let cancelled: @Sendable () -> Bool

    private static let keptOutput = 1 << 20

    /// Runs `stage`; the first command that fails ends it.
    ///
    /// The output goes to the listener and to the stage's log.
    func run(_ stage: Stage, commands: [String], deadline: Deadline) async throws {
        let project = session.project
        for out in stage.outs {
            if out.persist {
                // What the command writes must not go into the cache.
                try session.workspace.unprotect(out.path, scratch: session.scratch)
                try session.workspace.requireTargetInside(out.path)
            } else {
                try session.workspace.remove(out.path)
            }
            // DVC leaves it to the command.
            if project.layout.format == .native {
                try session.workspace.makeFolder(above: out.path)
            } else {
                try session.workspace.requireInside(out.path)
            }
        }
        var log: [UInt8] = []
        for command in commands {
            var late: EngineError?
            let process = Process(
                arguments: shell + [command], environment: environment(of: stage),
                folder: project.absolute(stage.workingDirectory))
            let ending = try await process.run(
                clock: deadline.clock, cancelled: cancelled,
                expired: {
                    if deadline.isOver { late = deadline.error(log: nil) }
                    return late != nil
                }
            ) { bytes, isError in
                listener.send(.output(stage: stage.name, bytes: bytes, isError: isError))
                log.append(contentsOf: bytes)
                if log.count > 2 * CommandRunner.keptOutput {
                    log.removeFirst(log.count - CommandRunner.keptOutput)
                }
            }
            if cancelled() { throw CancellationError() }
            if let late { throw late.withLog(keep(log, of: stage)) }
            guard ending == .code(0) else {
                let place = keep(log, of: stage)
                throw EngineError.commandFailed(
                    stage: stage.name, command: command, ending: ending, log: place)
            }
        }
        _ = keep(log, of: stage)
    }

    /// As DVC starts shells: without the user's start-up files.
    private var shell: [String] {
        let shell =
            session.project.environment["SHELL"].flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/sh"
        switch shell.split(separator: "/").last {
        case "bash": return [shell, "--noprofile", "--norc", "-c"]
        case "zsh": return [shell, "--no-rcs", "-c"]
        default: return [shell, "-c"]
        }
    }

    private func environment(of stage: Stage) -> [String: String] {
        session.project.environment.merging(
            ["NLPIPE_ROOT": session.project.root, "NLPIPE_STAGE": stage.name],
            uniquingKeysWith: { $1 }
        ).merging(
            session.project.layout.format == .native
                ? [:]
                : [
                    "DVC_ROOT": session.project.environment["DVC_ROOT"] ?? session.project.root,
                    "DVC_STAGE": stage.name,
                ], uniquingKeysWith: { $1 })
    }

    /// Writes the log beside the run's scratch files; nil where there is nothing, or no way, to
    /// write.
    private func keep(_ log: [UInt8], of stage: Stage) -> String? {
        guard !log.isEmpty else { return nil }
        let name = session.log(of: stage.name)
        let path = session.project.absolute(name)
        do {
            try session.project.fileSystem.makeFolder(
                session.project.absolute(
                    "\(session.project.layout.home)/tmp/logs"))
            try session.project.fileSystem.replace(
                path, with: log, temporary: session.scratch.next())
            return name
        } catch {
            return nil
        }
    }
}
