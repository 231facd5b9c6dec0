import CIntegerKernels
import Tensors
import Testing

@testable import Compression

@Test func bytesAreWithinHalfAStepOfEveryWeight() throws {
    let weights = randomTensor(9, 37)
    let matrix = try ByteMatrix(quantizing: weights, name: "w")
    let back = matrix.expanded()
    for row in 0..<9 {
        let largest = weights.row(row).values.reduce(0) { max($0, abs($1)) }
        #expect(abs(matrix.scales[row] * 127 - largest) <= largest * 1e-6)
        for column in 0..<37 {
            // Half a step and float32's rounding of the division.
            #expect(abs(back[row, column] - weights[row, column]) <= matrix.scales[row] * 0.50001)
        }
    }
    #expect(matrix.values.array.allSatisfy { $0 >= -127 })
}

@Test func rowsWithNothingOrOneOutlierQuantizeExactlyWhereTheyCan() throws {
    let weights = Tensor(
        [0, 0, 0, 0, -0.0, 0, 1000, 1, -3, -2, 2, .leastNonzeroMagnitude], shape: [4, 3])
    let matrix = try ByteMatrix(quantizing: weights, name: "w")
    #expect(Array(matrix.values.array[0..<6]) == [0, 0, 0, 0, 0, 0])
    #expect(matrix.scales[0] == 0 && matrix.scales[1] == 0)
    #expect(Array(matrix.values.array[6..<9]) == [127, 0, 0])
    #expect(Array(matrix.values.array[9..<12]) == [-127, 127, 0])
}

@Test func zerosOfPrunedWeightsStayZero() throws {
    let weights = randomTensor(6, 40)
    for index in stride(from: 0, to: weights.count, by: 3) { weights[index] = 0 }
    let bytes = try ByteMatrix(quantizing: weights, name: "w").expanded()
    let nibbles = try NibbleMatrix(quantizing: weights, group: 8, name: "w").expanded()
    for index in stride(from: 0, to: weights.count, by: 3) {
        #expect(bytes[index] == 0 && nibbles[index] == 0)
    }
}

@Test(arguments: [Float.nan, .infinity, -.infinity]) func weightsThatAreNotFiniteThrow(odd: Float) {
    let weights = randomTensor(4, 5)
    weights[2, 3] = odd
    let expected = CompressionError.nonFiniteWeight(tensor: "w", row: 2)
    #expect(throws: expected) { try ByteMatrix(quantizing: weights, name: "w") }
    #expect(throws: expected) { try NibbleMatrix(quantizing: weights, group: 4, name: "w") }
}

@Test(arguments: [(1, 2), (5, 2), (32, 32), (33, 32), (40, 16), (7, 64)])
func nibblesAreWithinAStepOfEveryWeight(columns: Int, group: Int) throws {
    let weights = randomTensor(5, columns)
    let matrix = try NibbleMatrix(quantizing: weights, group: group, name: "w")
    #expect(matrix.bytes.count == 5 * ((columns + 1) / 2))
    #expect(matrix.scales.count == 5 * ((columns + group - 1) / group))
    let back = matrix.expanded()
    for row in 0..<5 {
        for column in 0..<columns {
            let scale = abs(matrix.scales[row * matrix.groupsPerRow + column / group])
            // Half a step within the range; up to two beyond it, where clipping pays elsewhere.
            #expect(abs(back[row, column] - weights[row, column]) <= 2 * scale)
        }
    }
    #expect(matrix.scales.allSatisfy { bfloat16($0) == $0 })
}

@Test func levelsThatFourBitsHoldComeBackExactly() throws {
    let values = (0..<16).map { Float($0 - 8) / 4 }
    let weights = Tensor(values + values.map { -$0 }, shape: [2, 16])
    #expect(
        try NibbleMatrix(quantizing: weights, group: 16, name: "w").expanded().values
            == weights.values)
}

@Test func bfloat16RoundsHalfToEven() {
    #expect(bfloat16(1 + 0x1p-8) == 1)
    #expect(bfloat16(1 + 3 * 0x1p-8) == 1 + 0x1p-6)
    #expect(bfloat16(-1.0078125) == -1.0078125)
    #expect(bfloat16(0) == 0)
}

@Test(arguments: [8, 4]) func tablesGatherWhatTheyExpandTo(bits: Int) throws {
    let options = QuantizationOptions(embeddingBits: bits, embeddingGroup: 8)
    let table = try QuantizedTable(quantizing: randomTensor(10, 21), options: options, name: "w")
    let all = table.expanded()
    let ids: [Int32] = [9, 0, 3, 3]
    let rows = Tensor(zeros: [ids.count, 32])
    for adding in [false, true] {
        rows.withUnsafeMutableBuffer { rows in
            guard let rows = rows.baseAddress else { return }
            table.gather(ids, adding: adding, path: nlp_int8_chosen(), to: rows, stride: 32)
        }
        for (index, id) in ids.enumerated() {
            let expected = all.row(Int(id)).values.map { adding ? $0 + $0 : $0 }
            #expect(Array(rows.row(index).values[..<21]) == expected)
        }
    }
}

@Test func optionsOutOfRangeAreNamed() {
    for options in [
        QuantizationOptions(embeddingBits: 3), QuantizationOptions(embeddingGroup: 0),
        QuantizationOptions(embeddingGroup: 7), QuantizationOptions(embeddingGroup: -2),
        QuantizationOptions(weightBits: 5), QuantizationOptions(weightGroup: 31),
    ] {
        #expect(throws: CompressionError.self) { try options.validate() }
    }
    let error = CompressionError.invalidOption("embedding_bits", found: "3", expected: "4 or 8")
    #expect(error.description.hasPrefix("'embedding_bits' is out of range\n  expected: 4 or 8\n"))
}
