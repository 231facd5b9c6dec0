/// Everything that the stage found, before it is written down.
struct EvaluationReport: Sendable {
    let results: [ModelResult]
    let comparisons: [Comparison]
    let units: RowUnits
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
        units = RowUnits(examples.rows, unit: parameters.bootstrap.unit)
        slices = Slices(examples, labels: labels, parameters: parameters.slices)
        comparisons = try Comparison.all(
            results, units: units, slices: slices, parameters: parameters)
    }
}
