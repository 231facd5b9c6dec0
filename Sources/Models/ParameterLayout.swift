import Tensors

extension Parameters {
    /// Zeros for every weight of a classifier.
    public convenience init(config: EncoderConfig, classes: Int) {
        self.init(Parameters.layout(config: config, classes: classes))
    }

    /// Names and shapes of every weight of a classifier, in buffer order.
    ///
    /// Query, key and value lie side by side so that one product computes all three.
    public static func layout(
        config: EncoderConfig, classes: Int
    ) -> [(name: String, shape: [Int])] {
        let hidden = config.hiddenSize
        var layout: [(name: String, shape: [Int])] = []
        func add(_ name: String, _ shape: Int...) { layout.append((name, shape)) }
        add(EmbeddingWeights.wordsName, config.vocabularySize, hidden)
        add("bert.embeddings.position_embeddings.weight", config.maximumPositions, hidden)
        if config.typeVocabularySize > 0 {
            add("bert.embeddings.token_type_embeddings.weight", config.typeVocabularySize, hidden)
        }
        add("bert.embeddings.LayerNorm.weight", hidden)
        add("bert.embeddings.LayerNorm.bias", hidden)
        for (index, layer) in config.layers.enumerated() {
            let prefix = "bert.encoder.layer.\(index)."
            let width = layer.heads * config.headSize
            for name in ["query", "key", "value"] {
                add("\(prefix)attention.self.\(name).weight", width, hidden)
            }
            for name in ["query", "key", "value"] {
                add("\(prefix)attention.self.\(name).bias", width)
            }
            add("\(prefix)attention.output.dense.weight", hidden, width)
            add("\(prefix)attention.output.dense.bias", hidden)
            add("\(prefix)attention.output.LayerNorm.weight", hidden)
            add("\(prefix)attention.output.LayerNorm.bias", hidden)
            add("\(prefix)intermediate.dense.weight", layer.intermediate, hidden)
            add("\(prefix)intermediate.dense.bias", layer.intermediate)
            add("\(prefix)output.dense.weight", hidden, layer.intermediate)
            add("\(prefix)output.dense.bias", hidden)
            add("\(prefix)output.LayerNorm.weight", hidden)
            add("\(prefix)output.LayerNorm.bias", hidden)
        }
        add("classifier.weight", classes, hidden)
        add("classifier.bias", classes)
        return layout
    }

    /// Throws `ModelError.badParameters` unless names and shapes are those of `layout`, in order.
    func require(_ layout: [(name: String, shape: [Int])]) throws {
        for (name, shape) in layout {
            guard has(name) else { throw ModelError.badParameters("there is no '\(name)'") }
            guard self.shape(of: name) == shape else {
                throw ModelError.badParameters(
                    """
                    '\(name)' has the wrong shape
                      expected: \(shape)
                      found:    \(self.shape(of: name))
                    """)
            }
        }
        guard names == layout.map(\.name) else {
            throw ModelError.badParameters("it has other weights, or another order of them")
        }
    }
}

/// The weights, or the gradients, of the embeddings.
struct EmbeddingWeights {
    let words, positions: Tensor
    let types: Tensor?
    let gamma, beta: Tensor

    /// The parameter that holds the word embeddings, the first of all.
    static let wordsName = "bert.embeddings.word_embeddings.weight"

    init(_ parameters: Parameters) {
        self.init(parameters, words: parameters[EmbeddingWeights.wordsName])
    }

    /// The tables with the words' from elsewhere.
    init(_ parameters: Parameters, words: Tensor) {
        self.words = words
        let prefix = "bert.embeddings."
        positions = parameters["\(prefix)position_embeddings.weight"]
        let name = "\(prefix)token_type_embeddings.weight"
        types = parameters.has(name) ? parameters[name] : nil
        gamma = parameters["\(prefix)LayerNorm.weight"]
        beta = parameters["\(prefix)LayerNorm.bias"]
    }
}

/// The weights, or the gradients, of one encoder layer.
struct LayerWeights {
    /// `[3 · width, hidden]` and `[3 · width]`: query, key, value.
    let qkv, qkvBias: Tensor
    let context, contextBias, contextGamma, contextBeta: Tensor
    let intermediate, intermediateBias: Tensor
    let output, outputBias, outputGamma, outputBeta: Tensor

    init(_ parameters: Parameters, layer: Int) {
        let prefix = "bert.encoder.layer.\(layer)."
        func view(_ name: String) -> Tensor { parameters[prefix + name] }
        let query = view("attention.self.query.weight")
        qkv = parameters.buffer.view(
            from: parameters.range(of: "\(prefix)attention.self.query.weight").lowerBound,
            shape: [3 * query.rows, query.columns])
        qkvBias = parameters.buffer.view(
            from: parameters.range(of: "\(prefix)attention.self.query.bias").lowerBound,
            shape: [3 * query.rows])
        context = view("attention.output.dense.weight")
        contextBias = view("attention.output.dense.bias")
        contextGamma = view("attention.output.LayerNorm.weight")
        contextBeta = view("attention.output.LayerNorm.bias")
        intermediate = view("intermediate.dense.weight")
        intermediateBias = view("intermediate.dense.bias")
        output = view("output.dense.weight")
        outputBias = view("output.dense.bias")
        outputGamma = view("output.LayerNorm.weight")
        outputBeta = view("output.LayerNorm.bias")
    }
}
