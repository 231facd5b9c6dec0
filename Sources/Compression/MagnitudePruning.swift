public import Models
import Tensors

/// Which weights of the encoder's matrices are held at zero, chosen by magnitude.
///
/// Embeddings, layer norms, biases and the classifier head are never pruned. With scope `layer`
/// every matrix gets the same share of zeros; with `global` magnitudes are divided by the root mean
/// square of their matrix and compared across all of them.
public struct MagnitudeMask: Sendable {
    /// Names of the matrices that take part, in the model's order.
    public let names: [String]
    /// Where weights compete.
    public let scope: PruningScope
    /// Positions within each matrix that are held at zero, ascending.
    private var zeros: [[Int32]]

    /// Creates a mask that prunes nothing yet.
    public init(for parameters: Parameters, scope: PruningScope) {
        names = parameters.names.filter(MagnitudeMask.takesPart)
        self.scope = scope
        zeros = names.map { _ in [] }
    }

    /// True for the weight matrices of the encoder's dense layers.
    public static func takesPart(_ name: String) -> Bool {
        name.hasPrefix("bert.encoder.layer.") && name.hasSuffix(".weight")
            && !name.contains("LayerNorm")
    }

    /// Chooses the smallest weights until the share of zeros is `sparsity`, and zeroes them.
    ///
    /// Of equal magnitudes the earlier weight goes first. Throws `CompressionError.invalidOption`
    /// unless `sparsity` is in 0…1.
    public mutating func update(_ parameters: Parameters, sparsity: Double) throws {
        guard sparsity >= 0, sparsity <= 1 else {
            throw CompressionError.invalidOption(
                "sparsity", found: "\(sparsity)", expected: "0…1")
        }
        let keys = names.map { magnitudeKeys(parameters[$0], relative: scope == .global) }
        switch scope {
        case .layer:
            zeros = keys.map { smallest([$0], share: sparsity)[0] }
        case .global:
            zeros = smallest(keys, share: sparsity)
        }
        apply(to: parameters)
    }

    /// Zeroes the chosen weights again, after an optimiser step has moved them.
    public func apply(to parameters: Parameters) {
        for (name, places) in zip(names, zeros) {
            parameters[name].withUnsafeMutableBuffer { weights in
                for place in places { weights[Int(place)] = 0 }
            }
        }
    }
}

/// Bit patterns of magnitudes: they order as the magnitudes do, NaN last.
private func magnitudeKeys(_ tensor: Tensor, relative: Bool) -> [UInt32] {
    tensor.withUnsafeBuffer { weights in
        var factor: Float = 1
        if relative {
            let squares = weights.reduce(0.0) { $0 + Double($1) * Double($1) }
            let size = (squares / Double(max(weights.count, 1))).squareRoot()
            if size > 0, size.isFinite { factor = Float(1 / size) }
        }
        return weights.map { abs($0 * factor).bitPattern }
    }
}

/// The positions, per array, of the smallest keys of all arrays; earlier positions win ties.
func smallest(_ keys: [[UInt32]], share: Double) -> [[Int32]] {
    let total = keys.reduce(0) { $0 + $1.count }
    let wanted = Int((share * Double(total)).rounded())
    guard wanted > 0 else { return keys.map { _ in [] } }
    let (threshold, below) = key(atRank: wanted - 1, in: keys)
    var ties = wanted - below
    return keys.map { keys in
        var places: [Int32] = []
        for (place, key) in keys.enumerated() where key <= threshold {
            if key == threshold {
                guard ties > 0 else { continue }
                ties -= 1
            }
            places.append(Int32(place))
        }
        return places
    }
}

/// The key of a rank in ascending order and the number of smaller keys: two counting passes, over
/// the high and then the low half of the bits.
private func key(atRank rank: Int, in keys: [[UInt32]]) -> (key: UInt32, below: Int) {
    var below = 0
    func bucket(_ counts: [Int]) -> UInt32 {
        for (value, count) in counts.enumerated() {
            if below + count > rank { return UInt32(value) }
            below += count
        }
        return UInt32(counts.count - 1)
    }
    var counts = [Int](repeating: 0, count: 1 << 16)
    for keys in keys { for key in keys { counts[Int(key >> 16)] += 1 } }
    let high = bucket(counts)
    counts = [Int](repeating: 0, count: 1 << 16)
    for keys in keys { for key in keys where key >> 16 == high { counts[Int(key & 0xffff)] += 1 } }
    return (high << 16 | bucket(counts), below)
}
