import Foundation
import Tensors

/// The obvious form of every kernel, in double precision.
enum Twin {
    static func activate(_ f: Activation, _ x: Double) -> Double {
        switch f {
        case .relu: max(x, 0)
        case .gelu: x * 0.5 * erfc(-x / 2.0.squareRoot())
        case .geluTanh:
            0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        }
    }

    static func slope(_ f: Activation, _ x: Double) -> Double {
        if f == .relu { return x > 0 ? 1 : 0 }
        let step = 1e-5
        return (activate(f, x + step) - activate(f, x - step)) / (2 * step)
    }

    static func softmax(_ x: [Double]) -> [Double] {
        let top = x.max() ?? 0
        let exponentials = x.map { exp($0 - top) }
        let total = exponentials.reduce(0, +)
        return exponentials.map { $0 / total }
    }

    static func norm(
        _ s: [Double], dy: [Double], _ gamma: [Double], _ beta: [Double], epsilon: Double
    ) -> (y: [Double], ds: [Double], dGamma: [Double], dBeta: [Double]) {
        let width = gamma.count
        var (y, ds) = ([Double](), [Double]())
        var (dGamma, dBeta) = (
            [Double](repeating: 0, count: width), [Double](repeating: 0, count: width)
        )
        for start in stride(from: 0, to: s.count, by: width) {
            let row = Array(s[start..<start + width])
            let mean = row.reduce(0, +) / Double(width)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            let factor = 1 / (variance + epsilon).squareRoot()
            let normal = row.map { ($0 - mean) * factor }
            let g = (0..<width).map { dy[start + $0] * gamma[$0] }
            let first = g.reduce(0, +) / Double(width)
            let second = zip(g, normal).reduce(0) { $0 + $1.0 * $1.1 } / Double(width)
            for c in 0..<width {
                y.append(normal[c] * gamma[c] + beta[c])
                ds.append((g[c] - first - normal[c] * second) * factor)
                dGamma[c] += dy[start + c] * normal[c]
                dBeta[c] += dy[start + c]
            }
        }
        return (y, ds, dGamma, dBeta)
    }

    /// One head of one sequence; q, k, v, dContext are `[length][size]`.
    static func attention(
        _ q: [[Double]], _ k: [[Double]], _ v: [[Double]], dContext: [[Double]]
    ) -> (context: [[Double]], dq: [[Double]], dk: [[Double]], dv: [[Double]]) {
        let (n, d) = (q.count, q[0].count)
        let scale = 1 / Double(d).squareRoot()
        func dot(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let zero = [[Double]](repeating: [Double](repeating: 0, count: d), count: n)
        var (context, dq, dk, dv) = (zero, zero, zero, zero)
        for i in 0..<n {
            let p = softmax((0..<n).map { scale * dot(q[i], k[$0]) })
            let dp = (0..<n).map { dot(dContext[i], v[$0]) }
            let mean = dot(p, dp)
            for j in 0..<n {
                let ds = p[j] * (dp[j] - mean) * scale
                for c in 0..<d {
                    context[i][c] += p[j] * v[j][c]
                    dv[j][c] += p[j] * dContext[i][c]
                    dq[i][c] += ds * k[j][c]
                    dk[j][c] += ds * q[i][c]
                }
            }
        }
        return (context, dq, dk, dv)
    }
}
