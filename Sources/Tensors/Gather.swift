import CKernels

extension Compute {
    /// Copies rows of `table` into a new tensor `[indices.count, columns]`; indices must exist.
    public func gather(_ source: Tensor, _ indices: [Int32]) -> Tensor {
        let result = zeroScratch([indices.count, source.columns])
        addGathered(source, indices, to: result)
        return result
    }

    /// Adds row `indices[i]` of `source` to row `i` of `result`; indices must exist.
    public func addGathered(_ source: Tensor, _ indices: [Int32], to result: Tensor) {
        let columns = source.columns
        precondition(result.count == indices.count * columns, "the result has the wrong size")
        check(indices, below: source.rows)
        eachBlock(indices.count, work: columns) { rows, _ in
            for row in rows {
                table.kernels.pointee.axpy(
                    1, source.pointer + Int(indices[row]) * columns, columns,
                    result.pointer + row * columns)
            }
        }
    }

    /// Adds row `i` of `rows` to row `indices[i]` of `target`; indices must exist and may repeat.
    ///
    /// Threads take columns, not rows, so repeated rows are added in order.
    public func scatterAdd(_ rows: Tensor, _ indices: [Int32], to target: Tensor) {
        let columns = target.columns
        precondition(rows.count == indices.count * columns, "\(rows.shape) scattered")
        check(indices, below: target.rows)
        let pieces = max(1, min(4, columns / 64))
        forEach(pieces) { piece in
            let start = columns * piece / pieces
            let width = columns * (piece + 1) / pieces - start
            for (row, index) in indices.enumerated() {
                table.kernels.pointee.axpy(
                    1, rows.pointer + row * columns + start, width,
                    target.pointer + Int(index) * columns + start)
            }
        }
    }

    private func check(_ indices: [Int32], below limit: Int) {
        precondition(indices.allSatisfy { $0 >= 0 && $0 < limit }, "index beyond \(limit) rows")
    }
}
