import CIntegerKernels
import Foundation
import Testing

/// Operands large enough for every tested size, made once.
private struct Operands {
    let weights: [Int8]
    let activations: [Float]
    let bias: [Float]
    let scales: [Float]

    init(seed: UInt64, count: Int = 65 * 68) {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        weights = (0..<count).map { _ in Int8(Int(next() % 255) - 127) }
        activations = (0..<count).map { _ in Float(Int(next() % 20001) - 10000) / 3000 }
        bias = (0..<96).map { _ in Float(Int(next() % 2001) - 1000) / 100 }
        scales = (0..<96).map { _ in Float(next() % 1000 + 1) / 77000 }
    }
}

private struct Quantized: Equatable {
    var bytes: [UInt8]
    var scales: [Float]
    var zeros: [Int32]
}

private func quantize(_ x: [Float], _ m: Int, _ k: Int, _ path: nlp_int8_path) -> Quantized {
    let stride = (k + 3) / 4 * 4
    var q = Quantized(
        bytes: Array(repeating: 0xaa, count: m * stride), scales: Array(repeating: 0, count: m),
        zeros: Array(repeating: 0, count: m))
    nlp_int8_quantize_rows(
        path, x, Int32(m), Int32(k), &q.bytes, Int32(stride), &q.scales, &q.zeros)
    return q
}

/// The product of one path; columns that must not be written keep a mark.
private func product(
    _ q: Quantized, _ o: Operands, _ m: Int, _ n: Int, _ k: Int, _ path: nlp_int8_path
) -> [Float] {
    let stride = (k + 3) / 4 * 4
    var packed = [Int8](repeating: 1, count: nlp_int8_packed_size(Int32(n), Int32(k)))
    var sums = [Int32](repeating: 1, count: (n + 15) / 16 * 16)
    nlp_int8_pack(o.weights, Int32(n), Int32(k), &packed, &sums)
    var out = [Float](repeating: -7, count: m * (n + 1))
    let panels = Int32((n + 15) / 16)
    nlp_int8_gemm(
        path, q.bytes, Int32(stride), q.scales, q.zeros, Int32(m), packed, sums, o.scales, o.bias,
        Int32(n), Int32(k), 0, panels, &out, Int32(n + 1))
    return out
}

private func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && memcmp(a, b, a.count * 4) == 0
}

private let fastPaths = [NLP_INT8_AVX2, NLP_INT8_AVX512].filter { nlp_int8_available($0) != 0 }
private let sizes = Array(1...17) + [31, 32, 33, 63, 64, 65]

@Test func productsHaveEqualBitsOnEveryPathForAllSmallSizes() {
    let operands = Operands(seed: 1)
    for k in sizes {
        for m in sizes {
            let q = quantize(operands.activations, m, k, NLP_INT8_SCALAR)
            for n in sizes {
                let expected = product(q, operands, m, n, k, NLP_INT8_SCALAR)
                for path in fastPaths {
                    let found = product(q, operands, m, n, k, path)
                    guard sameBits(found, expected) else {
                        Issue.record("path \(path) differs at m \(m) n \(n) k \(k)")
                        return
                    }
                }
            }
        }
    }
}

@Test func scalarProductEqualsTheDefinition() {
    let operands = Operands(seed: 2)
    let (m, n, k) = (3, 18, 7)
    let q = quantize(operands.activations, m, k, NLP_INT8_SCALAR)
    let out = product(q, operands, m, n, k, NLP_INT8_SCALAR)
    for row in 0..<m {
        for column in 0..<n {
            var sum = 0
            for depth in 0..<k {
                let activation = Int(q.bytes[row * 8 + depth]) - Int(q.zeros[row])
                sum += activation * Int(operands.weights[column * k + depth])
            }
            let scale = q.scales[row] * operands.scales[column]
            #expect(out[row * (n + 1) + column] == Float(sum) * scale + operands.bias[column])
        }
        #expect(out[row * (n + 1) + n] == -7, "the column behind the result was written")
    }
}

@Test(arguments: [Int8(127), Int8(-127)]) func extremesDoNotSaturateOnAnyPath(weight: Int8) {
    let (n, k) = (16, Int(NLP_INT8_MAX_DEPTH))
    let weights = [Int8](repeating: weight, count: n * k)
    var packed = [Int8](repeating: 0, count: nlp_int8_packed_size(Int32(n), Int32(k)))
    var sums = [Int32](repeating: 0, count: n)
    nlp_int8_pack(weights, Int32(n), Int32(k), &packed, &sums)
    let ones = [Float](repeating: 1, count: n)
    let bytes = [UInt8](repeating: 255, count: k)
    for (zero, activation) in [(Int32(0), 255), (Int32(255), 0)] {
        for path in [NLP_INT8_SCALAR] + fastPaths {
            var out = [Float](repeating: 0, count: n)
            nlp_int8_gemm(
                path, bytes, Int32(k), [1], [zero], 1, packed, sums, ones,
                [Float](repeating: 0, count: n), Int32(n), Int32(k), 0, 1, &out, Int32(n))
            #expect(out == [Float](repeating: Float(k * activation * Int(weight)), count: n))
        }
    }
}

@Test func quantizedRowsHaveEqualBytesOnEveryPath() {
    var operands = Operands(seed: 3).activations
    let odd: [Float] = [
        .nan, .infinity, -.infinity, 1e38, -1e38, 3e38, 0, -0.0, 1e-31, -.leastNonzeroMagnitude,
    ]
    for (index, value) in odd.enumerated() { operands[index * 131] = value }
    for k in sizes + [384, 1000] {
        let expected = quantize(operands, 4, k, NLP_INT8_SCALAR)
        for path in fastPaths {
            #expect(quantize(operands, 4, k, path) == expected, "path \(path), depth \(k)")
        }
    }
}

@Test(arguments: sizes) func quantizedRowsAreWithinHalfAStep(k: Int) {
    let x = Operands(seed: 4).activations
    let q = quantize(x, 5, k, NLP_INT8_SCALAR)
    let stride = (k + 3) / 4 * 4
    for row in 0..<5 {
        for column in 0..<k {
            let level = Float(Int32(q.bytes[row * stride + column]) - q.zeros[row])
            let error = abs(level * q.scales[row] - x[row * k + column])
            // Half a step, and the rounding of scale and inverse in float32.
            #expect(error <= q.scales[row] * 0.501)
        }
    }
}

@Test func rowsOfZerosOutliersAndNaNStayHarmless() {
    let nothing = quantize([0, 0, -0.0, 0, 1e-31], 1, 5, NLP_INT8_SCALAR)
    #expect(nothing.scales == [0] && nothing.bytes == [0, 0, 0, 0, 0, 0, 0, 0])
    let outlier = quantize([0.5, -0.5, 1000, .nan], 1, 4, NLP_INT8_SCALAR)
    #expect(outlier.bytes == [0, 0, 255, 0] && outlier.zeros == [0])
    let infinite = quantize([.infinity, -.infinity, 1, .nan], 1, 4, NLP_INT8_SCALAR)
    #expect(infinite.bytes[0] == 255 && infinite.bytes[1] == 0 && infinite.scales[0].isFinite)
    #expect(infinite.bytes[3] == UInt8(infinite.zeros[0]))
}
