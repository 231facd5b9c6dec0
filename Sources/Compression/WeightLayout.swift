import Models

/// What becomes of a parameter when a classifier is quantized.
enum WeightRole: Sendable, Equatable {
    /// Word embeddings: in the wanted number of bits.
    case table
    /// A dense layer of the encoder: in the wanted number of bits.
    case matrix
    /// Position embeddings: in 8 bits.
    case positions
    /// Biases, layer norms, token types and the classifier head: float32.
    case float
}

/// Name, shape and role of every parameter of a classifier, in its checkpoint's order.
struct WeightLayout: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        let name: String
        let shape: [Int]
        let role: WeightRole
    }

    let entries: [Entry]

    static let words = "bert.embeddings.word_embeddings.weight"
    static let positions = "bert.embeddings.position_embeddings.weight"
    static let types = "bert.embeddings.token_type_embeddings.weight"

    init(_ config: EncoderConfig, classes: Int) {
        let hidden = config.hiddenSize
        var entries = [
            Entry(name: Self.words, shape: [config.vocabularySize, hidden], role: .table),
            Entry(
                name: Self.positions, shape: [config.maximumPositions, hidden], role: .positions),
        ]
        if config.typeVocabularySize > 0 {
            entries.append(
                Entry(name: Self.types, shape: [config.typeVocabularySize, hidden], role: .float))
        }
        entries += Self.pair("bert.embeddings.LayerNorm", [hidden], .float)
        for (index, layer) in config.layers.enumerated() {
            let prefix = "bert.encoder.layer.\(index)"
            let width = layer.heads * config.headSize
            for role in ["query", "key", "value"] {
                entries += Self.pair("\(prefix).attention.self.\(role)", [width, hidden], .matrix)
            }
            entries += Self.pair("\(prefix).attention.output.dense", [hidden, width], .matrix)
            entries += Self.pair("\(prefix).attention.output.LayerNorm", [hidden], .float)
            let neurons = layer.intermediate
            entries += Self.pair("\(prefix).intermediate.dense", [neurons, hidden], .matrix)
            entries += Self.pair("\(prefix).output.dense", [hidden, neurons], .matrix)
            entries += Self.pair("\(prefix).output.LayerNorm", [hidden], .float)
        }
        self.entries = entries + Self.pair("classifier", [classes, hidden], .float)
    }

    /// The parameter of dense layers and layer norms: a weight and a bias per row.
    private static func pair(_ name: String, _ shape: [Int], _ role: WeightRole) -> [Entry] {
        [
            Entry(name: "\(name).weight", shape: shape, role: role),
            Entry(name: "\(name).bias", shape: [shape[0]], role: .float),
        ]
    }
}
