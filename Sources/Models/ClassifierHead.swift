import Tensors

/// Pooling of token states, dropout and the linear classifier.
struct ClassifierHead {
    let weight, bias: Tensor
    let pooling: Pooling

    init(_ parameters: Parameters, pooling: Pooling) {
        weight = parameters["classifier.weight"]
        bias = parameters["classifier.bias"]
        self.pooling = pooling
    }

    /// One vector a sequence, `[sequences, hidden]`.
    func pool(_ states: Tensor, offsets: [Int], compute: Compute) -> Tensor {
        let sequences = offsets.count - 1
        let result = compute.zeroScratch([sequences, states.columns])
        for sequence in 0..<sequences {
            let begin = offsets[sequence]
            switch pooling {
            case .cls: result.row(sequence).assign(states.row(begin))
            case .mean:
                let target = result.row(sequence)
                let tokens = states.rows(begin..<offsets[sequence + 1])
                compute.addColumnSums(tokens, to: target)
                compute.scale(target, by: 1 / Float(tokens.rows))
            }
        }
        return result
    }

    /// The logits, and the dropped pooled vectors that the backward pass needs.
    func forward(
        _ states: Tensor, offsets: [Int], mask: DropoutMask, compute: Compute
    ) -> (logits: Tensor, pooled: Tensor) {
        let pooled = pool(states, offsets: offsets, compute: compute)
        compute.apply(mask, to: pooled)
        let logits = compute.matmul(pooled, weight, transposeB: true)
        compute.addBias(bias, to: logits)
        return (logits, pooled)
    }

    /// The gradient by the token states; adds the head's gradients to `gradients`.
    func backward(
        _ dLogits: Tensor, pooled: Tensor, offsets: [Int], mask: DropoutMask,
        gradients: ClassifierHead, compute: Compute
    ) -> Tensor {
        compute.addColumnSums(dLogits, to: gradients.bias)
        compute.matmul(dLogits, pooled, transposeA: true, into: gradients.weight, accumulate: true)
        let dPooled = compute.matmul(dLogits, weight)
        compute.apply(mask, to: dPooled)
        let result = compute.zeroScratch([offsets[offsets.count - 1], weight.columns])
        for sequence in 0..<offsets.count - 1 {
            let tokens = offsets[sequence]..<offsets[sequence + 1]
            let source = dPooled.row(sequence)
            switch pooling {
            case .cls: result.row(tokens.lowerBound).assign(source)
            case .mean:
                let share = 1 / Float(tokens.count)
                for token in tokens { compute.axpy(share, source, into: result.row(token)) }
            }
        }
        return result
    }
}
