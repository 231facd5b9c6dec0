import Foundation
import Models
import TestSupport
import Tensors
import Testing

@testable import Compression

/// Sizes around those of halves, groups and padded blocks.
private let sizes = Array(1...17) + [31, 32, 33, 63, 64, 65]

/// Writes one matrix and reads it again.
private func reread(_ matrix: GroupedMatrix) throws -> GroupedMatrix {
    let folder = try TemporaryFolder()
    var writer = SafeTensorsWriter()
    writer.add("w", matrix)
    try writer.write(to: folder.file("w.safetensors"))
    return try StoredTensors(file: folder.file("w.safetensors")).grouped(
        "w", [matrix.rows, matrix.columns], group: matrix.group)
}

@Test(arguments: [2, 8, 32]) func codesOfFourBitsAreWithinTheirStepOfEveryWeight(group: Int) throws
{
    for columns in sizes {
        let weights = randomTensor(5, columns)
        let matrix = try GroupedMatrix(quantizing: weights, group: group, name: "w")
        let groups = (columns + group - 1) / group
        #expect(matrix.multipliers.count == 5 * groups && matrix.scales.count == 5)
        #expect(matrix.multipliers.allSatisfy { (1...15).contains($0) })
        let codes = matrix.codes.values
        #expect(codes.count == 5 * columns && codes.allSatisfy { (-8...7).contains($0) })
        let back = matrix.bytes.expanded()
        for row in 0..<5 {
            for column in 0..<columns {
                let multiplier = matrix.multipliers[row * groups + column / group]
                let step = matrix.scales[row] * Float(multiplier)
                let code = codes[row * columns + column]
                let error = abs(back[row, column] - weights[row, column])
                // Half a step within the grid, more only for what is cut off at its end.
                let isEnd = code == -8 || code == 7
                #expect(error <= step * (isEnd ? 5 : 0.50001), "\(columns) \(row) \(column)")
            }
        }
    }
}

@Test func expandedBytesAreProductsOfCodesAndMultipliers() throws {
    for columns in sizes {
        let matrix = try GroupedMatrix(quantizing: randomTensor(3, columns), group: 8, name: "w")
        let (codes, groups) = (matrix.codes.values, matrix.groupsPerRow)
        let expected = (0..<3 * columns).map { place in
            let multiplier = matrix.multipliers[place / columns * groups + place % columns / 8]
            return Int(codes[place]) * Int(multiplier)
        }
        #expect(matrix.bytes.values.array.map(Int.init) == expected)
        #expect(expected.allSatisfy { abs($0) <= 120 })
        #expect(matrix.bytes.scales == matrix.scales)
    }
}

@Test func storedCodesComeBackDenseAndSparse() throws {
    for columns in sizes {
        for share in [0, 3, 10] {
            let weights = randomTensor(4, columns)
            for index in 0..<weights.count where index % 10 < share { weights[index] = 0 }
            let matrix = try GroupedMatrix(quantizing: weights, group: 8, name: "w")
            let back = try reread(matrix)
            #expect(back == matrix && back.bytes == matrix.bytes, "\(columns) \(share)")
            if share == 10 { #expect(back.bytes.values.array.allSatisfy { $0 == 0 }) }
        }
    }
}

@Test func denseCodesTakeHalfAByteAndTheirShareOfMultipliers() throws {
    let folder = try TemporaryFolder()
    let matrix = try GroupedMatrix(quantizing: randomTensor(64, 256), group: 32, name: "w")
    var writer = SafeTensorsWriter()
    writer.add("w", matrix)
    try writer.write(to: folder.file("w"))
    let header = 300
    #expect(try fileSize(folder.file("w")) <= 64 * (128 + 4 + 4) + header)
}

@Test func everyCodeAndMultiplierIsKept() throws {
    let codes = (0..<16).flatMap { _ in (-8...7).map(Int8.init) }
    let matrix = GroupedMatrix(
        rows: 16, columns: 16, group: 16, codes: .made(codes),
        multipliers: (0..<16).map(UInt8.init), scales: [Float](repeating: 0.5, count: 16))
    let back = try reread(matrix)
    #expect(back == matrix)
    #expect(back.bytes.values.array.min() == -120 && back.bytes.values.array.max() == 105)
}

@Test func whatTheGridHoldsComesBackExactly() throws {
    // The first group reaches -8 · 15, so the scale can be 1/16 and every level is hit.
    let first = (0..<16).map { Float($0 - 8) * 15 / 16 }
    let second = (0..<16).map { Float(($0 * 5) % 16 - 8) * 3 / 16 }
    let weights = Tensor(first + second, shape: [1, 32])
    let matrix = try GroupedMatrix(quantizing: weights, group: 16, name: "w")
    #expect(matrix.bytes.expanded().values == weights.values)
    #expect(matrix.multipliers == [15, 3])
}

@Test func extremesOfFloatNeitherOverflowNorVanish() throws {
    let rows: [[Float]] = [
        [3e38, -3.4e38, 1, 0], [.leastNonzeroMagnitude, 0, 0, -.leastNonzeroMagnitude],
        [0, -0.0, 0, 0], [1e-38, 1e38, -1e-30, 2],
    ]
    let weights = Tensor(rows.flatMap { $0 }, shape: [4, 4])
    let matrix = try GroupedMatrix(quantizing: weights, group: 2, name: "w")
    let back = matrix.bytes.expanded()
    let areFinite = back.values.allSatisfy { $0.isFinite }
    #expect(areFinite && matrix.scales[2] == 0)
    #expect(back.row(1).values == rows[1])
    #expect(abs(back[0, 1] + 3.4e38) < 0.07 * 3.4e38)
    #expect(abs(back[3, 1] - 1e38) < 0.07 * 1e38)
}

@Test(arguments: [Float.nan, .infinity, -.infinity])
func weightsThatAreNotFiniteHaveNoCodes(odd: Float) throws {
    let weights = randomTensor(4, 5)
    weights[2, 3] = odd
    #expect(throws: CompressionError.nonFiniteWeight(tensor: "w", row: 2)) {
        try GroupedMatrix(quantizing: weights, group: 4, name: "w")
    }
}

@Test func zerosStayZeroAndMakeTheFileSmaller() throws {
    let folder = try TemporaryFolder()
    var sizes: [Int] = []
    for sparsity in [0, 0.9] {
        let model = try smallClassifier()
        var mask = MagnitudeMask(for: model.parameters, scope: .layer)
        try mask.update(model.parameters, sparsity: sparsity)
        let quantized = try QuantizedClassifier.quantize(
            model, options: QuantizationOptions(weightBits: 4))
        let writer = try quantized.weights.tensors()
        try writer.write(to: folder.file("q"))
        sizes.append(try fileSize(folder.file("q")))
        let name = "bert.encoder.layer.0.output.dense.weight"
        let back = try quantized.weights.matrix(name).expanded().values
        for (weight, found) in zip(model.parameters[name].values, back) where weight == 0 {
            #expect(found == 0)
        }
    }
    #expect(sizes[1] < sizes[0] - 1_000)
}

private func fileSize(_ path: String) throws -> Int {
    try Data(contentsOf: URL(fileURLWithPath: path)).count
}
