import BenchReport
import Foundation

/// The figures of one work.
struct Figures {
    /// Seconds of every round, less what the stages cost without a tool.
    var ours: [Double] = [], theirs: [Double] = []
    /// The same, whole.
    var whole: [Double] = []
    var megabytes: [Double] = []
    var foreign: [Double] = []
}

/// Lets both tools do a work in turns.
struct Referee {
    let tools: [Tool]
    let rounds: Int
    let progress: (String) -> Void

    /// Makes the projects, and measures.
    func run(_ work: Work) throws -> Figures {
        let players = try tools.filter { $0.kind == .nlpipe || work.peerRounds > 0 }
            .map { try Player(work, $0) }
        defer { for player in players { player.clear() } }
        var figures = Figures()
        for round in 0..<rounds {
            for player in players {
                let isOurs = player.tool.kind == .nlpipe
                guard isOurs || round < work.peerRounds else { continue }
                progress("\(work.id): round \(round + 1) of \(rounds), \(player.tool.kind)")
                let (cost, bare) = try player.round()
                let seconds = max(0, cost.seconds - bare) / Double(work.stages ?? 1)
                figures.foreign.append(cost.foreign)
                guard isOurs else {
                    figures.theirs.append(seconds)
                    continue
                }
                figures.ours.append(seconds)
                figures.whole.append(cost.seconds)
                figures.megabytes.append(cost.megabytes)
            }
        }
        return figures
    }
}

/// A tool and its copy of a work's project.
private struct Player {
    let tool: Tool
    private let work: Work
    private let folder: String
    private let command: Command

    init(_ work: Work, _ tool: Tool) throws {
        self.work = work
        self.tool = tool
        folder = "\(tool.scratch)/\(work.id)-\(tool.kind)"
        var environment = tool.environment
        environment["TOOL"] = tool.program
        environment["FORGET"] = tool.forget
        environment["FORGETFILES"] = tool.forgetFiles
        environment["ASIDE"] = "\(folder).aside"
        if work.anew { environment["NLPIPE_NO_ANSWERS"] = "1" }
        command = Command(folder: folder, environment: environment)
        clear()
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try command.sh(tool.setUp)
        try command.sh(work.project.data)
        try work.project.pipeline.write(
            toFile: "\(folder)/\(tool.pipelineFile)", atomically: true, encoding: .utf8)
        for line in work.prepare { try command.sh(line) }
    }

    /// One round: what it cost, and what the stages cost without a tool.
    func round() throws -> (cost: Cost, bare: Double) {
        for line in work.before { try command.sh(line) }
        var bare = 0.0
        if let script = work.bare {
            bare = try command.sh(script).seconds
            for line in work.before { try command.sh(line) }
        }
        let more = tool.kind == .nlpipe ? work.ours : []
        return (try command.run([tool.program] + work.arguments + more), bare)
    }

    func clear() {
        for path in [folder, "\(folder).remote", "\(folder).aside"] {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
