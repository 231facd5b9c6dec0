import Models
import Tensors

/// The losses that compare token states with a teacher's: projected hidden states and relations.
struct TokenLosses {
    private let teacher: TokenTeacher
    private(set) var projection: HiddenProjection?
    private let relations: RelationLoss?

    /// What the losses of one batch come to.
    struct Result {
        var loss = 0.0
        var hidden: [Int: Tensor] = [:]
        var queryKeyValue: [Int: Tensor] = [:]
    }

    /// Nil when nothing is to be compared: no teacher, or weights of 0.
    init?(
        teacher: TokenTeacher?, student: EncoderConfig, options: TrainingOptions,
        resuming: TrainingState?
    ) {
        guard let teacher else { return nil }
        self.teacher = teacher
        let relates = options.relations > 0 && teacher.relationLayer != nil
        relations =
            relates ? RelationLoss(weight: options.relations, heads: options.relationHeads) : nil
        if options.hiddenMSE > 0, !teacher.hidden.isEmpty {
            projection = HiddenProjection(
                teacher: teacher, student: student, options: options,
                resuming: resuming.flatMap { state in state.projection.map { ($0, state.steps) } })
        }
        if projection == nil, relations == nil { return nil }
    }

    /// The losses of the examples `rows` and their gradients by what `pass` computed.
    func evaluate(
        _ pass: ForwardPass, batch: TokenBatch, rows: [Int], layers: Int, compute: Compute
    ) throws -> Result {
        let source = relations == nil ? nil : teacher.relationLayer
        let states = try teacher.model.states(
            TokenBatch(rows.map { teacher.tokens[$0] }),
            hidden: Set(projection?.pairs.map(\.teacher) ?? []),
            queryKeyValue: Set([source].compactMap { $0 }), compute: compute)
        var result = Result()
        if let projection {
            (result.loss, result.hidden) = projection.evaluate(
                pass.hidden, states.hidden, compute: compute)
        }
        if let relations, let source, let target = states.queryKeyValue[source] {
            let (loss, gradient) = relations.evaluate(
                pass.queryKeyValue(layers - 1), target, batch: batch, compute: compute)
            result.loss += loss
            result.queryKeyValue[layers - 1] = gradient
        }
        return result
    }

    /// Moves the projection on and returns its gradient's norm; 0 without one.
    mutating func update(learningRate: Double, compute: Compute) -> Double {
        projection?.update(learningRate: learningRate, compute: compute) ?? 0
    }
}
