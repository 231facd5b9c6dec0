public import Tensors

extension EncoderConfig {
    /// Reads a `config.json` of Hugging Face's BERT or DistilBERT; throws `ModelError.badConfig`.
    ///
    /// Layers of different widths stand in an `nlpipe` object beside the standard keys.
    public init(json: JSONValue) throws {
        let reader = ConfigReader(json: json)
        let type = try reader.text("model_type")
        guard let family = Family(rawValue: type) else {
            throw ModelError.badConfig(
                key: "model_type",
                reason: "is not supported\n  expected: bert or distilbert\n  found:    '\(type)'")
        }
        let keys = ConfigKeys(family: family)
        let hidden = try reader.integer(keys.hiddenSize)
        let heads = try reader.integer(keys.heads)
        guard heads > 0, hidden > 0 else {
            throw ModelError.badConfig(
                key: keys.heads, reason: "must be positive, as '\(keys.hiddenSize)'")
        }
        if let kind = json["position_embedding_type"]?.string, kind != "absolute" {
            throw ModelError.badConfig(
                key: "position_embedding_type",
                reason: "'\(kind)' is not supported, only 'absolute'")
        }
        self.init(
            family: family, vocabularySize: try reader.integer("vocab_size"), hiddenSize: hidden,
            headSize: try reader.headSize(hidden: hidden, heads: heads, key: keys.heads),
            layers: try reader.layers(keys, heads: heads),
            maximumPositions: try reader.integer("max_position_embeddings"),
            typeVocabularySize: family == .bert
                ? try reader.integer("type_vocab_size", default: 2) : 0,
            layerNormEpsilon: try reader.float("layer_norm_eps", default: 1e-12),
            hiddenDropout: try reader.float(keys.hiddenDropout, default: 0.1),
            attentionDropout: try reader.float(keys.attentionDropout, default: 0.1),
            activation: try reader.activation(keys.activation),
            padTokenID: try reader.integer("pad_token_id", default: 0))
        try validate()
    }
}

/// The configuration keys that differ between families.
struct ConfigKeys {
    let hiddenSize, heads, layers, intermediate, hiddenDropout, attentionDropout, activation: String

    init(family: EncoderConfig.Family) {
        switch family {
        case .bert:
            hiddenSize = "hidden_size"
            heads = "num_attention_heads"
            layers = "num_hidden_layers"
            intermediate = "intermediate_size"
            hiddenDropout = "hidden_dropout_prob"
            attentionDropout = "attention_probs_dropout_prob"
            activation = "hidden_act"
        case .distilbert:
            hiddenSize = "dim"
            heads = "n_heads"
            layers = "n_layers"
            intermediate = "hidden_dim"
            hiddenDropout = "dropout"
            attentionDropout = "attention_dropout"
            activation = "activation"
        }
    }
}

/// Reads typed values of a configuration.
private struct ConfigReader {
    let json: JSONValue

    func text(_ key: String) throws -> String {
        guard let value = json[key] else { throw missing(key) }
        guard let text = value.string else { throw wrong(key, "text", value) }
        return text
    }

    func integer(_ key: String, default fallback: Int? = nil) throws -> Int {
        guard let value = json[key], value != .null else {
            guard let fallback else { throw missing(key) }
            return fallback
        }
        guard let integer = value.integer else { throw wrong(key, "an integer", value) }
        return integer
    }

    func float(_ key: String, default fallback: Float) throws -> Float {
        guard let value = json[key] else { return fallback }
        guard let number = value.number else { throw wrong(key, "a number", value) }
        return Float(number)
    }

    func activation(_ key: String) throws -> Activation {
        guard json[key] != nil else { return .gelu }
        let name = try text(key)
        switch name {
        case "gelu_pytorch_tanh": return .geluTanh
        default:
            guard let activation = Activation(rawValue: name) else {
                throw ModelError.badConfig(
                    key: key,
                    reason:
                        "is not supported\n  expected: gelu, gelu_new or relu\n  found:    '\(name)'"
                )
            }
            return activation
        }
    }

    func headSize(hidden: Int, heads: Int, key: String) throws -> Int {
        if let value = json["nlpipe"]?["head_size"] {
            guard let size = value.integer else {
                throw wrong("nlpipe.head_size", "an integer", value)
            }
            return size
        }
        guard hidden % heads == 0 else {
            throw ModelError.badConfig(
                key: key, reason: "\(heads) does not divide the width \(hidden)")
        }
        return hidden / heads
    }

    func layers(_ keys: ConfigKeys, heads: Int) throws -> [LayerShape] {
        let count = try integer(keys.layers)
        guard (1...256).contains(count) else {
            throw ModelError.badConfig(
                key: keys.layers,
                reason: "is out of range\n  expected: 1...256\n  found:    \(count)")
        }
        guard let own = json["nlpipe"]?["layers"] else {
            let shape = LayerShape(heads: heads, intermediate: try integer(keys.intermediate))
            return Array(repeating: shape, count: count)
        }
        guard let list = own.array, list.count == count else {
            throw ModelError.badConfig(
                key: "nlpipe.layers", reason: "does not list \(count) layers")
        }
        return try list.enumerated().map { index, layer in
            guard let heads = layer["heads"]?.integer,
                let intermediate = layer["intermediate"]?.integer
            else {
                throw ModelError.badConfig(
                    key: "nlpipe.layers[\(index)]", reason: "needs 'heads' and 'intermediate'")
            }
            return LayerShape(heads: heads, intermediate: intermediate)
        }
    }

    private func missing(_ key: String) -> ModelError { .badConfig(key: key, reason: "is missing") }

    private func wrong(_ key: String, _ expected: String, _ found: JSONValue) -> ModelError {
        .badConfig(
            key: key,
            reason: "has the wrong type\n  expected: \(expected)\n  found:    \(found.text())")
    }
}
