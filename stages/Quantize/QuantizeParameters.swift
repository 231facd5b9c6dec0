import Compression

/// The stage's parameters, below `quantize`.
struct QuantizeParameters: Decodable, Sendable, Equatable {
    /// Bits of an embedding value, 8 or 4.
    var embeddingBits: Int
    /// Embedding values that share a scale, for 4 bits.
    var embeddingGroup: Int
    /// Bits of a weight of the encoder, 8 or 4; nil: 8.
    var weightBits: Int?
    /// Weights that share a multiplier, for 4 bits; nil: 32.
    var weightGroup: Int?

    /// How weights of 4 bits are rounded; nil: to the nearest.
    var rounding: Rounding?
    /// Training rows that `gptq` reads; nil: 1024.
    var roundingRows: Int?
    /// Bytes that the weights' file may take, by matrices of 4 bits where they cost least; nil: any.
    var budgetBytes: Int?
    /// How integers are found; nil: after training.
    var method: Method?
    /// The recipe of the method `qat`; nil: the usual one.
    var qat: QuantizationTraining?

    enum Rounding: String, Decodable {
        /// Every weight by itself.
        case nearest
        /// The weights after it take up each weight's error.
        case gptq
    }

    enum Method: String, Decodable, CaseIterable {
        /// The weights as they are, rounded; inputs get their scales as they come.
        case dynamic
        /// The weights and their steps are trained for it.
        case qat
    }

    enum CodingKeys: String, CodingKey {
        case embeddingBits = "embedding_bits"
        case embeddingGroup = "embedding_group"
        case weightBits = "weight_bits"
        case weightGroup = "weight_group"
        case rounding
        case roundingRows = "rounding_rows"
        case budgetBytes = "budget_bytes"
        case method, qat
    }

    /// The options; throws `CompressionError.invalidOption` for values out of range.
    func options() throws -> QuantizationOptions {
        let options = QuantizationOptions(
            embeddingBits: embeddingBits, embeddingGroup: embeddingGroup,
            weightBits: weightBits ?? 8, weightGroup: weightGroup ?? 32)
        do {
            try options.validate()
        } catch CompressionError.invalidOption(let name, let found, let expected) {
            throw CompressionError.invalidOption(
                "quantize.\(name)", found: found, expected: expected)
        }
        try require("rounding_rows", roundingRows ?? 1, 1)
        try require("budget_bytes", budgetBytes ?? 1, 1)
        guard budgetBytes == nil || options.weightBits == 8 else {
            throw CompressionError.invalidOption(
                "quantize.weight_bits", found: "\(options.weightBits) with budget_bytes",
                expected: "8: the budget decides which matrices have 4")
        }
        guard rounding != .gptq || options.weightBits == 4 || budgetBytes != nil else {
            throw CompressionError.invalidOption(
                "quantize.rounding", found: "gptq with weight_bits \(options.weightBits)",
                expected: "nearest, or weight_bits: 4, or budget_bytes")
        }
        _ = try (qat ?? .usual).options()
        return options
    }

    private func require(_ key: String, _ value: Int, _ least: Int) throws {
        guard value >= least else {
            throw CompressionError.invalidOption(
                "quantize.\(key)", found: "\(value)", expected: "\(least) or more")
        }
    }
}
