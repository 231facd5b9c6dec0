import Models
import Tensors

/// The distance of the student's token states, projected to the teacher's width, from the teacher's.
///
/// As in TinyBERT (Jiao et al., arXiv 1909.10351), with a matrix `W` for each pair of states:
///
///     L = weight · mean over pairs of mean over tokens and channels of (Hs Wᵀ − Ht)²
///
/// The matrices are trained along with the student and then dropped. A student that was cut out of
/// the teacher starts with its channels put back where they came from (the identity where it has them
/// all), so that it starts close to it; others start from random matrices.
struct HiddenProjection {
    /// The moments and weights that a resumed run goes on from.
    typealias State = (weights: Tensor, first: Tensor, second: Tensor)

    let weight: Double
    /// A hidden state of the student and one of the teacher, by the student's.
    let pairs: [(student: Int, teacher: Int)]
    let parameters: Parameters
    let gradients: Parameters
    private var optimizer: AdamW

    /// Creates the matrices `[teacher's width, student's width]`, or takes those of `resuming`.
    init(
        teacher: TokenTeacher, student: EncoderConfig, options: TrainingOptions,
        resuming: (state: State, steps: Int)? = nil
    ) {
        weight = options.hiddenMSE
        pairs = teacher.hidden.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let shape = [teacher.model.config.hiddenSize, student.hiddenSize]
        parameters = Parameters(pairs.map { (Self.name($0.student), shape) })
        gradients = parameters.twin()
        if let resuming {
            parameters.buffer.assign(resuming.state.weights)
        } else {
            for name in parameters.names {
                let channels = teacher.channels ?? Array(0..<shape[0])
                if channels.count == shape[1] {
                    for (i, channel) in channels.enumerated() { parameters[name][channel, i] = 1 }
                } else {
                    parameters.initialize(name, seed: options.seed)
                }
            }
        }
        optimizer = AdamW(
            for: parameters, weightDecay: options.weightDecay, clip: options.clip,
            resuming: resuming.map { ($0.state.first, $0.state.second, $0.steps) })
    }

    /// What a checkpoint keeps.
    var state: State { (parameters.buffer, optimizer.first, optimizer.second) }

    /// The loss of a batch and its gradient by the student's states; the matrices' go into
    /// `gradients`.
    func evaluate(
        _ student: (Int) -> Tensor, _ teacher: [Int: Tensor], compute: Compute
    ) -> (loss: Double, hidden: [Int: Tensor]) {
        var loss = 0.0
        var hidden: [Int: Tensor] = [:]
        for pair in pairs {
            guard let target = teacher[pair.teacher] else { continue }
            let states = student(pair.student)
            let name = Self.name(pair.student)
            let matrix = parameters[name]
            let difference = compute.matmul(states, matrix, transposeB: true)
            compute.axpy(-1, target, into: difference)
            let share = weight / Double(max(1, pairs.count * difference.count))
            loss += share * compute.sumOfSquares(difference)
            compute.scale(difference, by: Float(2 * share))
            compute.matmul(difference, states, transposeA: true, into: gradients[name])
            hidden[pair.student] = compute.matmul(difference, matrix)
        }
        return (loss, hidden)
    }

    /// Applies the gradients, which are clipped by themselves, and returns their norm.
    mutating func update(learningRate: Double, compute: Compute) -> Double {
        optimizer.update(
            parameters, gradients: gradients, learningRate: learningRate, compute: compute)
    }

    /// The number of weights that a run with these options has in its matrices.
    static func size(
        _ teacher: TokenTeacher?, student: EncoderConfig, options: TrainingOptions
    ) -> Int {
        guard let teacher, options.hiddenMSE > 0 else { return 0 }
        return teacher.hidden.count * teacher.model.config.hiddenSize * student.hiddenSize
    }

    private static func name(_ state: Int) -> String { "projection.\(state).weight" }
}
