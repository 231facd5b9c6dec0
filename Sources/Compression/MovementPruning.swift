#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
public import Models
public import Tensors

/// Prunes the weights that training moves towards zero (Sanh et al., arXiv 2005.07683).
///
/// Every weight W of the encoder's matrices has a score S. The model computes with `W ∘ M(S)`, and
/// `∂L/∂S = ∂L/∂(W ∘ M) · W`: straight through the choice M, so that a weight which is out can come
/// back. W itself gets `∂L/∂(W ∘ M) · M`. Scores begin at 0 and have an Adam of their own. When the
/// schedule ends, the mask stays and the scores rest.
public final class MovementPruning: ComputedWeights {
    /// How scores become a choice.
    public enum Choice: Sendable, Equatable {
        /// The lowest scores go, as many as the schedule says on its way to this share; of equal
        /// scores the earlier.
        case hard(sparsity: Double, scope: PruningScope)
        /// What has σ(S) at or below a threshold goes. The threshold follows the schedule from 0 to
        /// this value; `penalty`, in proportion to it, weighs the mean of σ(S), by matrix.
        case soft(threshold: Double, penalty: Double)
    }

    /// Names of the matrices that take part, in the model's order.
    public let names: [String]
    /// The score of every weight, matrix after matrix.
    public let scores: Tensor
    private let choice: Choice
    private let schedule: CubicSchedule
    private let rate: Float
    private let places: [Range<Int>]
    private let first: Tensor
    private let second: Tensor
    private let slopes: Tensor
    /// 1 for weights that stay and 0 for the others.
    private let mask: Tensor

    /// Creates scores of zero for the weights of `parameters`.
    ///
    /// - Parameter rate: Adam's learning rate for the scores, the same in every step.
    public init(
        for parameters: Parameters, choice: Choice, schedule: CubicSchedule, rate: Double
    ) throws {
        if case .hard(let sparsity, _) = choice, !(0...1).contains(sparsity) {
            throw CompressionError.invalidOption(
                "sparsity", found: "\(sparsity)", expected: "0…1")
        }
        names = parameters.names.filter(MagnitudeMask.takesPart)
        self.choice = choice
        self.schedule = schedule
        self.rate = Float(rate)
        var places: [Range<Int>] = []
        for name in names {
            let start = places.last?.upperBound ?? 0
            places.append(start..<start + parameters[name].count)
        }
        self.places = places
        let count = places.last?.upperBound ?? 0
        scores = Tensor(zeros: [count])
        first = Tensor(zeros: [count])
        second = Tensor(zeros: [count])
        slopes = Tensor(zeros: [count])
        mask = Tensor(zeros: [count])
        mask.fill(1)
    }

    /// The trained weights with zeros for those that are out.
    public func write(
        from trained: Parameters, to model: Parameters, step: Int, of total: Int, compute: Compute
    ) {
        if schedule.updates(step: step, of: total) {
            choose(share: schedule.sparsity(step: step, of: total, final: 1))
        }
        model.buffer.assign(trained.buffer)
        let (names, places, mask) = (names, places, mask)
        compute.forEach(names.count) { index in
            let mask = mask.view(from: places[index].lowerBound, shape: [places[index].count])
            mask.withUnsafeBuffer { mask in
                model[names[index]].withUnsafeMutableBuffer { weights in
                    for place in weights.indices where mask[place] == 0 { weights[place] = 0 }
                }
            }
        }
    }

    /// Moves the scores, and takes the gradients of weights that are out away.
    public func pullBack(
        _ gradients: Parameters, trained: Parameters, step: Int, of total: Int, compute: Compute
    ) {
        let penalty = penalty(step: step, of: total)
        let (names, places, mask, scores, slopes) = (names, places, mask, scores, slopes)
        compute.forEach(names.count) { index in
            let (start, count) = (places[index].lowerBound, places[index].count)
            func part(_ tensor: Tensor) -> Tensor { tensor.view(from: start, shape: [count]) }
            let share = penalty / (Float(count) * Float(names.count))
            trained[names[index]].withUnsafeBuffer { weights in
                part(mask).withUnsafeBuffer { mask in
                    gradients[names[index]].withUnsafeMutableBuffer { gradient in
                        part(slopes).withUnsafeMutableBuffer { slopes in
                            for place in weights.indices {
                                slopes[place] = gradient[place] * weights[place]
                                gradient[place] *= mask[place]
                            }
                        }
                    }
                }
            }
            guard share > 0 else { return }
            part(scores).withUnsafeBuffer { scores in
                part(slopes).withUnsafeMutableBuffer { slopes in
                    for place in scores.indices {
                        let sigmoid = 1 / (1 + exp(-scores[place]))
                        slopes[place] += share * sigmoid * (1 - sigmoid)
                    }
                }
            }
        }
        guard schedule.sparsity(step: step, of: total, final: 1) < 1 else { return }
        compute.adamW(
            AdamWStep(step: step + 1, rate: rate, decay: 0), weights: scores, gradients: slopes,
            first: first, second: second)
    }

    /// The weight of the mean of σ(S) in the loss; 0 for a hard choice.
    private func penalty(step: Int, of total: Int) -> Float {
        guard case .soft(_, let penalty) = choice else { return 0 }
        return Float(penalty * schedule.sparsity(step: step, of: total, final: 1))
    }

    /// Chooses the mask anew, `share` of the way.
    private func choose(share: Double) {
        switch choice {
        case .soft(let threshold, _):
            // σ(S) > τ is S > ln(τ/(1−τ)): without a rounding of σ.
            let limit = Float(log(threshold * share / (1 - threshold * share)))
            scores.withUnsafeBuffer { scores in
                mask.withUnsafeMutableBuffer { mask in
                    for place in scores.indices { mask[place] = scores[place] > limit ? 1 : 0 }
                }
            }
        case .hard(let sparsity, let scope):
            mask.fill(1)
            let keys = places.map { place in
                scores.view(from: place.lowerBound, shape: [place.count])
                    .withUnsafeBuffer { $0.map(ascendingBits) }
            }
            let out =
                switch scope {
                case .layer: keys.map { smallest([$0], share: sparsity * share)[0] }
                case .global: smallest(keys, share: sparsity * share)
                }
            mask.withUnsafeMutableBuffer { mask in
                for (place, out) in zip(places, out) {
                    for weight in out { mask[place.lowerBound + Int(weight)] = 0 }
                }
            }
        }
    }
}

/// Bits that order as the numbers do, both zeros alike.
private func ascendingBits(_ value: Float) -> UInt32 {
    let bits = (value + 0).bitPattern
    return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
}
