import BenchReport
import Foundation

/// Runs contests and makes rows of them.
struct Referee {
    let inputs: Inputs
    let rounds: Int
    let steps: Int
    let hasTiles: Bool
    let progress: (String) -> Void

    /// The rows of one contest.
    func run(_ contest: Contest) throws -> [Row] {
        var outcome = try Alternation(
            rounds: min(rounds, contest.mostRounds), warmups: contest.warmups,
            fresh: contest.fresh, ours: start(contest.ours), theirs: contest.theirs.map(start),
            progress: { progress("\(contest.name): \($0)") }
        ).run()
        if let total = contest.total {
            for index in outcome.ours.indices {
                outcome.ours[index]["seconds"] = total(outcome.ours[index])
            }
            for index in outcome.theirs.indices {
                outcome.theirs[index]["seconds"] = total(outcome.theirs[index])
            }
        }
        return contest.measures.filter { !($0.needsNoTiles && hasTiles) }.map {
            row($0, contest, outcome)
        }
    }

    private func start(
        _ side: (player: Contest.Player, settings: Settings)
    ) -> (Side.Command, Settings) {
        var settings = side.settings
        settings.project = inputs.project
        settings.scratch = inputs.scratch
        settings.steps = steps
        switch side.player {
        case .nlpipe(let kernel):
            var command = Side.Command(
                label: "nlpipe", program: Self.program, arguments: ["serve"])
            command.environment = kernel.map { ["NLPIPE_KERNEL": $0] } ?? [:]
            return (command, settings)
        case .peer:
            let threads = "\(settings.threads)"
            return (
                Side.Command(
                    label: "peer", program: inputs.python, arguments: [inputs.peer, "serve"],
                    environment: [
                        "OMP_NUM_THREADS": threads, "RAYON_NUM_THREADS": threads,
                        "TOKENIZERS_PARALLELISM": settings.threads == 1 ? "false" : "true",
                        "HF_HUB_OFFLINE": "1",
                    ]), settings
            )
        }
    }

    /// The medians of all figures but one.
    private static func parts(_ rounds: [[String: Double]], without key: String) -> String {
        Set(rounds.flatMap(\.keys)).subtracting([key]).sorted().map { name in
            let median = Spread(rounds.compactMap { $0[name] })?.median
            return "\(name) \(Figure(median ?? .nan))"
        }.joined(separator: ", ")
    }

    /// This very program.
    private static var program: String {
        let link = "/proc/self/exe"
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? link
    }

    private func row(_ measure: Contest.Measure, _ contest: Contest, _ outcome: Outcome) -> Row {
        let theirKey = measure.theirKey ?? measure.key
        let single = contest.theirs == nil
        let theirs = (single ? outcome.ours : outcome.theirs).compactMap { $0[theirKey] }
        let ours = outcome.ours.compactMap { $0[measure.key] }
        var notes = (outcome.aboutOurs.notes ?? []) + (outcome.aboutTheirs.notes ?? [])
        if contest.showsParts {
            notes.append("nlpipe: " + Self.parts(outcome.ours, without: measure.key))
            notes.append("peer: " + Self.parts(outcome.theirs, without: measure.key))
        }
        return Row(
            id: measure.id, title: measure.title, unit: measure.unit, direction: measure.direction,
            bar: measure.bar,
            ours: .init(
                name: measure.names?.ours ?? outcome.aboutOurs.name ?? "nlpipe", values: ours),
            theirs: .init(
                name: measure.names?.theirs ?? outcome.aboutTheirs.name ?? "peer", values: theirs),
            foreign: Spread(outcome.foreign), notes: contest.notes + notes,
            obstacle: measure.needsTiles && !hasTiles ? "no AMX" : nil)
    }
}
