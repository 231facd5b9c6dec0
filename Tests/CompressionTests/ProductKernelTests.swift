import CIntegerKernels
import Testing

/// Sizes of products, crosswise: every pair of sizes occurs, and every path sees all of them.
private let shapes = kernelSizes.indices.flatMap { i in
    kernelSizes.indices.map { j in
        (kernelSizes[i], kernelSizes[j], kernelSizes[(i * 7 + j * 3) % kernelSizes.count])
    }
}

@Test func productsHaveEqualBitsOnEveryPathForAllSmallSizes() {
    var noise = KernelNoise(seed: 1)
    let weights = noise.weights(65 * 65)
    let activations = noise.values(65 * 65)
    for (m, n, k) in shapes {
        let x = KernelRows(
            quantizing: Array(activations[..<(m * k)]), depth: k, by: NLP_INT8_SCALAR)
        let layers = kernelPaths.map { KernelLayer(weights, outputs: n, depth: k, path: $0) }
        let expected = layers[0].product(x, rows: m, path: NLP_INT8_SCALAR)
        for (path, layer) in zip(kernelPaths, layers).dropFirst() {
            let isEqual =
                layer.packed.values == layers[0].packed.values
                && layer.sums.values == layers[0].sums.values
                && sameBits(layer.product(x, rows: m, path: path), expected)
            guard isEqual else {
                Issue.record("path \(kernelName(path)) differs at m \(m) n \(n) k \(k)")
                return
            }
        }
    }
}

@Test(arguments: [(5, 1152, 384), (27, 384, 384), (13, 1536, 384), (70, 384, 1536)])
func productsOfTheEncodersShapesHaveEqualBits(m: Int, n: Int, k: Int) {
    var noise = KernelNoise(seed: 2)
    let weights = noise.weights(n * k)
    let x = KernelRows(quantizing: noise.values(m * k), depth: k, by: NLP_INT8_SCALAR)
    let layer = KernelLayer(weights, outputs: n, depth: k, path: NLP_INT8_SCALAR)
    let expected = layer.product(x, rows: m, path: NLP_INT8_SCALAR)
    for path in fastPaths {
        #expect(sameBits(layer.product(x, rows: m, path: path), expected), "\(kernelName(path))")
    }
    for (row, output) in [(0, 0), (m - 1, n - 1), (m / 2, n / 3)] {
        #expect(expected[row * n + output] == layer.element(x, row, output))
    }
}

@Test(arguments: [(1, 1, 1), (3, 18, 7), (2, 33, 65), (7, 16, 64)])
func scalarProductEqualsTheDefinition(m: Int, n: Int, k: Int) {
    var noise = KernelNoise(seed: 3)
    let layer = KernelLayer(noise.weights(n * k), outputs: n, depth: k, path: NLP_INT8_SCALAR)
    let x = KernelRows(quantizing: noise.values(m * k), depth: k, by: NLP_INT8_SCALAR)
    let out = layer.product(x, rows: m, path: NLP_INT8_SCALAR)
    for row in 0..<m {
        for output in 0..<n {
            #expect(out[row * n + output] == layer.element(x, row, output))
        }
    }
}

@Test(arguments: [Int8(127), -127, -128]) func extremesDoNotSaturateOnAnyPath(weight: Int8) {
    for depth in [64, 384, Int(NLP_INT8_MAX_DEPTH)] {
        let weights = [Int8](repeating: weight, count: 16 * depth)
        for (byte, zero) in [(UInt8(255), Int32(0)), (255, 255), (0, 255), (255, 1)] {
            let x = KernelRows(2, depth: depth)
            for index in 0..<2 * x.stride { x.bytes.pointer[index] = byte }
            for row in 0..<2 { (x.scales.pointer[row], x.zeros.pointer[row]) = (1, zero) }
            for path in kernelPaths {
                let layer = KernelLayer(weights, outputs: 16, depth: depth, path: path)
                for n in 0..<16 { (layer.scales.pointer[n], layer.bias.pointer[n]) = (1, 0) }
                let expected = Float(depth * (Int(byte) - Int(zero)) * Int(weight))
                #expect(
                    layer.product(x, rows: 2, path: path)
                        == [Float](repeating: expected, count: 32),
                    "\(kernelName(path)), \(byte) less \(zero)")
            }
        }
    }
}

@Test func aRowDoesNotDependOnTheRowsBesideIt() {
    var noise = KernelNoise(seed: 4)
    let layer = KernelLayer(noise.weights(40 * 70), outputs: 40, depth: 70, path: NLP_INT8_SCALAR)
    let values = noise.values(131 * 70)
    for path in kernelPaths {
        let x = KernelRows(quantizing: values, depth: 70, by: path)
        let together = layer.product(x, rows: 131, path: path)
        for row in [0, 1, 64, 130] {
            let alone = KernelRows(
                quantizing: Array(values[row * 70..<(row + 1) * 70]), depth: 70, by: path)
            #expect(
                sameBits(
                    layer.product(alone, rows: 1, path: path),
                    Array(together[row * 40..<(row + 1) * 40])))
        }
    }
}

@Test func weightsPackedInPartsEqualThosePackedAtOnce() {
    var noise = KernelNoise(seed: 5)
    let (outputs, depth) = (83, 100)
    let weights = noise.weights(outputs * depth)
    for path in kernelPaths {
        let whole = KernelLayer(weights, outputs: outputs, depth: depth, path: path)
        let parts = KernelLayer(
            [Int8](repeating: 3, count: outputs * depth), outputs: outputs, depth: depth,
            path: path)
        for (first, last) in [(48, 83), (0, 16), (16, 48)] {
            nlp_int8_pack(
                path, Array(weights[(first * depth)...]), Int32(first), Int32(last), Int32(depth),
                parts.packed.pointer, parts.sums.pointer)
        }
        #expect(parts.packed.values == whole.packed.values)
        #expect(parts.sums.values == whole.sums.values)
        #expect(whole.packed.isIntact && whole.sums.isIntact)
    }
}
