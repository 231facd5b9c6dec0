public import History
import ParamValues
public import Pipelines
import Statistics

/// Judges gates by the working folder and by the revisions that they name.
public struct GateJudge {
    private let pipeline: Pipeline
    private let base: String?
    private let read: (String?) throws -> ProjectValues?
    private let size: (String) throws -> Int?
    private let checks: [String: CheckOutcome]
    private var known: [String: ProjectValues?] = [:]

    /// Creates a judge.
    ///
    /// - Parameters:
    ///   - pipeline: the pipeline that the gates are of, for the lines that errors show.
    ///   - base: the revision to compare with instead of those that gates name.
    ///   - values: the project at a revision, in the working folder for nil; nil without a pipeline.
    ///   - size: the bytes of a file or of all files of a folder; nil where there is none.
    ///   - checks: how the commands of gates ended, by the gate's name.
    public init(
        pipeline: Pipeline, base: String? = nil,
        values: @escaping (String?) throws -> ProjectValues?,
        size: @escaping (String) throws -> Int?, checks: [String: CheckOutcome] = [:]
    ) {
        self.pipeline = pipeline
        self.base = base
        self.size = size
        self.checks = checks
        read = values
    }

    /// The answers, in the order of `gates`.
    ///
    /// Throws `DefinitionError` for every gate that names a revision that cannot be read, and
    /// `RepositoryError` where the caller named it.
    public mutating func results(of gates: [Gate]) throws -> [GateResult] {
        var unreadable: [Diagnostic] = []
        var results: [GateResult] = []
        for gate in gates {
            do {
                results.append(try result(of: gate))
            } catch let error as RepositoryError where base == nil {
                let lines = error.description.split(separator: "\n", maxSplits: 1)
                unreadable.append(
                    pipeline.diagnostic(
                        at: gate.places["against"] ?? gate.location,
                        "gate '\(gate.name)': \(lines.first ?? "")",
                        hint: lines.dropFirst().first.map { String($0.trimmingPrefix("hint: ")) }))
            }
        }
        guard unreadable.isEmpty else { throw DefinitionError(diagnostics: unreadable) }
        return results
    }

    private mutating func values(_ revision: String?) throws -> ProjectValues? {
        let key = revision ?? ""
        if let found = known[key] { return found }
        let found = try read(revision)
        known[key] = found
        return found
    }

    private mutating func result(of gate: Gate) throws -> GateResult {
        switch gate.demand {
        case .number(let bound): return try number(bound, gate)
        case .accuracy(let bound): return try accuracy(bound, gate)
        case .regression(let bound): return try regression(bound, gate)
        case .size(let bound): return try size(bound, gate)
        case .command(let check): return command(check, gate)
        }
    }

    // MARK: - Numbers

    private mutating func number(_ bound: Gate.NumberBound, _ gate: Gate) throws -> GateResult {
        let expected = GateWords.bounds(bound.bounds)
        func result(_ verdict: GateVerdict, _ found: String) -> GateResult {
            GateResult(gate: gate, verdict: verdict, expected: expected, found: found)
        }
        let now = try look(up: bound.number, nil)
        guard let value = now.value else { return result(.fail, now.problem) }
        var numbers: [String: ParamValue] = ["value": .double(value)]
        var judged = value
        var words = GateWords.plain(bound.number.key, value)
        let revision = bound.against.map { base ?? $0 }
        if let divisor = bound.over ?? (revision == nil ? nil : bound.number) {
            let other = try look(up: divisor, bound.over == nil ? revision : nil)
            // What this moment lacks is wrong; what another one lacks only leaves it open.
            guard let under = other.value else {
                return result(bound.over == nil ? .inconclusive : .fail, other.problem)
            }
            judged = value / under
            words = GateWords.ratio(
                bound.number.key, over: bound.over?.key, revision: revision, judged,
                parts: (value, under))
            numbers["divisor"] = .double(under)
            numbers["ratio"] = judged.isFinite ? .double(judged) : .null
        }
        let isHeld = judged.isFinite && bound.bounds.hold(judged)
        var found = result(isHeld ? .pass : .fail, words)
        found.numbers = numbers
        return found
    }

    /// A number of a metrics file, or why there is none.
    private mutating func look(
        up number: Gate.Number, _ revision: String?
    ) throws -> (value: Double?, problem: String) {
        guard let file = try values(revision)?.valueFile(number.file) else {
            return (nil, GateWords.noFile(number.file, revision))
        }
        if let problem = file.problem {
            return (nil, GateWords.unreadable(number.file, revision, problem))
        }
        let entry = file.entries.first { $0.key == number.key }
        guard let entry else {
            return (nil, GateWords.noKey(number, revision, file.entries.map(\.key)))
        }
        guard let value = entry.value.number, value.isFinite else {
            return (nil, GateWords.noNumber(number, revision, entry.value))
        }
        return (value, "")
    }

