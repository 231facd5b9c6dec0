import Foundation
import Models
import TestSupport
import Tensors
import Testing

@testable import Compression

/// What NumPy makes of one small layer.
private struct Case: Decodable {
    struct Rounded: Decodable, Equatable {
        let codes: [Int8]
        let multipliers: [UInt8]
        let scales: [Float]
    }

    let rows: Int
    let columns: Int
    let group: Int
    let weights: [Float]
    let moments: [Double]
    let nearest: Rounded
    let compensated: Rounded

    static func all() throws -> [Case] {
        let file = URL(fileURLWithPath: fixture("compression/rounding.json"))
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
    }
}

private func rounded(_ matrix: GroupedMatrix) -> Case.Rounded {
    Case.Rounded(
        codes: matrix.codes.values, multipliers: matrix.multipliers, scales: matrix.scales)
}

@Test func roundingGivesNumPysCodes() throws {
    let compute = try Compute(threads: 1)
    let cases = try Case.all()
    #expect(cases.count == 5)
    for one in cases {
        let weights = Tensor(one.weights, shape: [one.rows, one.columns])
        let nearest = try GroupedMatrix(quantizing: weights, group: one.group, name: "w")
        #expect(rounded(nearest) == one.nearest)
        let factor = try InverseFactor(inverting: one.moments, side: one.columns, name: "x")
        let compensated = try GroupedMatrix(
            compensating: weights, factor: factor, group: one.group, name: "w", compute: compute)
        #expect(rounded(compensated) == one.compensated)
    }
}

/// Moments of inputs whose channels go together.
private func moments(_ side: Int, tokens: Int = 300) -> [Double] {
    var generator = SeededGenerator(seed: 8, stream: "inputs")
    var sums = [Double](repeating: 0, count: side * side)
    for _ in 0..<tokens {
        var (x, carried) = ([Double](), 0.0)
        for _ in 0..<side {
            carried = 0.9 * carried + Double(generator.normal())
            x.append(carried)
        }
        for row in 0..<side {
            for column in 0..<side { sums[row * side + column] += x[row] * x[column] }
        }
    }
    return sums
}

/// Σ over rows of d H dᵀ: the squared error of the outputs.
private func outputError(_ matrix: GroupedMatrix, _ weights: Tensor, _ moments: [Double]) -> Double
{
    let (found, side) = (matrix.bytes.expanded(), weights.columns)
    var total = 0.0
    for row in 0..<weights.rows {
        let d = (0..<side).map { Double(found[row, $0]) - Double(weights[row, $0]) }
        for i in 0..<side {
            for j in 0..<side { total += d[i] * d[j] * moments[i * side + j] }
        }
    }
    return total
}

@Test(arguments: [16, 31, 33, 64]) func compensationMakesOutputErrorsMuchSmaller(side: Int) throws {
    let (weights, moments) = (randomTensor(6, side), moments(side))
    let factor = try InverseFactor(inverting: moments, side: side, name: "x")
    let nearest = try GroupedMatrix(quantizing: weights, group: 16, name: "w")
    let compensated = try GroupedMatrix(
        compensating: weights, factor: factor, group: 16, name: "w",
        compute: try Compute(threads: 1))
    let errors = [nearest, compensated].map { outputError($0, weights, moments) }
    #expect(errors[1] < 0.6 * errors[0], "\(errors)")
}

@Test func theFactorIsThatOfTheDampedInverse() throws {
    let side = 33
    var damped = moments(side)
    let factor = try InverseFactor(inverting: damped, side: side, name: "x")
    let mean = (0..<side).reduce(0) { $0 + damped[$1 * side + $1] } / Double(side)
    for place in 0..<side { damped[place * side + place] += 0.01 * mean }
    let upper = factor.upper
    for i in 0..<side {
        // Row i of H · (Uᵀ U), which has to be that of the identity.
        var row = [Double](repeating: 0, count: side)
        for k in 0..<side {
            for m in 0...k {
                let share = damped[i * side + k] * upper[m * side + k]
                for j in m..<side { row[j] += share * upper[m * side + j] }
            }
        }
        for j in 0..<side { #expect(abs(row[j] - (i == j ? 1 : 0)) < 1e-9) }
        for j in 0..<i { #expect(upper[i * side + j] == 0) }
    }
}

@Test func inputsWithoutAnyVariationRoundToTheNearest() throws {
    let weights = randomTensor(3, 20)
    let silent = [Double](repeating: 0, count: 400)
    let factor = try InverseFactor(inverting: silent, side: 20, name: "x")
    let matrix = try GroupedMatrix(
        compensating: weights, factor: factor, group: 8, name: "w",
        compute: try Compute(threads: 1))
    #expect(matrix == (try GroupedMatrix(quantizing: weights, group: 8, name: "w")))
}

@Test func momentsThatNoInputsHaveAreRefused() throws {
    let odd: [Double] = [1, 5, 5, 1]
    let error = #expect(throws: CompressionError.self) {
        try InverseFactor(inverting: odd, side: 2, name: "layer.0.wide")
    }
    #expect(error?.description.contains("layer.0.wide") == true)
}

@Test func compensatedModelsHaveEqualBytesOnAnyNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    let model = try smallClassifier()
    let batches = [smallBatch(), smallBatch(seed: 5)]
    var files: [Data] = []
    for threads in [1, 3] {
        let compute = try Compute(threads: threads)
        let moments = try InputMoments(of: model, reading: batches, compute: compute)
        let options = QuantizationOptions(weightBits: 4, weightGroup: 8)
        let quantized = try QuantizedClassifier.quantize(
            model, options: options, compensatingFor: moments, compute: compute)
        let name = folder.file("\(threads)")
        try quantized.save(to: name)
        files.append(try Data(contentsOf: URL(fileURLWithPath: "\(name)/model.safetensors")))
        let read = try QuantizedClassifier.load(name)
        #expect(
            try read.logits(batches[0], compute: compute).values
                == quantized.logits(batches[0], compute: compute).values)
    }
    #expect(files[0] == files[1])
    let nearest = try QuantizedClassifier.quantize(
        model, options: QuantizationOptions(weightBits: 4, weightGroup: 8))
    try nearest.save(to: folder.file("n"))
    let plain = try Data(contentsOf: URL(fileURLWithPath: folder.file("n/model.safetensors")))
    #expect(plain != files[0] && plain.count == files[0].count)
}

@Test func compensationNeedsFourBitsAndTheModelsOwnMoments() throws {
    let compute = try Compute(threads: 1)
    let model = try smallClassifier()
    let moments = try InputMoments(of: model, reading: [smallBatch()], compute: compute)
    #expect(throws: CompressionError.self) {
        try QuantizedClassifier.quantize(
            model, options: QuantizationOptions(), compensatingFor: moments, compute: compute)
    }
    let other = try smallClassifier(layers: [LayerShape(heads: 2, intermediate: 16)])
    #expect(throws: CompressionError.self) {
        try QuantizedClassifier.quantize(
            other, options: QuantizationOptions(weightBits: 4), compensatingFor: moments,
            compute: compute)
    }
    #expect(throws: CompressionError.self) {
        try InputMoments(of: model, reading: [], compute: compute)
    }
}
