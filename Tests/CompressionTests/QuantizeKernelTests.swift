import CIntegerKernels
import Testing

@Test func quantizedRowsHaveEqualBytesOnEveryPath() {
    var noise = KernelNoise(seed: 6)
    var values = noise.values(4 * 1000)
    let odd: [Float] = [
        .nan, .infinity, -.infinity, 1e38, -1e38, 3e38, 0, -0.0, 1e-31, -.leastNonzeroMagnitude,
    ]
    for (index, value) in odd.enumerated() { values[index * 131] = value }
    for depth in kernelSizes + [384, 1000] {
        let x = Array(values[..<(4 * depth)])
        let expected = KernelRows(quantizing: x, depth: depth, by: NLP_INT8_SCALAR)
        for path in fastPaths {
            let found = KernelRows(quantizing: x, depth: depth, by: path)
            #expect(found.equals(expected), "path \(kernelName(path)), depth \(depth)")
            #expect(found.isIntact)
        }
    }
}

@Test(arguments: kernelSizes) func quantizedRowsAreWithinHalfAStep(depth: Int) {
    var noise = KernelNoise(seed: 7)
    let values = noise.values(5 * depth)
    let rows = KernelRows(quantizing: values, depth: depth, by: NLP_INT8_SCALAR)
    for row in 0..<5 {
        for column in 0..<depth {
            let error = abs(rows.value(row, column) - Double(values[row * depth + column]))
            // Half a step, and the rounding of scale and inverse in float32.
            #expect(error <= Double(rows.scales.pointer[row]) * 0.501)
        }
        for column in depth..<rows.stride {
            #expect(rows.bytes.pointer[row * rows.stride + column] == 0, "padding")
        }
    }
}

@Test func rowsOfZerosOutliersAndNaNStayHarmless() {
    for path in kernelPaths {
        let nothing = KernelRows(quantizing: [0, 0, -0.0, 0, 1e-31], depth: 5, by: path)
        #expect(nothing.scales.values == [0] && nothing.bytes.values.allSatisfy { $0 == 0 })
        let outlier = KernelRows(quantizing: [0.5, -0.5, 1000, .nan], depth: 4, by: path)
        #expect(outlier.bytes.values[..<4] == [0, 0, 255, 0] && outlier.zeros.values == [0])
        let infinite = KernelRows(
            quantizing: [.infinity, -.infinity, 1, .nan], depth: 4, by: path)
        #expect(infinite.bytes.values[0] == 255 && infinite.bytes.values[1] == 0)
        #expect(infinite.scales.values[0].isFinite)
        #expect(infinite.bytes.values[3] == UInt8(infinite.zeros.values[0]))
    }
}

@Test func halvesAreRoundedToEven() {
    // The range 0...255 has scale 1 and zero point 0.
    let values: [Float] = [0.5, 1.5, 2.5, 253.5, 254.5, 255]
    for path in kernelPaths {
        let rows = KernelRows(quantizing: values, depth: 6, by: path)
        #expect(rows.bytes.values[..<6] == [0, 2, 2, 254, 254, 255], "\(kernelName(path))")
    }
}