    // MARK: - Predictions

    private mutating func accuracy(
        _ bound: Gate.AccuracyBound, _ gate: Gate
    ) throws -> GateResult {
        let expected = GateWords.accuracy(bound)
        let (file, problem) = try predictions(bound.predictions, nil)
        guard let file else {
            return GateResult(gate: gate, verdict: .fail, expected: expected, found: problem)
        }
        let test = try SmallestAccuracy(
            right: file.right, rows: file.rows, min: bound.min, alpha: bound.alpha,
            power: bound.power)
        var result = GateResult(
            gate: gate, verdict: test.verdict, expected: expected,
            found: GateWords.accuracy(test), rowsNeeded: test.rowsNeeded)
        result.numbers = [
            "accuracy": .double(test.accuracy), "rows": .int(file.rows),
            "interval": .list([.double(test.interval.low), .double(test.interval.high)]),
            "p": .double(test.tooSmall), "min": .double(bound.min), "alpha": .double(bound.alpha),
        ]
        return result
    }

    private mutating func regression(
        _ bound: Gate.RegressionBound, _ gate: Gate
    ) throws -> GateResult {
        let revision = bound.against.map { base ?? $0 }
        let expected = GateWords.regression(bound)
        func result(_ verdict: GateVerdict, _ found: String) -> GateResult {
            GateResult(gate: gate, verdict: verdict, expected: expected, found: found)
        }
        let (model, missing) = try predictions(bound.predictions, nil)
        guard let model else { return result(.fail, missing) }
        let other = bound.reference ?? bound.predictions
        let (reference, absent) = try predictions(other, revision)
        guard let reference else {
            return result(revision == nil ? .fail : .inconclusive, absent)
        }
        let pair = try PairedRows(model: model, reference: reference)
        guard pair.outcomes.rows > 0 else {
            return result(.inconclusive, GateWords.noCommonRows(other, revision))
        }
        let test = try LargestRegression(
            pair.outcomes, margin: bound.margin, alpha: bound.alpha, power: bound.power)
        var found = result(
            test.verdict, GateWords.regression(test, bound, revision, leftOut: pair.leftOut))
        found.rowsNeeded = test.rowsNeeded
        found.numbers = [
            "difference": .double(pair.outcomes.difference), "rows": .int(pair.outcomes.rows),
            "interval": .list([.double(test.interval.low), .double(test.interval.high)]),
            "gained": .int(pair.outcomes.gained), "lost": .int(pair.outcomes.lost),
            "left_out": .int(pair.leftOut), "worse_p": .double(test.worse),
            "mcnemar_p": .double(test.differs), "power": .double(test.power),
            "margin": .double(bound.margin), "alpha": .double(bound.alpha),
        ]
        return found
    }

    private mutating func predictions(
        _ path: String, _ revision: String?
    ) throws -> (PredictionFile?, problem: String) {
        let found = try values(revision)?.predictions([path]).first
        if let found, found.problem == nil, found.rows > 0 { return (found, "") }
        return (nil, GateWords.noPredictions(path, revision, found?.problem))
    }

    // MARK: - Sizes and commands

    private func size(_ bound: Gate.SizeBound, _ gate: Gate) throws -> GateResult {
        let expected = GateWords.sizes(bound.bounds)
        guard let bytes = try size(bound.path) else {
            return GateResult(
                gate: gate, verdict: .fail, expected: expected,
                found: GateWords.noFile(bound.path, nil))
        }
        var result = GateResult(
            gate: gate, verdict: bound.bounds.hold(Double(bytes)) ? .pass : .fail,
            expected: expected, found: GateWords.size(bound.path, bytes))
        result.numbers = ["bytes": .int(bytes)]
        return result
    }

    private func command(_ check: Gate.Check, _ gate: Gate) -> GateResult {
        let outcome = checks[gate.name]
        var result = GateResult(
            gate: gate, verdict: outcome?.status == 0 ? .pass : .fail,
            expected: GateWords.command(check), found: GateWords.ending(outcome, check))
        result.output = outcome?.output ?? ""
        result.seconds = outcome?.seconds ?? 0
        result.numbers = ["status": outcome?.status.map { .int(Int($0)) } ?? .null]
        return result
    }
}
