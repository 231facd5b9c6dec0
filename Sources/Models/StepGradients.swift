public import Tensors

/// The gradients of one batch: word embeddings only for the pieces in it, all else in full.
///
/// A batch touches a few hundred of some thirty thousand rows of the word table, which is half of
/// the model. `Classifier.backward` writes these gradients, it does not add to them.
public final class StepGradients: @unchecked Sendable {
    /// The gradients of everything but the word embeddings, in the order of `Parameters`.
    public let dense: Parameters
    /// Ids of the word pieces in the batch, ascending.
    public private(set) var words: [Int32] = []
    /// Their gradients, `[words.count, hidden]`.
    public private(set) var rows = Tensor(zeros: [0, 1])
    /// For each token, the place of its piece in `words`.
    private(set) var places: [Int32] = []
    private let hidden: Int
    /// What is added to, and therefore begins at zero: all but the encoder's matrices.
    private let sums: [Tensor]

    /// Creates the gradients of a model of this shape.
    public init(config: EncoderConfig, classes: Int) {
        let all = Parameters.layout(config: config, classes: classes)
        let dense = Parameters(Array(all.dropFirst()))
        self.dense = dense
        hidden = config.hiddenSize
        sums = dense.names.filter { name in
            dense.shape(of: name).count == 1 || !name.hasPrefix("bert.encoder.")
        }.map { dense[$0] }
    }

    /// Begins a batch.
    func begin(_ batch: TokenBatch, compute: Compute) {
        words = batch.words
        var place: [Int32: Int32] = [:]
        place.reserveCapacity(words.count)
        for (index, id) in words.enumerated() { place[id] = Int32(clamping: index) }
        places = batch.ids.map { place[$0] ?? 0 }
        rows = compute.zeroScratch([words.count, hidden])
        for tensor in sums { tensor.fill(0) }
    }
}

/// Where a backward pass leaves the gradients of the model.
struct GradientTarget {
    /// Holds all names but perhaps the word embeddings'.
    let parameters: Parameters
    /// Word table or the rows of it that occur, and each token's row there.
    let words: Tensor
    let wordIndices: [Int32]
    /// Whether the matrices' gradients are added to what is there.
    let accumulates: Bool

    init(_ parameters: Parameters, ids: [Int32]) {
        self.parameters = parameters
        words = parameters[EmbeddingWeights.wordsName]
        wordIndices = ids
        accumulates = true
    }

    init(_ gradients: StepGradients) {
        parameters = gradients.dense
        words = gradients.rows
        wordIndices = gradients.places
        accumulates = false
    }
}
