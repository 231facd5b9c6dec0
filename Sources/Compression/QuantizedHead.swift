import CIntegerKernels
import Models
import Tensors

/// Pooling of token states and the linear classifier in float32; mirrors `ClassifierHead`.
struct QuantizedHead: @unchecked Sendable {
    private let weight: UnsafePointer<Float>
    private let bias: UnsafePointer<Float>
    private let classes: Int
    private let columns: Int
    private let pooling: Pooling
    private let path: nlp_int8_path
    private let slab: Slab

    init(_ weights: QuantizedWeights, path: nlp_int8_path, slab: Slab) throws {
        let head = try weights.float("classifier.weight")
        weight = slab.padded(head.values)
        bias = slab.padded(try weights.float("classifier.bias").values)
        classes = head.rows
        columns = head.columns
        pooling = weights.pooling
        self.path = path
        self.slab = slab
    }

    /// Writes one row of scores to `logits` for every sequence that `offsets` cut from the states.
    func callAsFunction(
        _ work: Workspace, offsets: ArraySlice<Int>, to logits: UnsafeMutablePointer<Float>
    ) {
        let start = offsets[offsets.startIndex]
        var logits = logits
        for (begin, end) in zip(offsets, offsets.dropFirst()) {
            pool(work, tokens: begin - start..<end - start)
            for label in 0..<classes {
                logits[label] = dot(work.pooled, weight + label * columns) + bias[label]
            }
            logits += classes
        }
    }

    /// One vector for a sequence, in `work.pooled`.
    private func pool(_ work: Workspace, tokens: Range<Int>) {
        let (target, first) = (work.pooled, work.states + tokens.lowerBound * work.stride)
        target.update(from: first, count: columns)
        guard pooling == .mean else { return }
        for token in 1..<max(tokens.count, 1) {
            nlp_int8_add(path, first + token * work.stride, Int32(columns), target)
        }
        let share = 1 / Float(tokens.count)
        for column in 0..<columns { target[column] *= share }
    }

    private func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
        var sums = (Float(0), Float(0), Float(0), Float(0))
        var column = 0
        while column + 4 <= columns {
            sums.0 += x[column] * y[column]
            sums.1 += x[column + 1] * y[column + 1]
            sums.2 += x[column + 2] * y[column + 2]
            sums.3 += x[column + 3] * y[column + 3]
            column += 4
        }
        while column < columns {
            sums.0 += x[column] * y[column]
            column += 1
        }
        return (sums.0 + sums.1) + (sums.2 + sums.3)
    }
}
