public import Tensors

/// Widths of one encoder layer; pruning makes them differ from layer to layer.
public struct LayerShape: Sendable, Equatable {
    /// Number of attention heads.
    public var heads: Int
    /// Number of neurons between the two dense layers.
    public var intermediate: Int

    /// Creates a layer shape.
    public init(heads: Int, intermediate: Int) {
        self.heads = heads
        self.intermediate = intermediate
    }
}

/// What an encoder is made of; read from and written to Hugging Face's `config.json`.
public struct EncoderConfig: Sendable, Equatable {
    /// Which names and configuration keys the checkpoint used; inside, both look like BERT.
    public enum Family: String, Sendable { case bert, distilbert }

    /// Names and keys of the checkpoint that it came from, and goes back to.
    public var family: Family
    /// Number of word pieces.
    public var vocabularySize: Int
    /// Width of a token's state.
    public var hiddenSize: Int
    /// Width of one attention head, equal in all layers.
    public var headSize: Int
    /// Widths of every encoder layer, the first one first.
    public var layers: [LayerShape]
    /// Longest sequence in tokens.
    public var maximumPositions: Int
    /// Number of token types; 0 for DistilBERT, which has none.
    public var typeVocabularySize: Int
    /// Added to the variance in every layer norm.
    public var layerNormEpsilon: Float
    /// Dropout after embeddings and dense layers, and before the classifier.
    public var hiddenDropout: Float
    /// Dropout of attention probabilities.
    public var attentionDropout: Float
    /// Function between the two dense layers.
    public var activation: Activation
    /// Id of `[PAD]`; batches are packed, so it is only passed on.
    public var padTokenID: Int

    /// Creates a configuration without checking it; `validate()` does.
    public init(
        family: Family = .bert, vocabularySize: Int, hiddenSize: Int, headSize: Int,
        layers: [LayerShape], maximumPositions: Int, typeVocabularySize: Int = 2,
        layerNormEpsilon: Float = 1e-12, hiddenDropout: Float = 0.1,
        attentionDropout: Float = 0.1, activation: Activation = .gelu, padTokenID: Int = 0
    ) {
        self.family = family
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.headSize = headSize
        self.layers = layers
        self.maximumPositions = maximumPositions
        self.typeVocabularySize = typeVocabularySize
        self.layerNormEpsilon = layerNormEpsilon
        self.hiddenDropout = hiddenDropout
        self.attentionDropout = attentionDropout
        self.activation = activation
        self.padTokenID = padTokenID
    }
}
