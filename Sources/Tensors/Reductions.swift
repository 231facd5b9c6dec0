import CKernels

extension Compute {
    /// A tensor of zeros from reused memory.
    public func zeroScratch(_ shape: [Int]) -> Tensor {
        let result = scratch(shape)
        result.fill(0)
        return result
    }

    /// Sets every element.
    public func fill(_ x: Tensor, _ value: Float) {
        eachBlock(x.count, work: 1) { range, _ in
            (x.pointer + range.lowerBound).update(repeating: value, count: range.count)
        }
    }

    /// Adds the rows of `x`, in order and on this thread, to `sums`.
    func addRows(_ x: Tensor, to sums: Tensor) {
        precondition(sums.count == x.columns, "\(sums.shape) for columns of \(x.shape)")
        table.kernels.pointee.column_sums(x.pointer, x.rows, x.columns, sums.pointer)
    }

    /// Runs `body` on blocks of rows with a zeroed row of sums each, then adds those to `sums`.
    private func reduceColumns(
        _ rows: Int, _ columns: Int, into sums: Tensor,
        _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let partial = zeroScratch([Compute.blocks(rows, work: columns), columns])
        eachBlock(rows, work: columns) { range, block in
            body(range, partial.pointer + block * columns)
        }
        addRows(partial, to: sums)
    }

    /// Adds the column sums of `x` to `sums`.
    public func addColumnSums(_ x: Tensor, to sums: Tensor) {
        let columns = x.columns
        reduceColumns(x.rows, columns, into: sums) { rows, target in
            table.kernels.pointee.column_sums(
                x.pointer + rows.lowerBound * columns, rows.count, columns, target)
        }
    }

    /// Adds the column sums of the element-wise product `a · b` to `sums`, on this thread.
    public func addProductSums(_ a: Tensor, _ b: Tensor, to sums: Tensor) {
        precondition(a.count == b.count && sums.count == a.columns, "products of other sizes")
        table.kernels.pointee.product_sums(
            a.pointer, b.pointer, a.rows, a.columns, sums.pointer)
    }

    /// Sum of all squares, in double precision, row after row; rows of zeros change no bit.
    public func sumOfSquaresByRow(_ x: Tensor) -> Double {
        (0..<x.rows).reduce(0) { total, row in
            total + table.kernels.pointee.sum_squares(x.pointer + row * x.columns, x.columns)
        }
    }

    /// Sum of all squares, in double precision.
    public func sumOfSquares(_ x: Tensor) -> Double {
        var partial = [Double](repeating: 0, count: Compute.blocks(x.count, work: 1))
        partial.withUnsafeMutableBufferPointer { buffer in
            let target = Unchecked(buffer)
            eachBlock(x.count, work: 1) { range, block in
                target.value[block] = table.kernels.pointee.sum_squares(
                    x.pointer + range.lowerBound, range.count)
            }
        }
        return partial.reduce(0, +)
    }
}

/// Carries a pointer into blocks that write disjoint elements.
struct Unchecked<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
