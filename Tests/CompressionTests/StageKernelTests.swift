import CIntegerKernels
import Foundation
import Testing

private func exactActivation(_ f: nlp_int8_activation, _ x: Double) -> Double {
    switch f {
    case NLP_INT8_GELU: return x * 0.5 * erfc(-x / 2.0.squareRoot())
    case NLP_INT8_GELU_TANH:
        return 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    default: return max(x, 0)
    }
}

/// Quantized `f(x W' + b)`.
private func activate(
    _ layer: KernelLayer, _ x: KernelRows, _ rows: Int, _ f: nlp_int8_activation,
    _ path: nlp_int8_path
) -> KernelRows {
    let out = KernelRows(rows, depth: layer.outputs)
    let scratch = layer.scratch(rows: rows)
    withUnsafePointer(to: layer.view) { dense in
        nlp_int8_dense_activation(path, dense, x.view, Int32(rows), f, out.view, scratch.pointer)
    }
    #expect(out.isIntact && scratch.isIntact)
    return out
}

@Test(arguments: [NLP_INT8_GELU, NLP_INT8_GELU_TANH, NLP_INT8_RELU])
func activationsAreExactToHalfAStepAndEqualOnEveryPath(f: nlp_int8_activation) {
    var noise = KernelNoise(seed: 8)
    for (m, n, k) in [(1, 1, 3), (3, 17, 33), (13, 100, 64), (66, 64, 65), (5, 384, 16)] {
        let weights = noise.weights(n * k)
        let x = KernelRows(
            quantizing: noise.values(m * k).map { $0 * 9 }, depth: k, by: NLP_INT8_SCALAR)
        let layer = KernelLayer(weights, outputs: n, depth: k, path: NLP_INT8_SCALAR)
        let expected = activate(layer, x, m, f, NLP_INT8_SCALAR)
        for row in 0..<m {
            for output in 0..<n {
                let exact = exactActivation(f, Double(layer.element(x, row, output)))
                let step = Double(expected.scales.pointer[row])
                // Half a step of the quantization, and the error of the activation.
                #expect(abs(expected.value(row, output) - exact) <= 0.501 * step + 1e-6)
            }
        }
        for path in fastPaths {
            #expect(activate(layer, x, m, f, path).equals(expected), "\(kernelName(path))")
        }
    }
}

/// A layer of depth 1 with weight 1 whose product is its input exactly: scale 1, one level a unit.
private func geluThroughScale(of x: Double, path: nlp_int8_path) -> Double {
    let layer = KernelLayer([1, 1], outputs: 2, depth: 1, path: path)
    for n in 0..<2 { (layer.scales.pointer[n], layer.bias.pointer[n]) = (0, n == 0 ? Float(x) : 0) }
    let input = KernelRows(quantizing: [1], depth: 1, by: path)
    let out = activate(layer, input, 1, NLP_INT8_GELU, path)
    // One value and 0 fill the range, so the value is the end of the range.
    return Double(out.scales.pointer[0]) * 255 * (x < 0 ? -1 : 1)
}

@Test func geluIsWithinOneMillionth() {
    for index in stride(from: -6000, through: 6000, by: 7) where index != 0 {
        let x = Double(Float(index) / 1000)
        let exact = exactActivation(NLP_INT8_GELU, x)
        for path in kernelPaths {
            let error = abs(geluThroughScale(of: x, path: path) - exact)
            #expect(error <= max(1e-6, 3e-7 * abs(exact)), "\(x) on \(kernelName(path))")
        }
    }
    #expect(abs(geluThroughScale(of: 1000, path: NLP_INT8_SCALAR) - 1000) < 1e-5)
}

