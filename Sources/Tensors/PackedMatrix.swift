import CKernels

/// A weight matrix in the order in which the product kernels read it.
///
/// `Compute.pack` fills it after every change of the weights; `Compute.product` multiplies with it.
/// Each orientation is packed when a product first needs it and from then on by every `pack`. One
/// thread at a time may use it; the work itself is spread over the threads of the `Compute`.
public final class PackedMatrix: @unchecked Sendable {
    /// The weights as they are stored, `[outputs, inputs]`.
    private(set) var source: Tensor?
    private var packed: [Storage?] = [nil, nil]
    private var isCurrent = [false, false]

    /// A matrix without content.
    public init() {}

    /// Takes new weights; returns the orientations that are in use.
    fileprivate func replace(_ weights: Tensor) -> [Bool] {
        if source?.shape != weights.shape { packed = [nil, nil] }
        source = weights
        isCurrent = [false, false]
        return [false, true].filter { packed[$0 ? 1 : 0] != nil }
    }

    /// The memory of an orientation, and whether it must be filled first.
    fileprivate func memory(transposed: Bool, count: Int) -> (storage: Storage, isCurrent: Bool) {
        let index = transposed ? 1 : 0
        defer { isCurrent[index] = true }
        if let storage = packed[index] { return (storage, isCurrent[index]) }
        let storage = Storage(capacity: count)
        packed[index] = storage
        return (storage, false)
    }
}

extension Compute {
    /// Takes `weights` `[outputs, inputs]` for the products that follow.
    ///
    /// The tensor must not change before the last of them: products may still read it.
    public func pack(_ weights: Tensor, into matrix: PackedMatrix) {
        for transposed in matrix.replace(weights) {
            _ = operand(matrix, transposed: transposed, of: weights)
        }
    }

    /// Computes `x · Wᵀ`, or `x · W` when `transposed`, into `result`, or adds it to `result`.
    ///
    /// Rows are done in blocks, cut by the shape only; as soon as a block is complete, `epilogue` is
    /// called with its rows in the same task, so that what follows finds them in the cache.
    public func product(
        _ x: Tensor, _ matrix: PackedMatrix, transposed: Bool = false, into result: Tensor,
        accumulate: Bool = false, epilogue: (@Sendable (Range<Int>) -> Void)? = nil
    ) {
        guard let weights = matrix.source else { preconditionFailure("nothing was packed") }
        let depth = transposed ? weights.rows : weights.columns
        let columns = transposed ? weights.columns : weights.rows
        precondition(x.columns == depth, "\(x.shape) times packed \(weights.shape)")
        precondition(result.count == x.rows * columns, "the result has the wrong size")
        let right = operand(matrix, transposed: transposed, of: weights)
        multiply(x, right, into: result, accumulate: accumulate, epilogue: epilogue)
    }

    /// An orientation of packed weights, filled if it is not up to date.
    private func operand(_ matrix: PackedMatrix, transposed: Bool, of weights: Tensor)
        -> RightOperand
    {
        // x · Wᵀ reads the weights as op(B) = Wᵀ.
        var right = RightOperand(weights, transposed: !transposed)
        let count = right.packedCount(products)
        if count > 0 {
            let (storage, isCurrent) = matrix.memory(transposed: transposed, count: count)
            right.packed = storage
            if !isCurrent { fill(right) }
        }
        return right
    }
}
