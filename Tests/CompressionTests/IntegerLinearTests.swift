import Tensors
import Testing

@testable import Compression

@Test func stackedMatricesGiveWhatEachGivesAlone() throws {
    let compute = try Compute(threads: 1)
    let parts = try (0..<3).map { index in
        (
            weights: try ByteMatrix(
                quantizing: randomTensor(10 + index, 23, seed: UInt64(index)), name: "w"),
            bias: randomTensor(1, 10 + index, seed: UInt64(10 + index)).values
        )
    }
    let x = QuantizedRows(randomTensor(7, 23), compute: compute)
    let together = IntegerLinear(parts)(x, compute: compute)
    var column = 0
    for part in parts {
        let alone = IntegerLinear([part])(x, compute: compute)
        for row in 0..<7 {
            let found = together.row(row).values[column..<column + alone.columns]
            #expect(Array(found) == alone.row(row).values)
        }
        column += alone.columns
    }
}

@Test(arguments: [(1, 16), (95, 200), (97, 7), (400, 90), (1000, 33)])
func pieceBoundariesDoNotChangeABit(rows: Int, outputs: Int) throws {
    let weights = try ByteMatrix(quantizing: randomTensor(outputs, 30), name: "w")
    let linear = IntegerLinear([(weights, randomTensor(1, outputs).values)])
    let x = randomTensor(rows, 30, seed: 9)
    let results = try [1, 2, 3].map { threads in
        let compute = try Compute(threads: threads)
        return linear(QuantizedRows(x, compute: compute), compute: compute).values
    }
    #expect(results[1] == results[0] && results[2] == results[0])
}

@Test func integerLayersAreCloseToTheFloatProduct() throws {
    let compute = try Compute(threads: 1)
    let (weights, x) = (randomTensor(40, 64), randomTensor(9, 64, seed: 8))
    let bias = randomTensor(1, 40, seed: 2)
    let matrix = try ByteMatrix(quantizing: weights, name: "w")
    let linear = IntegerLinear([(matrix, bias.values)])
    let found = linear(QuantizedRows(x, compute: compute), compute: compute)
    let expected = compute.matmul(x, weights, transposeB: true)
    compute.addBias(bias.reshaped([40]), to: expected)
    // 64 products whose factors are off by up to 1/255 and 1/254 of their ranges of about 6.
    #expect(largestDifference(found, expected) < 0.35)
}
