import Models
import Tensors

/// The self-attention relations of the student's last layer against those of one of the teacher's.
///
/// Queries, keys and values are cut into as many relation heads in both models, whatever their own
/// heads and widths (MiniLMv2, arXiv 2012.15828):
///
///     L = weight · mean over texts, {Q, K, V}, relation heads and tokens of KL(teacher's ‖ student's)
struct RelationLoss {
    let weight: Double
    let heads: Int

    /// The loss of a batch and its gradient by the student's queries, keys and values.
    ///
    /// Both tensors are `[tokens, 3 · width]` of widths that `heads` divides.
    func evaluate(
        _ student: Tensor, _ teacher: Tensor, batch: TokenBatch, compute: Compute
    ) -> (loss: Double, gradient: Tensor) {
        let gradient = compute.scratch(student.shape)
        let parts = 3 * heads
        let share = weight / Double(max(1, batch.count * parts))
        var losses = [Double](repeating: 0, count: batch.count * parts)
        losses.withUnsafeMutableBufferPointer { losses in
            // Every index is written by one call.
            nonisolated(unsafe) let losses = losses
            compute.forEach(batch.count * parts) { index in
                let tokens = batch.range(index / parts)
                func relation(_ states: Tensor) -> SelfRelation {
                    let columns = Self.columns(index % parts, of: parts, in: states)
                    return SelfRelation(
                        Self.cut(states, tokens, columns), length: tokens.count,
                        size: columns.count)
                }
                let (loss, slopes) = relation(student).divergence(from: relation(teacher))
                losses[index] = share * loss
                Self.put(
                    slopes, times: share, into: gradient, tokens,
                    Self.columns(index % parts, of: parts, in: student))
            }
        }
        return (losses.reduce(0, +), gradient)
    }

    private static func columns(_ part: Int, of parts: Int, in states: Tensor) -> Range<Int> {
        let size = states.columns / parts
        return part * size..<(part + 1) * size
    }

    private static func cut(
        _ states: Tensor, _ rows: Range<Int>, _ columns: Range<Int>
    ) -> [Double] {
        let width = states.columns
        return states.withUnsafeBuffer { values in
            [Double](unsafeUninitializedCapacity: rows.count * columns.count) { target, count in
                for row in rows {
                    for column in columns {
                        target.initializeElement(
                            at: count, to: Double(values[row * width + column]))
                        count += 1
                    }
                }
            }
        }
    }

    private static func put(
        _ slopes: [Double], times share: Double, into gradient: Tensor, _ rows: Range<Int>,
        _ columns: Range<Int>
    ) {
        let width = gradient.columns
        gradient.withUnsafeMutableBuffer { values in
            var next = 0
            for row in rows {
                for column in columns {
                    values[row * width + column] = Float(share * slopes[next])
                    next += 1
                }
            }
        }
    }
}
