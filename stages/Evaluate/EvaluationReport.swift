/// Everything that the stage found, before it is written down.
struct EvaluationReport: Sendable {
    let results: [ModelResult]
    /// One for each result.
    let uncertainties: [Uncertainty]
    let comparisons: [Comparison]
    let slices: Slices
    let examples: TestExamples
    let labels: [String]
    let parameters: EvaluateParameters

    init(
        _ results: [ModelResult], examples: TestExamples, labels: [String],
        parameters: EvaluateParameters
    ) throws {
        self.results = results
        self.examples = examples
        self.labels = labels
        self.parameters = parameters
        uncertainties = try Uncertainty.all(
            results, units: RowUnits(examples.rows, unit: parameters.bootstrap.unit),
            parameters: parameters)
        slices = Slices(examples, labels: labels, parameters: parameters.slices)
        comparisons = try Comparison.all(
            results, uncertainties: uncertainties, slices: slices, parameters: parameters)
    }
}
