import Models
import Tensors

/// One encoder layer with integer dense layers; mirrors the layer of `Classifier`.
struct QuantizedLayer: Sendable {
    private let queryKeyValue: IntegerLinear
    private let attentionOutput: IntegerLinear
    private let attentionNorm: QuantizedNorm
    private let intermediate: IntegerLinear
    private let intermediateBias: Tensor
    private let output: IntegerLinear
    private let outputNorm: QuantizedNorm
    private let activation: Activation
    private let heads: Int
    private let headSize: Int

    init(_ weights: QuantizedWeights, index: Int) throws {
        let prefix = "bert.encoder.layer.\(index)"
        func part(_ name: String) throws -> (weights: ByteMatrix, bias: [Float]) {
            (
                try weights.matrix("\(prefix).\(name).weight"),
                try weights.float("\(prefix).\(name).bias").values
            )
        }
        queryKeyValue = IntegerLinear(
            try ["query", "key", "value"].map { try part("attention.self.\($0)") })
        attentionOutput = IntegerLinear([try part("attention.output.dense")])
        attentionNorm = try QuantizedNorm(weights, "\(prefix).attention.output.LayerNorm")
        // The activation adds the bias itself.
        let wide = try weights.matrix("\(prefix).intermediate.dense.weight")
        intermediate = IntegerLinear([(wide, [Float](repeating: 0, count: wide.rows))])
        intermediateBias = try weights.float("\(prefix).intermediate.dense.bias")
        output = IntegerLinear([try part("output.dense")])
        outputNorm = try QuantizedNorm(weights, "\(prefix).output.LayerNorm")
        activation = weights.config.activation
        heads = weights.config.layers[index].heads
        headSize = weights.config.headSize
    }

    /// Token states `[tokens, hidden]` after this layer.
    func callAsFunction(_ hidden: Tensor, offsets: [Int], compute: Compute) -> Tensor {
        let layout = AttentionLayout(offsets: offsets, heads: heads, headSize: headSize)
        let qkv = queryKeyValue(QuantizedRows(hidden, compute: compute), compute: compute)
        let context = compute.attention(qkv, layout).context
        let attended = attentionOutput(
            QuantizedRows(context, compute: compute), compute: compute)
        attentionNorm.apply(to: attended, residual: hidden, compute: compute)

        let wide = intermediate(QuantizedRows(attended, compute: compute), compute: compute)
        compute.activate(activation, wide, bias: intermediateBias, into: wide)
        let result = output(QuantizedRows(wide, compute: compute), compute: compute)
        outputNorm.apply(to: result, residual: attended, compute: compute)
        return result
    }
}

/// A layer norm in float32.
struct QuantizedNorm: Sendable {
    private let gamma: Tensor
    private let beta: Tensor
    private let epsilon: Float

    init(_ weights: QuantizedWeights, _ name: String) throws {
        gamma = try weights.float("\(name).weight")
        beta = try weights.float("\(name).bias")
        epsilon = weights.config.layerNormEpsilon
    }

    /// Normalises `x + residual` in place of `x`.
    func apply(to x: Tensor, residual: Tensor? = nil, compute: Compute) {
        compute.normInPlace(x, residual: residual, gamma: gamma, beta: beta, epsilon: epsilon)
    }
}
