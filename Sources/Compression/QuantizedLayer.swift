import CIntegerKernels
import Models
import Tensors

/// One encoder layer with integer dense layers; mirrors the layer of `Classifier`.
struct QuantizedLayer: Sendable {
    private let queryKeyValue: IntegerLinear
    private let attentionOutput: IntegerLinear
    private let attentionNorm: QuantizedNorm
    private let intermediate: IntegerLinear
    private let output: IntegerLinear
    private let outputNorm: QuantizedNorm
    private let activation: nlp_int8_activation
    private let heads: Int
    private let headSize: Int
    private let path: nlp_int8_path

    init(_ weights: QuantizedWeights, index: Int, path: nlp_int8_path, slab: Slab) throws {
        let prefix = "bert.encoder.layer.\(index)"
        func linear(_ names: String...) throws -> IntegerLinear {
            let parts = try names.map { name in
                (
                    try weights.matrix("\(prefix).\(name).weight"),
                    try weights.float("\(prefix).\(name).bias").values
                )
            }
            do {
                return try IntegerLinear(parts, path: path, slab: slab)
            } catch let odd as ForbiddenByte {
                throw ForbiddenWeight(tensor: "\(prefix).\(names[odd.part]).weight")
            }
        }
        queryKeyValue = try linear(
            "attention.self.query", "attention.self.key", "attention.self.value")
        attentionOutput = try linear("attention.output.dense")
        attentionNorm = try QuantizedNorm(
            weights, "\(prefix).attention.output.LayerNorm", slab: slab)
        intermediate = try linear("intermediate.dense")
        output = try linear("output.dense")
        outputNorm = try QuantizedNorm(weights, "\(prefix).output.LayerNorm", slab: slab)
        activation = weights.config.activation.integerKernel
        heads = weights.config.layers[index].heads
        headSize = weights.config.headSize
        self.path = path
    }

    /// Takes the token states in `work` through this layer; `offsets` are the sequences' ends.
    func callAsFunction(_ work: Workspace, offsets: ArraySlice<Int>) {
        let rows = Int32(offsets[offsets.endIndex - 1] - offsets[offsets.startIndex])
        let stride = roundedUp(queryKeyValue.outputs, to: 16)
        withUnsafePointer(to: queryKeyValue.dense) { dense in
            nlp_int8_dense_float(
                path, dense, work.states8, rows, work.qkv, stride, work.scratch)
        }
        let context = work.inner8(depth: attentionOutput.depth)
        attend(work, offsets, stride: stride, to: context)
        add(attentionOutput, of: context, rows, attentionNorm, work)

        let wide = work.inner8(depth: output.depth)
        withUnsafePointer(to: intermediate.dense) { dense in
            nlp_int8_dense_activation(
                path, dense, work.states8, rows, activation, wide, work.scratch)
        }
        add(output, of: wide, rows, outputNorm, work)
    }

    /// Softmax(q k' / √size) v for every sequence.
    private func attend(
        _ work: Workspace, _ offsets: ArraySlice<Int>, stride: Int, to context: nlp_int8_rows
    ) {
        let start = offsets[offsets.startIndex]
        for (begin, end) in zip(offsets, offsets.dropFirst()) {
            let first = begin - start
            nlp_int8_attention(
                path, work.qkv + first * stride, stride, Int32(end - begin), Int32(heads),
                Int32(headSize), nlp_int8_rows_from(context, first), work.scratch)
        }
    }

    /// Token states ← norm(dense layer of `x` + token states).
    private func add(
        _ linear: IntegerLinear, of x: nlp_int8_rows, _ rows: Int32, _ norm: QuantizedNorm,
        _ work: Workspace
    ) {
        withUnsafePointer(to: linear.dense) { dense in
            nlp_int8_dense_norm(
                path, dense, x, rows, work.states, norm.gamma, norm.beta, norm.epsilon,
                work.states, work.stride, work.states8, work.scratch)
        }
    }
}

/// A weight of a stored tensor is -128, which no symmetric scale has.
struct ForbiddenWeight: Error {
    let tensor: String
}

/// A layer norm in float32.
struct QuantizedNorm: @unchecked Sendable {
    let gamma: UnsafePointer<Float>
    let beta: UnsafePointer<Float>
    let epsilon: Float
    private let slab: Slab

    init(_ weights: QuantizedWeights, _ name: String, slab: Slab) throws {
        gamma = slab.padded(try weights.float("\(name).weight").values)
        beta = slab.padded(try weights.float("\(name).bias").values)
        epsilon = weights.config.layerNormEpsilon
        self.slab = slab
    }
}

extension Activation {
    fileprivate var integerKernel: nlp_int8_activation {
        switch self {
        case .gelu: NLP_INT8_GELU
        case .geluTanh: NLP_INT8_GELU_TANH
        case .relu: NLP_INT8_RELU
        }
    }
}
