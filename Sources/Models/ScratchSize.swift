extension Classifier {
    /// Floats of scratch memory that a training step on a batch of this size takes at most.
    ///
    /// `tokens` are those of the batch, `longest` those of its longest sequence. Counted are the
    /// states of every layer, the widest backward pass, and packed weights; a fifth is added for
    /// what lies between them.
    public func scratchFloats(tokens: Int, longest: Int, sequences: Int) -> Int {
        let hidden = config.hiddenSize
        // Attention's rows are padded to 16 columns.
        let padded = (longest + 15) / 16 * 16
        var kept = 4 * hidden
        var passing = 0
        var packed = hidden
        for layer in config.layers {
            let width = layer.heads * config.headSize
            kept += 5 * hidden + 4 * width + layer.heads * padded + layer.intermediate + 2
            passing = max(passing, 6 * hidden + 8 * width + 3 * layer.intermediate)
            packed = max(packed, (3 * width + 64) * hidden, (layer.intermediate + 64) * hidden)
        }
        let head = 4 * sequences * hidden
        return (tokens * (kept + passing) + 4 * packed + head) * 6 / 5 + (1 << 16)
    }
}
