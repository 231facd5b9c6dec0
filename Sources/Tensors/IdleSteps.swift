import CKernels

/// Steps of AdamW that some rows of a table slept through, to be made up for when they are read.
///
/// A row without gradient changes in every step all the same: its moments fade, its weights follow
/// them and decay. As nobody reads it in between, these changes can wait, and then be made in
/// registers, in the same order with the same roundings: docs/numerics.md shows why the bits are
/// those of updating the whole table in every step.
public struct IdleSteps: Sendable {
    private var steps: [nlp_adamw_step] = []
    /// Largest rate of the steps from each one on, found when rows are made up for.
    private var peak: Float = 0
    private var totalDecay: Float = 0
    /// The steps that every row has had, before those listed.
    private var base: Int
    /// Steps that each row has had.
    private var done: [Int32]

    /// Steps so far.
    public var count: Int { base + steps.count }

    /// Creates the account of a table of `rows` rows that all have had `steps` steps.
    public init(rows: Int, steps: Int) {
        base = steps
        done = [Int32](repeating: Int32(clamping: steps), count: rows)
    }

    /// Notes a step which the given rows have had, or nil for all; rows must not be behind.
    public mutating func append(_ step: AdamWStep, updated rows: [Int32]?) {
        steps.append(nlp_adamw_step(rate: step.rate, root: step.root, decay: step.decay))
        peak = max(peak, step.rate)
        totalDecay += step.decay
        guard let rows else { return finish() }
        for row in rows { done[Int(row)] = Int32(clamping: count) }
    }

    /// The rows among `rows` (all for nil) that are behind, each with the steps that it has had.
    fileprivate mutating func takeBehind(_ rows: [Int32]?) -> [(row: Int, from: Int)] {
        let now = Int32(clamping: count)
        var behind: [(row: Int, from: Int)] = []
        func look(_ row: Int) {
            guard done[row] < now else { return }
            behind.append((row, Int(done[row]) - base))
        }
        if let rows {
            for row in rows { look(Int(row)) }
        } else {
            for row in done.indices { look(row) }
        }
        for (row, _) in behind { done[row] = now }
        return behind
    }

    /// Forgets the steps, once all rows have had them.
    fileprivate mutating func finish() {
        base = count
        steps.removeAll(keepingCapacity: true)
        for row in done.indices { done[row] = Int32(clamping: base) }
        peak = 0
        totalDecay = 0
    }

    fileprivate func withSteps(
        _ body: (UnsafeBufferPointer<nlp_adamw_step>, _ peak: Float) -> Void
    ) {
        // Cutting a replay short is proven for weights that keep half their size, and ε = 1e-8.
        let allowed = totalDecay <= 0.5 && peak <= 1
        steps.withUnsafeBufferPointer { body($0, allowed ? peak : -1) }
    }
}

extension Compute {
    /// Makes up for the steps that rows of a table missed: the given rows, or all for nil.
    public func catchUp(
        _ idle: inout IdleSteps, rows: [Int32]?, weights: Tensor, first: Tensor, second: Tensor
    ) {
        precondition(
            first.count == weights.count && second.count == weights.count,
            "buffers of different sizes")
        let behind = idle.takeBehind(rows)
        let columns = weights.columns
        idle.withSteps { steps, peak in
            let steps = Unchecked(steps)
            eachBlock(behind.count, work: columns * 16) { range, _ in
                for (row, from) in behind[range] {
                    guard let base = steps.value.baseAddress else { return }
                    let start = row * columns
                    table.kernels.pointee.adamw_idle(
                        weights.pointer + start, first.pointer + start, second.pointer + start,
                        columns, base + from, steps.value.count - from, Float(AdamWStep.beta1),
                        Float(AdamWStep.beta2), AdamWStep.epsilon, peak)
                }
            }
        }
        if rows == nil { idle.finish() }
    }
}
