public import Tensors

/// How token states become one vector a sequence.
public enum Pooling: String, Sendable {
    /// The mean over all tokens of the sequence, `[CLS]` and `[SEP]` included.
    case mean
    /// The state of the first token.
    case cls
}

/// A model that gives every token sequence one score per label.
public protocol SequenceClassifier: Sendable {
    /// The labels' names; class `i` is `labels[i]`.
    var labels: [String] { get }
    /// Number of weights.
    var parameterCount: Int { get }
    /// Longest sequence in tokens that the model takes.
    var maximumLength: Int { get }
    /// Scores before softmax, `[batch.count, labels.count]`; throws `ModelError` for a bad batch.
    func logits(_ batch: TokenBatch, compute: Compute) throws -> Tensor
}
