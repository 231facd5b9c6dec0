import CKernels

extension Compute {
    /// `y += a · x`.
    public func axpy(_ a: Float, _ x: Tensor, into y: Tensor) {
        precondition(x.count == y.count, "\(x.shape) added to \(y.shape)")
        eachBlock(x.count, work: 1) { range, _ in
            table.kernels.pointee.axpy(
                a, x.pointer + range.lowerBound, range.count, y.pointer + range.lowerBound)
        }
    }

    /// `x *= a`.
    public func scale(_ x: Tensor, by a: Float) {
        eachBlock(x.count, work: 1) { range, _ in
            table.kernels.pointee.scale(a, x.pointer + range.lowerBound, range.count)
        }
    }

    /// Softmax of every row, in a new tensor.
    public func softmaxRows(_ x: Tensor) -> Tensor {
        let columns = x.columns
        let result = scratch(x.shape)
        eachBlock(x.rows, work: columns) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.softmax(
                x.pointer + start, rows.count, columns, result.pointer + start)
        }
        return result
    }
}
