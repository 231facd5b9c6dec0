import Compression
import Models
import Training

/// The stage's parameters, below `prune`.
struct PruneParameters: Decodable, Sendable, Equatable {
    /// When the mask of single weights grows, as fractions of the recovery.
    struct Schedule: Decodable, Sendable, Equatable {
        var start: Double
        var end: Double
        var every: Int
    }

    /// How single weights are chosen.
    enum Method: String, Decodable, CaseIterable {
        /// The smallest go.
        case magnitude
        /// Those go that training moves towards zero, as many as `sparsity` says.
        case movement
        /// Those go whose score falls below a threshold, while a penalty pulls all scores down.
        case softMovement = "soft_movement"
    }

    /// What pruning by movement needs besides.
    struct Movement: Decodable, Sendable, Equatable {
        /// Adam's learning rate for the scores.
        var learningRate: Double
        /// Of `soft_movement`: the sigmoid of the score that a weight needs to stay, at the end.
        var threshold: Double
        /// Of `soft_movement`: the weight of the mean sigmoid in the loss, at the end.
        var penalty: Double

        enum CodingKeys: String, CodingKey {
            case threshold, penalty
            case learningRate = "learning_rate"
        }

        /// Those of the paper.
        static let usual = Movement(learningRate: 1e-2, threshold: 0.1, penalty: 400)
    }

    /// What the pruned model may cost; takes the place of the shares kept.
    struct Budget: Decodable, Sendable, Equatable {
        /// Parameters of the whole model: a share up to 1, or their number; nil: not counted.
        var parameters: Double?
        /// Milliseconds of the INT8 runtime for a text of median length; nil: not counted.
        var milliseconds: Double?
        /// A file of costs from an earlier run, a dep of the stage; nil: measure.
        var table: String?
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
    /// How importance is measured; nil: by the gates' absolute gradients.
    var importance: ImportanceMeasure?
    /// Encoder layers that stay; nil: all.
    var layersKept: Int?
    /// What the pruned model may cost; nil: what the shares kept leave.
    var budget: Budget?
    /// How single weights are chosen; nil: by magnitude.
    var method: Method?
    /// Numbers of `movement` and `soft_movement`; nil: the usual ones.
    var movement: Movement?

    enum CodingKeys: String, CodingKey {
        case scope, iterations, sparsity, schedule, recovery, method, movement, importance
        case budget
        case layersKept = "layers_kept"
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
        try validateMovement()
        try check("layers_kept", layersKept ?? 1, in: 1...256)
        try validateBudget()
    }

    private func validateBudget() throws {
        guard let budget else { return }
        func above0(_ key: String, _ value: Double?) throws {
            guard let value else { return }
            guard value > 0, value.isFinite else {
                throw CompressionError.invalidOption(
                    "prune.budget.\(key)", found: "\(value)", expected: "a number above 0")
            }
        }
        try above0("parameters", budget.parameters)
        try above0("milliseconds", budget.milliseconds)
        guard budget.parameters == nil || budget.milliseconds == nil else {
            throw CompressionError.invalidOption(
                "prune.budget", found: "both parameters and milliseconds", expected: "one of them")
        }
        guard budget.table == nil || budget.milliseconds != nil else {
            throw CompressionError.invalidOption(
                "prune.budget.table", found: "a table without milliseconds",
                expected: "null, or milliseconds to reach with it")
        }
    }

    private func validateMovement() throws {
        let movement = movement ?? .usual
        for (key, value) in [
            ("learning_rate", movement.learningRate), ("penalty", movement.penalty),
        ] {
            guard value >= 0, value.isFinite, value > 0 || key == "penalty" else {
                throw CompressionError.invalidOption(
                    "prune.movement.\(key)", found: "\(value)",
                    expected: key == "penalty" ? "0 or more" : "a number above 0")
            }
        }
        guard movement.threshold > 0, movement.threshold < 0.5 else {
            throw CompressionError.invalidOption(
                "prune.movement.threshold", found: "\(movement.threshold)",
                expected: "above 0 and below 0.5, where the scores begin")
        }
        guard method ?? .magnitude == .magnitude || recovery.epochs > 0 else {
            throw CompressionError.invalidOption(
                "prune.recovery.epochs", found: "0 with a method that learns what to keep",
                expected: "1 or more, or method: magnitude")
        }
    }

    /// The weights to compute with in the last iteration; nil for pruning by magnitude.
    func movementPruning(of model: Classifier) throws -> MovementPruning? {
        let movement = movement ?? .usual
        let choice: MovementPruning.Choice
        switch method ?? .magnitude {
        case .magnitude: return nil
        case .movement: choice = .hard(sparsity: sparsity, scope: sparsityScope)
        case .softMovement:
            choice = .soft(threshold: movement.threshold, penalty: movement.penalty)
        }
        return try MovementPruning(
            for: model.parameters, choice: choice, schedule: cubicSchedule(),
            rate: movement.learningRate)
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
