/// The stage's parameters, below `evaluate`.
struct EvaluateParameters: Decodable, Sendable, Equatable {
    /// What stands for independent rows when a sample is drawn again.
    enum Unit: String, Decodable, Sendable, CaseIterable {
        /// Every row by itself.
        case row
        /// All rows of a group together; rows without a group by themselves.
        case group
    }

    /// `bootstrap`: intervals by drawing again.
    struct BootstrapParameters: Decodable, Sendable, Equatable {
        /// Samples drawn.
        var resamples = 2000
        /// What is drawn.
        var unit = Unit.group
    }

    /// `slices`: parts of the test rows that are looked at one by one.
    struct SliceParameters: Decodable, Sendable, Equatable {
        /// Parts by the number of words, of about equally many rows.
        var lengthBins = 3
        /// Slices of fewer rows are left out.
        var minimumRows = 30
    }

    /// Sentences a batch when throughput is measured.
    var batchSize: Int
    /// Test sentences timed one by one.
    var latencySentences: Int
    /// Starts every draw: samples and typos.
    var seed: UInt64 = 0
    /// The model that the others are compared with.
    var reference = "teacher"
    /// The loss of accuracy that is still acceptable, in points.
    var margin = 1.5
    /// The chance to call a model good enough that is not.
    var alpha = 0.05
    /// The chance to decide, which the number of rows needed is for.
    var power = 0.8
    /// The confidence of every interval.
    var confidence = 0.95
    var bootstrap = BootstrapParameters()
    var slices = SliceParameters()
    /// The share of words that get a typo.
    var typos = 0.1

    /// Throws for values that nothing can be measured with; `models` are the names of all models.
    func validate(models: [String]) throws {
        try check(batchSize, in: 1...4096, "batch_size")
        try check(latencySentences, in: 1...1_000_000, "latency_sentences")
        try check(bootstrap.resamples, in: 10...100_000, "bootstrap.resamples")
        try check(slices.lengthBins, in: 1...100, "slices.length_bins")
        try check(slices.minimumRows, in: 1...1_000_000, "slices.minimum_rows")
        let known = models.joined(separator: ", ")
        try check(models.contains(reference), reference, known, "reference")
        try check(margin > 0 && margin < 100, margin, "points above 0, below 100", "margin")
        try check(alpha > 0 && alpha < 0.5, alpha, "above 0, below 0.5", "alpha")
        try check(power > alpha && power < 1, power, "above alpha, below 1", "power")
        try check(confidence > 0 && confidence < 1, confidence, "above 0, below 1", "confidence")
        try check(typos >= 0 && typos <= 1, typos, "0 to 1", "typos")
    }

    private func check(_ value: Int, in range: ClosedRange<Int>, _ key: String) throws {
        let expected = "\(range.lowerBound)…\(range.upperBound)"
        try check(range.contains(value), value, expected, key)
    }

    private func check(_ fits: Bool, _ found: some Any, _ expected: String, _ key: String) throws {
        guard fits else {
            throw EvaluateError.parameter(
                key: "evaluate.\(key)", expected: expected, found: "\(found)")
        }
    }
}

extension EvaluateParameters {
    private enum CodingKeys: String, CodingKey {
        case seed, reference, margin, alpha, power, confidence, bootstrap, slices, typos
        case batchSize = "batch_size"
        case latencySentences = "latency_sentences"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            batchSize: try values.decode(Int.self, forKey: .batchSize),
            latencySentences: try values.decode(Int.self, forKey: .latencySentences))
        seed = try values.decodeIfPresent(UInt64.self, forKey: .seed) ?? seed
        reference = try values.decodeIfPresent(String.self, forKey: .reference) ?? reference
        margin = try values.decodeIfPresent(Double.self, forKey: .margin) ?? margin
        alpha = try values.decodeIfPresent(Double.self, forKey: .alpha) ?? alpha
        power = try values.decodeIfPresent(Double.self, forKey: .power) ?? power
        confidence = try values.decodeIfPresent(Double.self, forKey: .confidence) ?? confidence
        bootstrap =
            try values.decodeIfPresent(BootstrapParameters.self, forKey: .bootstrap) ?? bootstrap
        slices = try values.decodeIfPresent(SliceParameters.self, forKey: .slices) ?? slices
        typos = try values.decodeIfPresent(Double.self, forKey: .typos) ?? typos
    }
}

extension EvaluateParameters.BootstrapParameters {
    private enum CodingKeys: String, CodingKey { case resamples, unit }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        resamples = try values.decodeIfPresent(Int.self, forKey: .resamples) ?? resamples
        unit = try values.decodeIfPresent(EvaluateParameters.Unit.self, forKey: .unit) ?? unit
    }
}

extension EvaluateParameters.SliceParameters {
    private enum CodingKeys: String, CodingKey {
        case lengthBins = "length_bins"
        case minimumRows = "minimum_rows"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        lengthBins = try values.decodeIfPresent(Int.self, forKey: .lengthBins) ?? lengthBins
        minimumRows = try values.decodeIfPresent(Int.self, forKey: .minimumRows) ?? minimumRows
    }
}
