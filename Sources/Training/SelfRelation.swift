import Foundation

/// How the tokens of a text relate to each other in one head: `softmax(X Xᵀ/√d)` by rows.
///
/// X are queries, keys or values `[length, d]` (Wang et al., MiniLMv2, arXiv 2012.15828). In Double:
/// texts are short.
struct SelfRelation {
    private let length: Int
    private let size: Int
    private let scale: Double
    private let vectors: [Double]
    /// The relations, `[length, length]`, and their logarithms.
    let shares: [Double]
    private let logs: [Double]

    /// Relates `vectors`, `[length, size]`.
    init(_ vectors: [Double], length: Int, size: Int) {
        precondition(vectors.count == length * size, "vectors of another size")
        self.length = length
        self.size = size
        self.vectors = vectors
        scale = 1 / Double(size).squareRoot()
        var logs = Self.products(vectors, length: length, size: size, scale: scale)
        var shares = logs
        for row in 0..<length {
            let range = row * length..<(row + 1) * length
            let top = logs[range].max() ?? 0
            var total = 0.0
            for i in range {
                shares[i] = exp(logs[i] - top)
                total += shares[i]
            }
            let normalizer = top + log(total)
            for i in range {
                logs[i] -= normalizer
                shares[i] /= total
            }
        }
        self.logs = logs
        self.shares = shares
    }

    /// The mean over rows of `KL(teacher's ‖ these)`, and its gradient by these vectors.
    func divergence(from teacher: SelfRelation) -> (loss: Double, gradient: [Double]) {
        precondition(teacher.length == length, "relations of another text")
        let share = 1 / Double(max(1, length))
        var loss = 0.0
        var slopes = [Double](repeating: 0, count: length * length)
        for i in slopes.indices where teacher.shares[i] > 0 || shares[i] > 0 {
            // A share that is 0 in float64 counts nothing, whatever its logarithm.
            if teacher.shares[i] > 0 {
                loss += teacher.shares[i] * (teacher.logs[i] - logs[i])
            }
            slopes[i] = share * scale * (shares[i] - teacher.shares[i])
        }
        // Each score has its vector on both sides.
        var gradient = [Double](repeating: 0, count: vectors.count)
        gradient.withUnsafeMutableBufferPointer { gradient in
            vectors.withUnsafeBufferPointer { vectors in
                for row in 0..<length {
                    for other in 0..<length {
                        let slope = slopes[row * length + other] + slopes[other * length + row]
                        for c in 0..<size {
                            gradient[row * size + c] += slope * vectors[other * size + c]
                        }
                    }
                }
            }
        }
        return (share * loss, gradient)
    }

    /// `scale · X Xᵀ`, summed in a loop over columns so that it is computed in vectors.
    private static func products(
        _ vectors: [Double], length: Int, size: Int, scale: Double
    ) -> [Double] {
        var turned = [Double](repeating: 0, count: vectors.count)
        for row in 0..<length {
            for c in 0..<size { turned[c * length + row] = vectors[row * size + c] }
        }
        var result = [Double](repeating: 0, count: length * length)
        result.withUnsafeMutableBufferPointer { result in
            turned.withUnsafeBufferPointer { turned in
                for row in 0..<length {
                    for c in 0..<size {
                        let factor = scale * turned[c * length + row]
                        for other in 0..<length {
                            result[row * length + other] += factor * turned[c * length + other]
                        }
                    }
                }
            }
        }
        return result
    }
}
