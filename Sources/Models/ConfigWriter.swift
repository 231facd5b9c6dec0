public import Tensors

extension EncoderConfig {
    /// The `config.json` of a classifier: Hugging Face's keys of the family, and an `nlpipe` object
    /// with what they cannot say (widths of each layer, head size, pooling).
    public func json(labels: [String], pooling: Pooling = .mean) -> JSONValue {
        let keys = ConfigKeys(family: family)
        var members: [String: JSONValue] = [
            "model_type": .string(family.rawValue),
            "architectures": .array([.string(architecture)]),
            "vocab_size": .integer(vocabularySize),
            keys.hiddenSize: .integer(hiddenSize),
            keys.heads: .integer(max(1, hiddenSize / max(1, headSize))),
            keys.layers: .integer(layers.count),
            keys.intermediate: .integer(layers.map(\.intermediate).max() ?? 0),
            keys.hiddenDropout: EncoderConfig.number(hiddenDropout),
            keys.attentionDropout: EncoderConfig.number(attentionDropout),
            keys.activation: .string(activation.rawValue),
            "max_position_embeddings": .integer(maximumPositions),
            "pad_token_id": .integer(padTokenID),
            "problem_type": .string("single_label_classification"),
            "id2label": .object(
                Dictionary(
                    uniqueKeysWithValues: labels.enumerated().map {
                        (String($0.offset), .string($0.element))
                    })),
            "label2id": .object(
                Dictionary(
                    labels.enumerated().map { ($0.element, .integer($0.offset)) },
                    uniquingKeysWith: { first, _ in first })),
            "nlpipe": .object([
                "layers": .array(
                    layers.map {
                        .object([
                            "heads": .integer($0.heads), "intermediate": .integer($0.intermediate),
                        ])
                    }),
                "head_size": .integer(headSize),
                "pooling": .string(pooling.rawValue),
            ]),
        ]
        if family == .bert {
            members["type_vocab_size"] = .integer(typeVocabularySize)
            members["position_embedding_type"] = .string("absolute")
        }
        members["layer_norm_eps"] = EncoderConfig.number(layerNormEpsilon)
        return .object(members)
    }

    private var architecture: String {
        switch family {
        case .bert: "BertForSequenceClassification"
        case .distilbert: "DistilBertForSequenceClassification"
        }
    }

    /// The shortest decimal number that is this float32, such as 0.1 rather than 0.10000000149.
    private static func number(_ value: Float) -> JSONValue {
        .number(Double("\(value)") ?? Double(value))
    }
}
