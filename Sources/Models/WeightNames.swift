/// What checkpoints call the weights that nlpipe names in BERT's form.
struct WeightNames {
    let family: EncoderConfig.Family

    /// The canonical name in a checkpoint of the family.
    func canonical(_ name: String) -> String {
        guard family == .distilbert, name.hasPrefix("bert.") else { return name }
        var result = name
        for (bert, distilbert) in WeightNames.distilbert {
            if let range = result.ranges(of: bert).first {
                result.replaceSubrange(range, with: distilbert)
            }
        }
        return result
    }

    /// All names under which a checkpoint may hold a weight, the canonical one first: without the
    /// encoder's prefix, and norms with TensorFlow's `gamma` and `beta`.
    func candidates(_ name: String) -> [String] {
        let full = canonical(name)
        var result = [full]
        for prefix in ["bert.", "distilbert."] where full.hasPrefix(prefix) {
            result.append(String(full.dropFirst(prefix.count)))
        }
        for candidate in result {
            if candidate.hasSuffix("LayerNorm.weight") {
                result.append(candidate.dropLast("weight".count) + "gamma")
            } else if candidate.hasSuffix("LayerNorm.bias") {
                result.append(candidate.dropLast("bias".count) + "beta")
            }
        }
        return result
    }

    /// Replacements in order; the longer names come before those that they contain.
    private static let distilbert = [
        ("bert.encoder.layer.", "distilbert.transformer.layer."),
        ("bert.embeddings.", "distilbert.embeddings."),
        ("attention.self.query.", "attention.q_lin."),
        ("attention.self.key.", "attention.k_lin."),
        ("attention.self.value.", "attention.v_lin."),
        ("attention.output.dense.", "attention.out_lin."),
        ("attention.output.LayerNorm.", "sa_layer_norm."),
        (".intermediate.dense.", ".ffn.lin1."),
        (".output.dense.", ".ffn.lin2."),
        (".output.LayerNorm.", ".output_layer_norm."),
    ]
}
