/// `calibration.json`: what makes the package's probabilities mean what they say.
struct Calibration: Encodable, Equatable {
    static let fileName = "calibration.json"

    var method = "temperature"
    /// What logits are divided by before softmax; the evaluate stage fitted it on validation rows.
    var temperature: Double

    /// Nil where the scores have no temperature.
    init?(_ scores: Scores) {
        guard let found = scores.models["int8"]?.calibrated?.temperature else { return nil }
        temperature = found
    }
}
