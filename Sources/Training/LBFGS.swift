/// Limited-memory BFGS for smooth convex functions, with a line search that halves the step until
/// the function falls enough (Nocedal & Wright, algorithms 7.4 and 7.5).
///
/// Sums run in index order on one thread, so the same function gives the same result, bit for bit.
struct LBFGS {
    let iterations: Int
    /// Stops once no component of the gradient is larger.
    let tolerance: Double
    /// Pairs of steps and gradient changes that are remembered.
    let memory = 10

    /// The lowest point found from `start`.
    func minimise(
        _ start: [Double], _ function: ([Double]) -> (value: Double, gradient: [Double]),
        progress: (Int) throws -> Void
    ) throws -> [Double] {
        var point = start
        var (value, gradient) = function(point)
        var history: [Pair] = []
        for iteration in 0..<iterations {
            try progress(iteration)
            guard gradient.contains(where: { abs($0) > tolerance }) else { break }
            let direction = descent(gradient, history)
            let slope = dot(direction, gradient)
            guard slope < 0 else { break }
            var length = history.isEmpty ? 1 / max(1, dot(gradient, gradient).squareRoot()) : 1
            var next = point
            var (nextValue, nextGradient) = (Double.infinity, gradient)
            for _ in 0..<40 {
                next = zip(point, direction).map { $0 + length * $1 }
                (nextValue, nextGradient) = function(next)
                if nextValue <= value + 1e-4 * length * slope { break }
                length /= 2
            }
            guard nextValue < value else { break }
            let step = zip(next, point).map { $0 - $1 }
            let change = zip(nextGradient, gradient).map { $0 - $1 }
            let curvature = dot(step, change)
            if curvature > 1e-12 {
                history.append(Pair(step: step, change: change, curvature: curvature))
                if history.count > memory { history.removeFirst() }
            }
            (point, value, gradient) = (next, nextValue, nextGradient)
        }
        return point
    }

    private struct Pair {
        let step: [Double]
        let change: [Double]
        let curvature: Double
    }

    /// The two-loop recursion: the negative gradient times the approximate inverse Hessian.
    private func descent(_ gradient: [Double], _ history: [Pair]) -> [Double] {
        var direction = gradient.map { -$0 }
        var factors: [Double] = []
        for pair in history.reversed() {
            let factor = dot(pair.step, direction) / pair.curvature
            factors.append(factor)
            add(-factor, pair.change, to: &direction)
        }
        if let last = history.last {
            let scale = last.curvature / dot(last.change, last.change)
            for i in direction.indices { direction[i] *= scale }
        }
        for (pair, factor) in zip(history, factors.reversed()) {
            add(factor - dot(pair.change, direction) / pair.curvature, pair.step, to: &direction)
        }
        return direction
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }

    private func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
        for i in a.indices { b[i] += factor * a[i] }
    }
}
