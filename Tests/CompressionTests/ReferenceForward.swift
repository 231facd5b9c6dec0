import Foundation
import Models
import Tensors

@testable import Compression

/// The slow obvious twin of `QuantizedClassifier.logits`: one sequence, plain loops, every matrix as
/// the file describes it.
struct ReferenceForward {
    let weights: QuantizedWeights
    typealias Matrix = [[Double]]

    func logits(_ ids: [Int32]) throws -> [Double] {
        var states = try embed(ids)
        for layer in weights.config.layers.indices { states = try encode(states, layer) }
        var sentence = states[0]
        if weights.pooling == .mean {
            for column in sentence.indices {
                sentence[column] = states.reduce(0) { $0 + $1[column] } / Double(ids.count)
            }
        }
        let (head, bias) = (try weights.float("classifier.weight"), try floats("classifier.bias"))
        return (0..<head.rows).map { label in
            sentence.indices.reduce(bias[label]) { $0 + sentence[$1] * Double(head[label, $1]) }
        }
    }

    private func embed(_ ids: [Int32]) throws -> Matrix {
        let words = weights.table.expanded()
        let positions = try weights.matrix(WeightLayout.positions).expanded()
        let types =
            weights.config.typeVocabularySize > 0 ? try weights.float(WeightLayout.types) : nil
        let sums = ids.enumerated().map { place, id in
            (0..<weights.config.hiddenSize).map { column in
                Double(words[Int(id), column]) + Double(positions[place, column])
                    + Double(types?[0, column] ?? 0)
            }
        }
        return try norm(sums, "bert.embeddings.LayerNorm")
    }

    private func encode(_ x: Matrix, _ layer: Int) throws -> Matrix {
        let prefix = "bert.encoder.layer.\(layer)"
        let (q, k, v) = (
            try dense(x, "\(prefix).attention.self.query"),
            try dense(x, "\(prefix).attention.self.key"),
            try dense(x, "\(prefix).attention.self.value")
        )
        let context = attend(q, k, v, heads: weights.config.layers[layer].heads)
        let attended = try norm(
            sum(dense(context, "\(prefix).attention.output.dense"), x),
            "\(prefix).attention.output.LayerNorm")
        let wide = try dense(attended, "\(prefix).intermediate.dense").map { $0.map(activate) }
        return try norm(
            sum(dense(wide, "\(prefix).output.dense"), attended), "\(prefix).output.LayerNorm")
    }

    private func attend(_ q: Matrix, _ k: Matrix, _ v: Matrix, heads: Int) -> Matrix {
        let size = weights.config.headSize
        return q.map { query in
            (0..<heads).flatMap { head -> [Double] in
                let channels = head * size..<(head + 1) * size
                let scores = k.map { key in
                    channels.reduce(0) { $0 + query[$1] * key[$1] } / Double(size).squareRoot()
                }
                let top = scores.max() ?? 0
                let powers = scores.map { exp($0 - top) }
                let total = powers.reduce(0, +)
                return channels.map { channel in
                    zip(powers, v).reduce(0) { $0 + $1.0 * $1.1[channel] } / total
                }
            }
        }
    }

    private func activate(_ x: Double) -> Double {
        switch weights.config.activation {
        case .gelu: x * 0.5 * (1 + erf(x / 2.0.squareRoot()))
        case .geluTanh:
            x * 0.5 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .relu: max(x, 0)
        }
    }

    /// `quantized(x) · Wᵀ + b`.
    private func dense(_ x: Matrix, _ name: String) throws -> Matrix {
        let matrix = try weights.matrix("\(name).weight")
        let (values, bias) = (matrix.values.array, try floats("\(name).bias"))
        return x.map { row in
            let (levels, scale) = quantize(row)
            return (0..<matrix.rows).map { output in
                var total = 0
                for column in levels.indices {
                    total += levels[column] * Int(values[output * matrix.columns + column])
                }
                return Double(total) * scale * Double(matrix.scales[output])
                    + bias[output]
            }
        }
    }

    /// Levels without their zero point, and the scale of a row.
    private func quantize(_ row: [Double]) -> (levels: [Int], scale: Double) {
        let (low, high) = (min(row.min() ?? 0, 0), max(row.max() ?? 0, 0))
        let scale = (high - low) / 255
        guard high - low > 1e-30 else { return (row.map { _ in 0 }, 0) }
        let zero = (-low / scale).rounded(.toNearestOrEven)
        let levels = row.map { value in
            Int(min(max((value / scale).rounded(.toNearestOrEven) + zero, 0), 255) - zero)
        }
        return (levels, scale)
    }

    private func norm(_ x: Matrix, _ name: String) throws -> Matrix {
        let (gamma, beta) = (try floats("\(name).weight"), try floats("\(name).bias"))
        return x.map { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            let deviation = (variance + Double(weights.config.layerNormEpsilon)).squareRoot()
            return row.indices.map { (row[$0] - mean) / deviation * gamma[$0] + beta[$0] }
        }
    }

    private func sum(_ a: Matrix, _ b: Matrix) -> Matrix {
        zip(a, b).map { zip($0, $1).map { $0 + $1 } }
    }

    private func floats(_ name: String) throws -> [Double] {
        try weights.float(name).values.map(Double.init)
    }
}
