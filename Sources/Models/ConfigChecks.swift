extension EncoderConfig {
    /// Throws `ModelError.badConfig` when a number is out of range or two do not fit together.
    public func validate() throws {
        try require("vocab_size", vocabularySize, 1...2_000_000)
        try require("hidden_size", hiddenSize, 1...16_384)
        try require("num_hidden_layers", layers.count, 1...256)
        try require("max_position_embeddings", maximumPositions, 1...65_536)
        try require("type_vocab_size", typeVocabularySize, 0...256)
        try require("head size", headSize, 1...4_096)
        for (index, layer) in layers.enumerated() {
            try require("layers[\(index)].heads", layer.heads, 1...1_024)
            try require("layers[\(index)].intermediate", layer.intermediate, 1...65_536)
        }
        try require("layer_norm_eps", layerNormEpsilon, below: 1)
        try require("hidden dropout", hiddenDropout, below: 0.95)
        try require("attention dropout", attentionDropout, below: 0.95)
    }

    private func require(_ key: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ModelError.badConfig(
                key: key, reason: "is out of range\n  expected: \(range)\n  found:    \(value)")
        }
    }

    private func require(_ key: String, _ value: Float, below limit: Float) throws {
        guard value >= 0, value < limit else {
            throw ModelError.badConfig(
                key: key,
                reason: "is out of range\n  expected: 0..<\(limit)\n  found:    \(value)")
        }
    }

    /// Throws `ModelError.badBatch` for an empty sequence, one that is too long, or a bad id.
    public func check(_ batch: TokenBatch) throws {
        guard batch.count > 0 else { throw ModelError.badBatch("it has no sequences") }
        for sequence in 0..<batch.count {
            let length = batch.length(sequence)
            guard length > 0 else { throw ModelError.badBatch("sequence \(sequence) is empty") }
            guard length <= maximumPositions else {
                throw ModelError.badBatch(
                    """
                    sequence \(sequence) is too long
                      expected: at most \(maximumPositions) tokens
                      found:    \(length)
                    """)
            }
        }
        if let bad = batch.ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
            throw ModelError.badBatch(
                "token id \(bad) is not in the vocabulary of \(vocabularySize) pieces")
        }
    }
}