/// The norm of a product plus residual: floats and quantized rows.
private func normalize(
    _ layer: KernelLayer, _ x: KernelRows, _ residual: [Float], _ path: nlp_int8_path,
    inPlace: Bool = false
) -> (values: [Float], quantized: KernelRows) {
    let n = layer.outputs
    let m = residual.count / n
    let (given, step) = floatRows(residual, columns: n)
    let out = inPlace ? given : GuardedMemory<Float>(m * step, of: 0)
    let quantized = KernelRows(m, depth: n)
    let scratch = layer.scratch(rows: m)
    withUnsafePointer(to: layer.view) { dense in
        nlp_int8_dense_norm(
            path, dense, x.view, Int32(m), given.pointer, layer.bias.pointer,
            layer.scales.pointer, 1e-5, out.pointer, step, quantized.view, scratch.pointer)
    }
    #expect(out.isIntact && quantized.isIntact && scratch.isIntact)
    return ((0..<m * n).map { out.pointer[$0 / n * step + $0 % n] }, quantized)
}

private func exactNorm(_ s: [Double], _ layer: KernelLayer) -> [Double] {
    let mean = s.reduce(0, +) / Double(s.count)
    let variance = s.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(s.count)
    return s.indices.map {
        (s[$0] - mean) / (variance + 1e-5).squareRoot() * Double(layer.bias.pointer[$0])
            + Double(layer.scales.pointer[$0])
    }
}

@Test func normsFollowTheDefinitionAndAreEqualOnEveryPath() {
    var noise = KernelNoise(seed: 9)
    for (m, n, k) in [(1, 1, 1), (2, 15, 8), (5, 16, 3), (7, 70, 65), (67, 128, 64), (3, 384, 9)] {
        let weights = noise.weights(n * k)
        let residual = noise.values(m * n)
        let x = KernelRows(quantizing: noise.values(m * k), depth: k, by: NLP_INT8_SCALAR)
        let layer = KernelLayer(weights, outputs: n, depth: k, path: NLP_INT8_SCALAR)
        let expected = normalize(layer, x, residual, NLP_INT8_SCALAR)
        for row in 0..<m {
            let sums = (0..<n).map {
                Double(layer.element(x, row, $0)) + Double(residual[row * n + $0])
            }
            for (column, exact) in exactNorm(sums, layer).enumerated() {
                // Float32 sums of up to 384 values of about 1.
                #expect(abs(Double(expected.values[row * n + column]) - exact) <= 5e-6)
            }
        }
        let again = KernelRows(quantizing: expected.values, depth: n, by: NLP_INT8_SCALAR)
        #expect(again.equals(expected.quantized))
        for path in fastPaths {
            for inPlace in [false, true] {
                let found = normalize(layer, x, residual, path, inPlace: inPlace)
                #expect(sameBits(found.values, expected.values), "\(kernelName(path))")
                #expect(found.quantized.equals(expected.quantized), "\(kernelName(path))")
            }
        }
    }
}

@Test func theNormAloneEqualsThatOfAProductWithoutWeights() {
    var noise = KernelNoise(seed: 10)
    let (m, n) = (9, 50)
    let values = noise.values(m * n)
    for path in kernelPaths {
        let layer = KernelLayer([Int8](repeating: 0, count: n), outputs: n, depth: 1, path: path)
        let x = KernelRows(quantizing: [Float](repeating: 0, count: m), depth: 1, by: path)
        let (rows, step) = floatRows(values, columns: n)
        let alone = KernelRows(m, depth: n)
        // gamma and beta are the layer's bias and scales; the product adds the bias, so take it off.
        let residual = values.indices.map { values[$0] - layer.bias.pointer[$0 % n] }
        for index in values.indices {
            let bias = layer.bias.pointer[index % n]
            rows.pointer[index / n * step + index % n] = bias + residual[index]
        }
        let expected = normalize(layer, x, residual, path)
        nlp_int8_norm(
            path, rows.pointer, step, Int32(m), Int32(n), layer.bias.pointer,
            layer.scales.pointer, 1e-5, alone.view)
        #expect(alone.equals(expected.quantized) && alone.isIntact && rows.isIntact)
    }
}
