import Statistics
import Testing

private func refused(_ body: () throws -> Void, at location: SourceLocation = #_sourceLocation) {
    #expect(throws: StatisticsError.self, sourceLocation: location) { try body() }
}

@Test func `numbers that make no sense are refused`() throws {
    refused { _ = try BinomialDistribution(trials: -1, probability: 0.5) }
    refused { _ = try BinomialDistribution(trials: 1, probability: .nan) }
    refused { _ = try WilsonInterval.interval(successes: 3, trials: 2) }
    refused { _ = try WilsonInterval.interval(successes: 0, trials: -1) }
    refused { _ = try WilsonInterval.interval(successes: 1, trials: 2, confidence: 1) }
    refused { _ = try PairedOutcomes(both: 0, gained: -1, lost: 0, neither: 0) }
    refused { _ = try PairedOutcomes(model: [true], reference: []) }
    refused { _ = try PairedDifference(PairedOutcomes(model: [], reference: [])) }
    for (margin, alpha, power) in [
        (0, 0.05, 0.8), (1, 0.05, 0.8), (0.01, 0, 0.8), (0.01, 0.6, 0.8), (0.01, 0.05, 1),
        (0.01, 0.2, 0.1), (.nan, 0.05, 0.8),
    ] {
        refused { _ = try NonInferiority.Design(margin: margin, alpha: alpha, power: power) }
    }
    refused { _ = try Bootstrap(resamples: 9, seed: 0) }
    refused { _ = try Bootstrap(confidence: 0, seed: 0) }
    refused { _ = try Bootstrap(seed: 0).interval(units: 0, stream: "") { _ in 0 } }
    refused { _ = try Reliability(confidences: [0.5], right: []) }
    refused { _ = try Reliability(confidences: [1.5], right: [true]) }
    refused { _ = try Reliability(confidences: [.nan], right: [true]) }
    refused { _ = try Reliability(confidences: [0.5], right: [true], bins: 0) }
    let design = try NonInferiority.Design(margin: 0.01)
    refused { _ = try RepeatedRuns(differences: [], design: design) }
    refused { _ = try RepeatedRuns(differences: [0, 1.5], design: design) }
    refused { _ = try RepeatedRuns(differences: [.nan], design: design) }
    refused { _ = try LabelledLogits(logits: [], classes: []) }
    refused { _ = try LabelledLogits(logits: [[1, 2]], classes: [2]) }
    refused { _ = try LabelledLogits(logits: [[1, 2], [1]], classes: [0, 0]) }
    refused { _ = try LabelledLogits(logits: [[1, .infinity]], classes: [0]) }
    refused { _ = try LabelledLogits(logits: [[1, 2]], classes: []) }
}

@Test func `a refusal says what, what was expected and what was found`() {
    let error = StatisticsError.outOfRange(
        what: "alpha", expected: "above 0, at most 0.5", found: 0.7)
    #expect(
        error.description
            == "alpha is out of range\n  expected: above 0, at most 0.5\n  found:    0.7")
    #expect(
        StatisticsError.counts(what: "logits", expected: 2, found: 1).description
            == "logits: the numbers of entries differ\n  expected: 2\n  found:    1")
    #expect(
        StatisticsError.notFinite(what: "logits", index: 3).description
            == "logits: entry 3 is not a finite number")
}

@Test func `temperatures stay in their range where the likelihood has no minimum`() throws {
    let sure = try LabelledLogits(logits: [[3, 0], [0, 2]], classes: [0, 1])
    #expect(TemperatureScaling(fitting: sure).temperature == 0.05)
    #expect(!TemperatureScaling(fitting: sure).hasMinimum)
    let wrong = try LabelledLogits(logits: [[3, 0], [0, 2]], classes: [1, 0])
    #expect(TemperatureScaling(fitting: wrong).temperature == 20)
    #expect(!TemperatureScaling(fitting: wrong).hasMinimum)
    let blank = try LabelledLogits(logits: [[1, 1], [0, 0]], classes: [1, 0])
    #expect(TemperatureScaling(fitting: blank).temperature == 1)
    #expect(!TemperatureScaling(fitting: blank).hasMinimum)
    let both = try LabelledLogits(logits: [[3, 0], [3, 0], [3, 0]], classes: [0, 0, 1])
    #expect(TemperatureScaling(fitting: both).hasMinimum)
}

@Test func `a temperature never changes which class is likeliest`() throws {
    let random = CounterRandom(seed: 5, stream: "logits")
    let logits = (0..<200).map { row in
        (0..<4).map { 20 * random.uniform(4 * row + $0) - 10 }
    }
    let rows = try LabelledLogits(
        logits: logits, classes: (0..<200).map { random.index(1000 + $0, below: 4) })
    func likeliest(_ values: [Double]) -> Int? {
        values.indices.max { values[$0] < values[$1] }
    }
    let found = TemperatureScaling(fitting: rows).temperature
    for (scores, shares) in zip(logits, rows.probabilities(temperature: found)) {
        #expect(likeliest(scores) == likeliest(shares))
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    }
    #expect(
        rows.negativeLogLikelihood(temperature: found) <= rows.negativeLogLikelihood() + 1e-12)
}

@Test func `bins of equal mass take what bins of equal width leave out`() throws {
    let mass = try Reliability(
        confidences: [0.9, 0.9, 0.9, 0.91], right: [true, true, false, true], bins: 2,
        binning: .equalMass)
    #expect(mass.bins.map(\.rows) == [2, 2])
    let few = try Reliability(confidences: [0.3], right: [true], bins: 3, binning: .equalMass)
    #expect(few.bins.map(\.rows).reduce(0, +) == 1)
    let none = try Reliability(confidences: [], right: [], bins: 3, binning: .equalMass)
    #expect(none.expectedError == 0 && none.largestError == 0)
}
