public import Models
public import Tensors

/// Second moments of what dense layers read: Σ x xᵀ over all tokens, for every site.
///
/// Twice that is the Hessian of the squared error that a layer's outputs get from its weights
/// (Frantar et al., GPTQ, arXiv:2210.17323). The rows have to be training rows.
public struct InputMoments: Sendable {
    /// For every site a symmetric matrix `[channels, channels]`, row by row.
    let sums: [ActivationSite: [Double]]

    /// Reads `batches` with the float classifier.
    ///
    /// A batch's products are summed in float32, as in training, the batches in double and in order.
    /// - Parameter progress: called after every batch with the fraction done; may throw to stop.
    ///
    /// Throws `CompressionError.mismatch` where there are no rows, or values that are not finite.
    public init(
        of classifier: Classifier, reading batches: [TokenBatch], compute: Compute,
        progress: (Double) throws -> Void = { _ in }
    ) throws {
        guard !batches.isEmpty else {
            throw CompressionError.mismatch(
                "calibration and rows", expected: "1 row or more", found: "none")
        }
        var sums: [ActivationSite: [Double]] = [:]
        for (number, batch) in batches.enumerated() {
            _ = try classifier.logits(batch, compute: compute) { site, x in
                let product = compute.matmul(x, x, transposeA: true)
                let side = x.columns
                // One triangle for both: the other one's sums may differ in their last bits.
                product.withUnsafeBuffer { product in
                    sums[site, default: [Double](repeating: 0, count: side * side)]
                        .withUnsafeMutableBufferPointer { sum in
                            for row in 0..<side {
                                for column in 0...row {
                                    let value = Double(product[row * side + column])
                                    sum[row * side + column] += value
                                    if column < row { sum[column * side + row] += value }
                                }
                            }
                        }
                }
                return x
            }
            try progress(Double(number + 1) / Double(batches.count))
        }
        for (site, sum) in sums {
            guard sum.allSatisfy({ $0.isFinite }) else {
                throw CompressionError.mismatch(
                    "activations and 4 bits at '\(site.name)'", expected: "finite numbers",
                    found: "NaN or infinity")
            }
        }
        self.sums = sums
    }

}

extension ActivationSite {
    /// Where a dense layer of the encoder reads, by the name of its weights; nil for other names.
    init?(reading name: String) {
        let parts = name.split(separator: ".")
        guard parts.starts(with: ["bert", "encoder", "layer"]), parts.count > 4,
            let layer = Int(parts[3])
        else { return nil }
        switch parts[4...].joined(separator: ".") {
        case "attention.self.query.weight", "attention.self.key.weight",
            "attention.self.value.weight":
            self.init(layer: layer, place: .input)
        case "attention.output.dense.weight": self.init(layer: layer, place: .context)
        case "intermediate.dense.weight": self.init(layer: layer, place: .middle)
        case "output.dense.weight": self.init(layer: layer, place: .wide)
        default: return nil
        }
    }
}
