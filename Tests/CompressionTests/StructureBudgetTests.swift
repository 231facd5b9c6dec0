import Models
import Tensors
import Testing

@testable import Compression

private func importance(_ shapes: [LayerShape], seed: UInt64 = 4) -> UnitImportance {
    var generator = SeededGenerator(seed: seed, stream: "importance")
    func scores(_ count: Int) -> [Float] { (0..<count).map { _ in abs(generator.normal()) } }
    return UnitImportance(
        heads: shapes.map { scores($0.heads) }, neurons: shapes.map { scores($0.intermediate) },
        layers: scores(shapes.count))
}

@Test func costsInParametersAreThoseOfTheModel() throws {
    let model = try smallClassifier(layers: [
        LayerShape(heads: 4, intermediate: 48), LayerShape(heads: 2, intermediate: 32),
    ])
    let costs = try StructureCosts.parameters(model.config, total: model.parameterCount)
    #expect(abs(costs.total(model.config.layers) - Double(model.parameterCount)) < 1e-6)
    let smaller = try model.keeping(
        StructurePlan(heads: [[1], [0]], neurons: [Array(0..<16), Array(0..<32)]))
    #expect(abs(costs.total(smaller.config.layers) - Double(smaller.parameterCount)) < 1e-6)
}

@Test(arguments: [0.95, 0.8, 0.7]) func aBudgetOfParametersIsMetAndUsed(share: Double) throws {
    let shapes = [LayerShape(heads: 8, intermediate: 96), LayerShape(heads: 4, intermediate: 80)]
    let model = try smallClassifier(layers: shapes, vocabulary: 20)
    let costs = try StructureCosts.parameters(model.config, total: model.parameterCount)
    let budget = share * Double(model.parameterCount)
    for seed in 0..<5 {
        let plan = try StructurePlan(
            importance(shapes, seed: UInt64(seed)), budget: budget, costs: costs)
        let smaller = try model.keeping(plan)
        #expect(Double(smaller.parameterCount) <= budget)
        // No more went than was needed: one unit is a head or 16 neurons.
        let unit = max(4 * 32 * 8 + 24, 16 * 65)
        #expect(Double(smaller.parameterCount + unit) > budget)
        #expect(plan.neurons.allSatisfy { $0.count.isMultiple(of: 16) })
    }
}

@Test func whatIsWorthLeastForItsCostGoesFirst() throws {
    let ones = [Float](repeating: 1, count: 32)
    let cheapNeurons = [Float](repeating: 0.01, count: 16) + [Float](repeating: 1, count: 16)
    let found = UnitImportance(heads: [[5, 0.3, 4], [6, 7, 8]], neurons: [ones, cheapNeurons])
    let costs = try StructureCosts(
        fixed: 10, heads: [.init(count: 0, cost: 0), .init(count: 3, cost: 3)],
        neurons: [.init(count: 0, cost: 0), .init(count: 32, cost: 2)])
    // 20 in all. A head and a block of neurons cost 1 each.
    func plan(_ budget: Double) throws -> StructurePlan {
        try StructurePlan(found, budget: budget, costs: costs)
    }
    #expect(try plan(20).heads == [[0, 1, 2], [0, 1, 2]])
    let first = try plan(19.5)
    #expect(first.neurons[1] == Array(16..<32), "0.16 is less than 0.3")
    #expect(first.heads[0] == [0, 1, 2])
    #expect(try plan(18.5).heads[0] == [0, 2])
    // One head and 16 neurons stay in every layer.
    let least = try plan(14)
    #expect(least.heads.allSatisfy { $0.count == 1 } && least.neurons.allSatisfy { $0.count == 16 })
    #expect(least.heads == [[0], [2]])
    #expect(throws: CompressionError.self) { try plan(13.9) }
}

@Test func whatSavesNothingGoesLast() throws {
    let found = UnitImportance(
        heads: [[0.1, 0.1]], neurons: [[Float](repeating: 9, count: 32)])
    let costs = try StructureCosts(
        fixed: 0, heads: [.init(count: 1, cost: 1), .init(count: 2, cost: 1)],
        neurons: [.init(count: 16, cost: 0), .init(count: 32, cost: 1)])
    let plan = try StructurePlan(found, budget: 1, costs: costs)
    #expect(plan.heads == [[0, 1]] && plan.neurons[0].count == 16)
}

@Test func costsLieOnLinesBetweenPoints() throws {
    let costs = try StructureCosts(
        fixed: 1, heads: [.init(count: 1, cost: 2)],
        neurons: [
            .init(count: 16, cost: 1), .init(count: 32, cost: 3), .init(count: 64, cost: 4),
        ])
    let expected = [(16, 1.0), (24, 2), (32, 3), (48, 3.5), (64, 4), (96, 5)]
    for (count, cost) in expected {
        #expect(costs.total([LayerShape(heads: 7, intermediate: count)]) == 3 + cost)
    }
}

@Test func tablesThatAreNoneAreRefused() {
    let point = StructureCosts.Point(count: 1, cost: 1)
    let odd = StructureCosts.Point(count: 2, cost: .nan)
    for (fixed, heads) in [
        (1.0, []), (1, [point, point]), (1, [point, odd]), (.infinity, [point]),
    ] {
        #expect(throws: CompressionError.self) {
            try StructureCosts(fixed: fixed, heads: heads, neurons: [point])
        }
    }
    let scores = UnitImportance(heads: [[.nan]], neurons: [[1]])
    #expect(throws: CompressionError.self) {
        try StructurePlan(
            scores, budget: 1,
            costs: StructureCosts(fixed: 0, heads: [point], neurons: [point]))
    }
}

@Test func aModelWithoutALayerPassesItsInputOn() throws {
    let model = try smallClassifier(layers: [
        LayerShape(heads: 4, intermediate: 48), LayerShape(heads: 2, intermediate: 32),
        LayerShape(heads: 1, intermediate: 16),
    ])
    let smaller = try model.keeping(layers: [0, 2])
    #expect(smaller.config.layers == [model.config.layers[0], model.config.layers[2]])
    for part in ["attention.self.query.weight", "output.LayerNorm.bias"] {
        #expect(
            smaller.parameters["bert.encoder.layer.1.\(part)"].values
                == model.parameters["bert.encoder.layer.2.\(part)"].values)
    }
    let compute = try Compute(threads: 1)
    let pass = try model.keeping(layers: [0]).forward(
        smallBatch(), dropout: nil, compute: compute)
    let whole = try model.forward(smallBatch(), dropout: nil, compute: compute)
    #expect(pass.hidden(1).values == whole.hidden(1).values)
    for odd in [[], [3], [-1], [1, 0], [1, 1]] {
        #expect(throws: CompressionError.self) { try model.keeping(layers: odd) }
    }
    let scores = UnitImportance(heads: [], neurons: [], layers: [1, 3, 2, 3])
    #expect(scores.bestLayers(2) == [1, 3] && scores.bestLayers(3) == [1, 2, 3])
}
