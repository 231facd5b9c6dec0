import CKernels

/// Function between the two dense layers of an encoder layer, named as in Hugging Face's configs.
public enum Activation: String, Sendable {
    /// Exact GELU, by the error function (Hendrycks & Gimpel 2016).
    case gelu
    /// GELU by its tanh approximation.
    case geluTanh = "gelu_new"
    case relu

    var kernel: nlp_activation {
        switch self {
        case .gelu: NLP_GELU
        case .geluTanh: NLP_GELU_TANH
        case .relu: NLP_RELU
        }
    }
}

extension Compute {
    /// Adds `bias` to every row of `x` in place.
    public func addBias(_ bias: Tensor, to x: Tensor) {
        precondition(bias.count == x.columns, "bias \(bias.shape) for \(x.shape)")
        let columns = x.columns
        eachBlock(x.rows, work: columns) { rows, _ in
            table.kernels.pointee.add_bias(
                x.pointer + rows.lowerBound * columns, bias.pointer, rows.count, columns)
        }
    }

    /// `f(x + bias)` for every row of `x`, into `result`, which may be `x`.
    public func activate(_ f: Activation, _ x: Tensor, bias: Tensor, into result: Tensor) {
        precondition(bias.count == x.columns, "bias \(bias.shape) for \(x.shape)")
        precondition(result.count == x.count, "the result has the wrong size")
        let columns = x.columns
        eachBlock(x.rows, work: columns) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.bias_activation(
                f.kernel, x.pointer + start, bias.pointer, rows.count, columns,
                result.pointer + start, 0)
        }
    }

    /// Multiplies `gradient` by f'(x), computes `activated` = f(x) anew, and adds the column sums of
    /// the new gradient to `sums`.
    public func activateBackward(
        _ f: Activation, of x: Tensor, gradient: Tensor, activated: Tensor,
        addingColumnSumsTo sums: Tensor
    ) {
        precondition(
            gradient.count == x.count && activated.count == x.count && sums.count == x.columns,
            "gradient \(gradient.shape) for \(x.shape)")
        let columns = x.columns
        let partial = zeroScratch([Compute.blocks(x.rows, work: columns), columns])
        eachBlock(x.rows, work: columns) { rows, block in
            let start = rows.lowerBound * columns
            table.kernels.pointee.activation_backward(
                f.kernel, x.pointer + start, rows.count, columns, gradient.pointer + start,
                activated.pointer + start, partial.pointer + block * columns)
        }
        addRows(partial, to: sums)
    }
}
