import ParamValues
import StageKit
import Testing

@testable import EvaluateStage

private func decoded(_ extra: [(String, ParamValue)] = []) throws -> EvaluateParameters {
    let pairs = [("batch_size", ParamValue.int(4)), ("latency_sentences", .int(3))] + extra
    return try ParameterDecoder.decode(
        EvaluateParameters.self,
        from: .map(["evaluate": .map(.init(uniqueKeysWithValues: pairs))]), at: "evaluate",
        stage: "evaluate")
}

@Test func whatTheFileLeavesOutHasADefault() throws {
    let found = try decoded()
    #expect(found == EvaluateParameters(batchSize: 4, latencySentences: 3))
    #expect(found.reference == "teacher" && found.margin == 1.5 && found.alpha == 0.05)
    #expect(found.bootstrap.unit == .group && found.bootstrap.resamples == 2000)
    let some = try decoded([
        ("bootstrap", .map(["unit": .string("row")])),
        ("slices", .map(["minimum_rows": .int(7)])), ("margin", .int(2)),
    ])
    #expect(some.bootstrap == .init(resamples: 2000, unit: .row))
    #expect(some.slices == .init(lengthBins: 3, minimumRows: 7))
    #expect(some.margin == 2)
}

@Test func aMistypedKeyIsAnErrorAndNotADefault() {
    for extra in [
        ("margins", ParamValue.double(2)), ("slices", .map(["minimum_row": .int(7)])),
        ("bootstrap", .map(["unit": .string("film")])),
    ] {
        #expect(throws: ParameterError.self) { try decoded([extra]) }
    }
}

@Test(arguments: [
    ("batch_size", ParamValue.int(0)), ("latency_sentences", .int(0)), ("margin", .double(0)),
    ("margin", .int(100)), ("alpha", .double(0.5)), ("power", .double(0.01)), ("power", .int(1)),
    ("confidence", .int(1)), ("typos", .double(1.5)), ("reference", .string("techer")),
])
func aValueThatNothingCanBeMeasuredWithIsRefusedByItsKey(key: String, value: ParamValue) throws {
    var parameters = EvaluateParameters(batchSize: 4, latencySentences: 3)
    switch (key, value) {
    case ("batch_size", .int(let number)): parameters.batchSize = Int(number)
    case ("latency_sentences", .int(let number)): parameters.latencySentences = Int(number)
    default: parameters = try decoded([(key, value)])
    }
    let error = #expect(throws: EvaluateError.self) {
        try parameters.validate(models: CandidateLoader.names)
    }
    #expect(error?.description.hasPrefix("parameter 'evaluate.\(key)' is out of range") == true)
}

@Test func slicesAndSamplesHaveSizes() {
    for (resamples, bins, rows) in [(9, 3, 30), (2000, 0, 30), (2000, 3, 0)] {
        var parameters = EvaluateParameters(batchSize: 4, latencySentences: 3)
        parameters.bootstrap.resamples = resamples
        parameters.slices = .init(lengthBins: bins, minimumRows: rows)
        #expect(throws: EvaluateError.self) {
            try parameters.validate(models: CandidateLoader.names)
        }
    }
}

@Test func anUnknownReferenceNamesTheOnesThereAre() {
    var parameters = EvaluateParameters(batchSize: 4, latencySentences: 3)
    parameters.reference = "techer"
    #expect(
        throws: EvaluateError.parameter(
            key: "evaluate.reference", expected: "linear, teacher, student, pruned, int8",
            found: "techer")
    ) { try parameters.validate(models: CandidateLoader.names) }
}
