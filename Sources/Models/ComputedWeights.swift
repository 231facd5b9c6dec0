public import Tensors

/// The weights that a model computes with, where they are not the ones that a training run changes.
///
/// Pruning by movement computes with a part of the weights and quantization-aware training with
/// rounded ones, while all of them go on being trained at full precision. Gradients by the weights
/// that were computed with are taken for gradients by the trained ones (straight through).
public protocol ComputedWeights: AnyObject {
    /// Writes the weights to compute with to `model`.
    ///
    /// Called before every step and once more after the last one of an epoch.
    ///
    /// - Parameters:
    ///   - trained: the weights at full precision.
    ///   - step: steps done so far, of `total`.
    func write(
        from trained: Parameters, to model: Parameters, step: Int, of total: Int, compute: Compute
    ) throws

    /// What dense layers of the encoder read in place of their inputs; nil: the inputs.
    ///
    /// The gradient by what is read is taken for the one by the input.
    func reading(compute: Compute) -> ((ActivationSite, Tensor) -> Tensor)?

    /// Makes gradients by the computed weights those by the trained ones, in place, and takes a step
    /// with what else is learned.
    ///
    /// - Parameters:
    ///   - gradients: those of everything but the word embeddings.
    ///   - step: steps done before this one, of `total`.
    func pullBack(
        _ gradients: Parameters, trained: Parameters, step: Int, of total: Int, compute: Compute
    ) throws
}

extension ComputedWeights {
    /// Inputs as they are.
    public func reading(compute: Compute) -> ((ActivationSite, Tensor) -> Tensor)? { nil }
}
