public import Tensors

/// Examples to train on or to validate with: token ids, labels, and what a teacher said of them.
public struct TrainingSet: Sendable {
    /// One sequence of token ids for each example, [CLS] and [SEP] included.
    public let tokens: [[Int32]]
    /// One class index for each example; -1 marks an example without a label.
    public let labels: [Int32]
    /// The teacher's logits, [examples, classes]; nil trains on the labels alone.
    public let teacherLogits: Tensor?
    /// The teacher's mean-pooled hidden states, student's layer (1 = first) → [examples, hidden].
    ///
    /// They feed the cosine loss. They are sentence vectors because student and teacher may cut the
    /// same text into different pieces, so their tokens have no common positions.
    public let teacherHidden: [Int: Tensor]
    /// The teacher that token states are learned from; nil for none.
    public let tokenTeacher: TokenTeacher?

    /// The number of examples.
    public var count: Int { tokens.count }

    /// Creates a set; the trainer checks that the parts fit each other and the model.
    public init(
        tokens: [[Int32]], labels: [Int32], teacherLogits: Tensor? = nil,
        teacherHidden: [Int: Tensor] = [:], tokenTeacher: TokenTeacher? = nil
    ) {
        self.tokens = tokens
        self.labels = labels
        self.teacherLogits = teacherLogits
        self.teacherHidden = teacherHidden
        self.tokenTeacher = tokenTeacher
    }
}
