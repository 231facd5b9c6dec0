import BenchReport
import Foundation

/// What two sides did in turns.
struct Outcome {
    /// The answers of the counted rounds.
    var ours: [[String: Double]] = [], theirs: [[String: Double]] = []
    /// What each said when it was ready.
    var aboutOurs = Answer(), aboutTheirs = Answer()
    /// Cores that others kept busy, a value for every turn.
    var foreign: [Double] = []
}

/// Lets two sides do the same work in turns: A B A B, the first rounds uncounted.
struct Alternation {
    let rounds: Int
    let warmups: Int
    /// New processes for every round, as for the memory of a whole run.
    let fresh: Bool
    let ours: (Side.Command, Settings)
    /// Nil where our side measures both.
    let theirs: (Side.Command, Settings)?
    let progress: (String) -> Void

    /// Runs all rounds.
    func run() throws -> Outcome {
        var outcome = Outcome()
        if fresh {
            for index in 0..<rounds {
                progress("round \(index + 1) of \(rounds)")
                try turn(ours, into: &outcome, \.ours, \.aboutOurs)
                if let theirs { try turn(theirs, into: &outcome, \.theirs, \.aboutTheirs) }
            }
            return outcome
        }
        let ours = try Side(ours.0, settings: ours.1)
        defer { ours.end() }
        let theirs = try theirs.map { try Side($0.0, settings: $0.1) }
        defer { theirs?.end() }
        outcome.aboutOurs = ours.about
        outcome.aboutTheirs = theirs?.about ?? Answer()
        for index in -warmups..<rounds {
            progress(index < 0 ? "warming up" : "round \(index + 1) of \(rounds)")
            let mine = try timed(ours)
            let other = try theirs.map { try timed($0) }
            guard index >= 0 else { continue }
            outcome.ours.append(mine.values)
            outcome.foreign.append(mine.foreign)
            if let other {
                outcome.theirs.append(other.values)
                outcome.foreign.append(other.foreign)
            }
        }
        return outcome
    }

    private func turn(
        _ spec: (Side.Command, Settings), into outcome: inout Outcome,
        _ values: WritableKeyPath<Outcome, [[String: Double]]>,
        _ about: WritableKeyPath<Outcome, Answer>
    ) throws {
        let side = try Side(spec.0, settings: spec.1)
        defer { side.end() }
        outcome[keyPath: about] = side.about
        let round = try timed(side)
        outcome[keyPath: values].append(round.values)
        outcome.foreign.append(round.foreign)
    }

    private func timed(_ side: Side) throws -> (values: [String: Double], foreign: Double) {
        // Thread pools of the side that has just finished go on spinning for a moment.
        Thread.sleep(forTimeInterval: 0.1)
        let clock = ContinuousClock(), start = clock.now
        let busy = CPUTime.ofMachine, own = side.cpuSeconds
        let values = try side.round()
        let seconds = (clock.now - start) / .seconds(1)
        let others = (CPUTime.ofMachine - busy) - (side.cpuSeconds - own)
        return (values, max(0, others) / max(seconds, 1e-3))
    }
}
