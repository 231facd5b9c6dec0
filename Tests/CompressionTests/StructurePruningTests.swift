import Models
import Tensors
import Testing

@testable import Compression

private let plan = StructurePlan(
    heads: [[0, 2], [1]], neurons: [Array(0..<20) + [30, 47], [0, 32]])

/// Zeroes the outputs of every unit that `plan` drops.
private func zeroDropped(_ model: Classifier, _ plan: StructurePlan) {
    for (layer, shape) in model.config.layers.enumerated() {
        let prefix = "bert.encoder.layer.\(layer)"
        let context = model.parameters["\(prefix).attention.output.dense.weight"]
        let size = model.config.headSize
        for head in 0..<shape.heads where !plan.heads[layer].contains(head) {
            for row in 0..<context.rows {
                for column in head * size..<(head + 1) * size { context[row, column] = 0 }
            }
        }
        let output = model.parameters["\(prefix).output.dense.weight"]
        for neuron in 0..<shape.intermediate where !plan.neurons[layer].contains(neuron) {
            for row in 0..<output.rows { output[row, neuron] = 0 }
        }
    }
}

@Test func removingUnitsEqualsZeroingTheirOutgoingWeights() throws {
    let compute = try Compute(threads: 1)
    let masked = try smallClassifier()
    let smaller = try masked.keeping(plan)
    zeroDropped(masked, plan)
    let expected = try masked.logits(smallBatch(), compute: compute)
    let found = try smaller.logits(smallBatch(), compute: compute)
    // Equal sums with other blocks of the matrix product: float32 rounding only.
    #expect(largestDifference(found, expected) < 2e-5)
    #expect(smaller.config.layers.map(\.heads) == [2, 1])
    #expect(smaller.config.layers.map(\.intermediate) == [22, 2])
    let again = try masked.keeping(plan)
    #expect(
        again.parameters["bert.encoder.layer.0.output.dense.weight"].values
            == smaller.parameters["bert.encoder.layer.0.output.dense.weight"].values)
}

@Test func keepingEverythingKeepsEveryBit() throws {
    let model = try smallClassifier()
    let all = StructurePlan(
        heads: model.config.layers.map { Array(0..<$0.heads) },
        neurons: model.config.layers.map { Array(0..<$0.intermediate) })
    #expect(try model.keeping(all).parameters.buffer.values == model.parameters.buffer.values)
}

@Test func plansThatDoNotFitAreRefused() throws {
    let model = try smallClassifier()
    let fine = Array(0..<16)
    for plan in [
        StructurePlan(heads: [[0]], neurons: [fine]),
        StructurePlan(heads: [[0], []], neurons: [fine, fine]),
        StructurePlan(heads: [[0], [2]], neurons: [fine, fine]),
        StructurePlan(heads: [[0], [-1]], neurons: [fine, fine]),
        StructurePlan(heads: [[1, 0], [0]], neurons: [fine, fine]),
        StructurePlan(heads: [[0], [0, 0]], neurons: [fine, fine]),
        StructurePlan(heads: [[0], [0]], neurons: [fine, [33]]),
    ] {
        #expect(throws: CompressionError.self) { try model.keeping(plan) }
    }
}

private let shapes = [
    LayerShape(heads: 4, intermediate: 64), LayerShape(heads: 4, intermediate: 40),
]
private let importance = UnitImportance(
    heads: [[1, 4, 3, 2], [400, 100, 100, 100]],
    neurons: [(0..<64).map { Float($0) }, (0..<40).map { Float(40 - $0) }])

@Test func layerScopeKeepsTheBestOfEveryLayer() throws {
    let plan = try StructurePlan(
        importance, headsKept: 0.5, neuronsKept: 0.5, scope: .layer, original: shapes)
    #expect(plan.heads == [[1, 2], [0, 1]], "ties go to the lower index")
    #expect(plan.neurons == [Array(32..<64), Array(0..<16)], "20 rounds to 16")
}

@Test func globalScopeComparesNormalisedScores() throws {
    let plan = try StructurePlan(
        importance, headsKept: 0.5, neuronsKept: 1, scope: .global, original: shapes)
    // Normalised: 0.18 0.73 0.55 0.37 and 0.92 0.23 0.23 0.23.
    #expect(plan.heads == [[1, 2, 3], [0]])
    #expect(plan.neurons == [Array(0..<64), Array(0..<40)])
}

@Test func someUnitsAlwaysStay() throws {
    for scope in [PruningScope.layer, .global] {
        let plan = try StructurePlan(
            importance, headsKept: 0, neuronsKept: 0, scope: scope, original: shapes)
        #expect(plan.heads.map(\.count) == [1, 1])
        #expect(plan.neurons.map(\.count) == [16, 16])
    }
}

@Test func fractionsCountFromTheOriginalUnits() throws {
    let fewer = UnitImportance(heads: [[1, 2], [2, 1]], neurons: importance.neurons)
    let plan = try StructurePlan(
        fewer, headsKept: 0.5, neuronsKept: 0.5, scope: .layer, original: shapes)
    #expect(plan.heads == [[0, 1], [0, 1]])
}

@Test(arguments: [-0.1, 1.1, Double.nan]) func oddFractionsAreRefused(fraction: Double) {
    #expect(throws: CompressionError.self) {
        try StructurePlan(
            importance, headsKept: fraction, neuronsKept: 1, scope: .layer, original: shapes)
    }
}

@Test func scoresThatAreNotFiniteAreRefused() {
    let odd = UnitImportance(heads: [[1, .nan, 3, 2], [1, 1, 1, 1]], neurons: importance.neurons)
    #expect(throws: CompressionError.self) {
        try StructurePlan(odd, headsKept: 1, neuronsKept: 1, scope: .layer, original: shapes)
    }
}
