/// How to train: the recipe's numbers, named as in the literature.
public struct TrainingOptions: Sendable, Equatable, Codable {
    /// The peak learning rate, reached at the end of the warm-up.
    public var learningRate: Double
    /// AdamW's decoupled weight decay; matrices only, never biases or layer norms.
    public var weightDecay: Double
    /// The fraction of all steps over which the learning rate rises linearly from zero.
    public var warmup: Double
    /// Passes over the training set.
    public var epochs: Int
    /// Sentences in a step.
    public var batchSize: Int
    /// The largest global L2 norm that gradients may have; longer ones are scaled down.
    public var clip: Double
    /// Drives the order of the batches and the dropout masks.
    public var seed: UInt64
    /// Weight of the teacher's soft targets, unused without a teacher; labels weigh `1 - alpha`.
    public var alpha: Double
    /// Softens both distributions of the distillation loss; T in Hinton et al., arXiv 1503.02531.
    public var temperature: Double
    /// Weight of the cosine loss between sentence vectors; 0 leaves it out.
    public var hiddenCosine: Double
    /// Weight of the distance between token states, through a learned projection; 0 leaves it out.
    public var hiddenMSE: Double
    /// Weight of the self-attention relations of the last layer; 0 leaves them out.
    public var relations: Double
    /// Relation heads; they divide the attention's width of student and teacher.
    public var relationHeads: Int
    /// How much each class counts in the labels' part of the loss.
    public var classWeights: ClassWeighting
    /// True keeps the epoch that is best on validation, false the last one.
    ///
    /// Of epochs with an equal number the one with the lower validation loss is kept, then the
    /// earlier.
    public var keepBest: Bool
    /// Which number on validation makes an epoch the best.
    public var bestBy: EpochChoice
    /// A folder for a checkpoint after every epoch; nil keeps none.
    ///
    /// From it an interrupted run goes on to the same final bytes. It is removed after the last
    /// epoch.
    public var checkpointFolder: String?

    /// Creates options; the defaults are the fine-tuning recipe.
    public init(
        learningRate: Double = 5e-5, weightDecay: Double = 0.01, warmup: Double = 0.1,
        epochs: Int = 3, batchSize: Int = 32, clip: Double = 1, seed: UInt64 = 0,
        alpha: Double = 0.7, temperature: Double = 4, hiddenCosine: Double = 0,
        hiddenMSE: Double = 0, relations: Double = 0, relationHeads: Int = 12,
        classWeights: ClassWeighting = .none, keepBest: Bool = true,
        bestBy: EpochChoice = .accuracy, checkpointFolder: String? = nil
    ) {
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.warmup = warmup
        self.epochs = epochs
        self.batchSize = batchSize
        self.clip = clip
        self.seed = seed
        self.alpha = alpha
        self.temperature = temperature
        self.hiddenCosine = hiddenCosine
        self.hiddenMSE = hiddenMSE
        self.relations = relations
        self.relationHeads = relationHeads
        self.classWeights = classWeights
        self.keepBest = keepBest
        self.bestBy = bestBy
        self.checkpointFolder = checkpointFolder
    }
}
