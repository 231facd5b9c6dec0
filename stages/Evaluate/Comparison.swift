import Statistics

/// One model against the reference, row by row.
struct Comparison: Sendable {
    /// The two on one slice.
    struct OnSlice: Sendable {
        let slice: Slice
        let outcomes: PairedOutcomes
        /// McNemar's exact p-value, by itself and corrected for the number of slices.
        let exact, corrected: Double
    }

    let model: ModelResult
    let reference: ModelResult
    let outcomes: PairedOutcomes
    /// Of the difference of accuracies, rows taken as independent.
    let interval: Interval
    /// Of the same, by bootstrap over units.
    let intervalByUnit: Interval
    /// McNemar's exact p-value, by itself and corrected for the number of models.
    let exact, corrected: Double
    let nonInferiority: NonInferiority
    let slices: [OnSlice]

    /// Every model against the one that the parameters name; none if that is not there.
    static func all(
        _ results: [ModelResult], uncertainties: [Uncertainty], slices: Slices,
        parameters: EvaluateParameters
    ) throws -> [Comparison] {
        guard let reference = results.first(where: { $0.name == parameters.reference }) else {
            return []
        }
        let pairs = zip(results, uncertainties).filter { $0.0.name != reference.name }
        let others = pairs.map(\.0)
        let outcomes = try others.map {
            try PairedOutcomes(model: $0.right, reference: reference.right)
        }
        let exact = try outcomes.map { try McNemarTest($0).exact }
        let corrected = HolmCorrection.adjusted(exact)
        return try others.indices.map { index in
            try Comparison(
                others[index], reference, outcomes: outcomes[index], exact: exact[index],
                corrected: corrected[index], intervalByUnit: pairs[index].1.differenceByUnit,
                slices: slices, parameters: parameters)
        }
    }

    private init(
        _ model: ModelResult, _ reference: ModelResult, outcomes: PairedOutcomes, exact: Double,
        corrected: Double, intervalByUnit: Interval, slices: Slices,
        parameters: EvaluateParameters
    ) throws {
        self.model = model
        self.reference = reference
        self.outcomes = outcomes
        self.exact = exact
        self.corrected = corrected
        self.intervalByUnit = intervalByUnit
        interval = try PairedDifference(outcomes).interval(confidence: parameters.confidence)
        nonInferiority = try NonInferiority(
            outcomes,
            design: .init(
                margin: parameters.margin / 100, alpha: parameters.alpha, power: parameters.power))

        let (right, other) = (model.right, reference.right)
        let parts = try slices.all.map { slice in
            try PairedOutcomes(
                model: slice.rows.map { right[$0] }, reference: slice.rows.map { other[$0] })
        }
        let values = try parts.map { try McNemarTest($0).exact }
        let raised = HolmCorrection.adjusted(values)
        self.slices = slices.all.indices.map { index in
            OnSlice(
                slice: slices.all[index], outcomes: parts[index], exact: values[index],
                corrected: raised[index])
        }
    }

    /// One line for the stage's log.
    var line: String {
        let points = Table.number((1e4 * outcomes.difference).rounded() / 100)
        let needed = nonInferiority.verdict.rowsNeeded.map { ", \($0) rows would decide" } ?? ""
        return "\(model.name) against \(reference.name): \(points) points, "
            + "\(outcomes.gained) gained, \(outcomes.lost) lost, p \(Table.number(exact)), \(nonInferiority.verdict.word)\(needed)"
    }

    /// Slices on which the two differ, after correction.
    func slicesThatDiffer(alpha: Double) -> Int { slices.count { $0.corrected <= alpha } }
}

extension NonInferiority.Verdict {
    /// One word for reports.
    var word: String {
        switch self {
        case .pass: "pass"
        case .fail: "fail"
        case .inconclusive: "inconclusive"
        }
    }

    /// The same as a number, which metrics files hold.
    var number: Int {
        switch self {
        case .pass: 1
        case .fail: -1
        case .inconclusive: 0
        }
    }

    /// Rows that would decide; nil for a verdict that is decided.
    var rowsNeeded: Int? {
        if case .inconclusive(let rows) = self { rows } else { nil }
    }
}
