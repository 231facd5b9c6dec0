/// The upper triangle U with `Uᵀ U = (H + λ I)⁻¹`, in double.
///
/// Row j of U says how the error of column j is best made good by the columns after it; see
/// `docs/numerics.md`.
struct InverseFactor: Sendable {
    let side: Int
    /// Row by row; zeros below the diagonal, which is positive.
    let upper: [Double]

    /// Share of the mean diagonal that λ is.
    static let damping = 0.01

    /// Factors the inverse of a symmetric matrix without negative eigenvalues beyond rounding.
    ///
    /// Channels that are always zero get a diagonal of the mean, so that nothing is moved to them
    /// for nothing. Throws `CompressionError.mismatch` where the damped matrix is not positive.
    init(inverting matrix: [Double], side: Int, name: String) throws {
        precondition(matrix.count == side * side)
        self.side = side
        var work = matrix
        let mean = (0..<side).reduce(0.0) { $0 + matrix[$1 * side + $1] } / Double(max(side, 1))
        let unit = mean > 0 ? mean : 1
        for place in 0..<side {
            if work[place * side + place] <= 0 { work[place * side + place] = unit }
            work[place * side + place] += InverseFactor.damping * unit
        }
        // With the order of rows and columns turned round, H' = L Lᵀ; turned back, H = Uₕ Uₕᵀ with
        // an upper Uₕ, and H⁻¹ = (Uₕ⁻¹)ᵀ Uₕ⁻¹.
        var turned = [Double](repeating: 0, count: side * side)
        for place in 0..<side * side { turned[place] = work[side * side - 1 - place] }
        guard InverseFactor.factor(&turned, side) else {
            throw CompressionError.mismatch(
                "activations at '\(name)' and compensated rounding",
                expected: "a positive matrix of moments", found: "one that is not")
        }
        InverseFactor.invert(&turned, side)
        for place in 0..<side * side { work[place] = turned[side * side - 1 - place] }
        upper = work
    }

    /// Replaces a symmetric matrix by its lower Cholesky factor, with zeros above; false where there is
    /// none.
    private static func factor(_ matrix: inout [Double], _ side: Int) -> Bool {
        var isPositive = true
        matrix.withUnsafeMutableBufferPointer { a in
            for row in 0..<side {
                for column in 0...row {
                    var sum = a[row * side + column]
                    for k in 0..<column { sum -= a[row * side + k] * a[column * side + k] }
                    if column < row {
                        a[row * side + column] = sum / a[column * side + column]
                    } else {
                        isPositive = isPositive && sum > 0 && sum.isFinite
                        a[row * side + row] = sum.squareRoot()
                    }
                }
                for column in row + 1..<max(side, row + 1) { a[row * side + column] = 0 }
            }
        }
        return isPositive
    }

    /// Replaces a lower triangle by its inverse.
    private static func invert(_ matrix: inout [Double], _ side: Int) {
        matrix.withUnsafeMutableBufferPointer { a in
            var row = [Double](repeating: 0, count: side)
            for i in 0..<side {
                // Row i of L⁻¹ = (e_i − Σ_k<i L_ik · row k of L⁻¹) / L_ii.
                for column in 0..<i { row[column] = 0 }
                for k in 0..<i {
                    let factor = a[i * side + k]
                    for column in 0...k { row[column] -= factor * a[k * side + column] }
                }
                let diagonal = a[i * side + i]
                for column in 0..<i { a[i * side + column] = row[column] / diagonal }
                a[i * side + i] = 1 / diagonal
            }
        }
    }
}
