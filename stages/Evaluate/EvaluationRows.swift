/// What every model is asked: the same rows in the same order.
struct EvaluationRows: Sendable {
    let test: TestExamples
    /// Fits temperatures, and nothing else.
    let valid: ValidExamples
    /// The test rows, altered in every way.
    let altered: [AlteredTexts]

    init(test: TestExamples, valid: ValidExamples, parameters: EvaluateParameters) {
        self.test = test
        self.valid = valid
        altered = Alteration.allCases.map { alteration in
            AlteredTexts(
                alteration: alteration,
                texts: test.rows.map { row in
                    alteration.text(of: row, typos: parameters.typos, seed: parameters.seed)
                })
        }
    }
}

/// All test texts after one alteration.
struct AlteredTexts: Sendable {
    let alteration: Alteration
    let texts: [String]
}
