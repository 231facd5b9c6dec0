import Compression
import Training

/// The stage's parameters, below `prune`.
struct PruneParameters: Decodable, Sendable, Equatable {
    /// When the mask of single weights grows, as fractions of the recovery.
    struct Schedule: Decodable, Sendable, Equatable {
        var start: Double
        var end: Double
        var every: Int
    }

    /// How the model learns again after a cut, from the teacher's logits and the labels.
    struct Recovery: Decodable, Sendable, Equatable {
        var epochs: Int
        var batchSize: Int
        var learningRate: Double
        var weightDecay: Double
        var warmup: Double
        var clip: Double
        var temperature: Double
        var alpha: Double
        /// Left out: every row counts the same.
        var classWeights: ClassWeighting?

        enum CodingKeys: String, CodingKey {
            case epochs, warmup, clip, temperature, alpha
            case classWeights = "class_weights"
            case batchSize = "batch_size"
            case learningRate = "learning_rate"
            case weightDecay = "weight_decay"
        }
    }

    var headsKept: Double
    var neuronsKept: Double
    var scope: PruningScope
    var importanceRows: Int
    var iterations: Int
    var sparsity: Double
    var sparsityScope: PruningScope
    var schedule: Schedule
    var recovery: Recovery

    enum CodingKeys: String, CodingKey {
        case scope, iterations, sparsity, schedule, recovery
        case headsKept = "heads_kept"
        case neuronsKept = "neurons_kept"
        case importanceRows = "importance_rows"
        case sparsityScope = "sparsity_scope"
    }

    /// Throws `CompressionError.invalidOption` for the first value out of range.
    func validate() throws {
        try check("heads_kept", headsKept, in: 0...1)
        try check("neurons_kept", neuronsKept, in: 0...1)
        try check("sparsity", sparsity, in: 0...1)
        try check("recovery.alpha", recovery.alpha, in: 0...1)
        try check("importance_rows", importanceRows, in: 1...1_000_000)
        try check("iterations", iterations, in: 1...100)
        try check("recovery.epochs", recovery.epochs, in: 0...1000)
        try check("recovery.batch_size", recovery.batchSize, in: 1...4096)
        guard recovery.temperature > 0, recovery.temperature.isFinite else {
            throw CompressionError.invalidOption(
                "prune.recovery.temperature", found: "\(recovery.temperature)",
                expected: "a number above 0")
        }
        _ = try cubicSchedule()
    }

    /// The schedule of the mask.
    func cubicSchedule() throws -> CubicSchedule {
        do {
            return try CubicSchedule(
                start: schedule.start, end: schedule.end, every: schedule.every)
        } catch CompressionError.invalidOption(let name, let found, let expected) {
            throw CompressionError.invalidOption("prune.\(name)", found: found, expected: expected)
        }
    }

    /// The trainer's options; the last epoch is kept, for earlier ones have too few zeros.
    func trainingOptions(seed: UInt64) -> TrainingOptions {
        TrainingOptions(
            learningRate: recovery.learningRate, weightDecay: recovery.weightDecay,
            warmup: recovery.warmup, epochs: recovery.epochs, batchSize: recovery.batchSize,
            clip: recovery.clip, seed: seed, alpha: recovery.alpha,
            temperature: recovery.temperature, classWeights: recovery.classWeights ?? .none,
            keepBest: false)
    }

    private func check<Value: Comparable>(
        _ key: String, _ value: Value, in range: ClosedRange<Value>
    ) throws {
        guard range.contains(value) else {
            throw CompressionError.invalidOption(
                "prune.\(key)", found: "\(value)",
                expected: "\(range.lowerBound)…\(range.upperBound)")
        }
    }
}
