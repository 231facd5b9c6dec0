import Models
import Tensors
import Testing

@testable import Compression

@Test func cubicScheduleStartsEndsAndNeverFalls() throws {
    let schedule = try CubicSchedule(start: 0.1, end: 0.7, every: 10)
    let path = (0...200).map { schedule.sparsity(step: $0, of: 200, final: 0.6) }
    #expect(path[0] == 0 && path[20] == 0 && path[140] == 0.6 && path[200] == 0.6)
    // Half way the distance to the end is an eighth.
    #expect(abs(path[80] - 0.6 * (1 - 0.125)) < 1e-12)
    #expect(zip(path, path.dropFirst()).allSatisfy { $0 <= $1 })
    let updates = (0...200).filter { schedule.updates(step: $0, of: 200) }
    #expect(updates == Array(stride(from: 20, through: 140, by: 10)))
}

@Test func everyScheduleReachesItsEndWithinTheRun() throws {
    for (start, end) in [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.3, 0.31)] {
        for total in [1, 2, 3, 7, 100] {
            let schedule = try CubicSchedule(start: start, end: end, every: 7)
            let last = (0...total).last { schedule.updates(step: $0, of: total) }
            let step = try #require(last)
            #expect(schedule.sparsity(step: step, of: total, final: 0.5) == 0.5)
        }
    }
    #expect(throws: CompressionError.self) { try CubicSchedule(start: 0.5, end: 0.4, every: 1) }
    #expect(throws: CompressionError.self) { try CubicSchedule(start: .nan, end: 1, every: 1) }
    #expect(throws: CompressionError.self) { try CubicSchedule(start: 0, end: 1, every: 0) }
}

private func zeros(_ model: Classifier, _ name: String) -> Int {
    model.parameters[name].values.count { $0 == 0 }
}

@Test func layerMaskZeroesTheSmallestOfEveryMatrixAndNothingElse() throws {
    let model = try smallClassifier()
    let before = model.parameters.copy()
    var mask = MagnitudeMask(for: model.parameters, scope: .layer)
    try mask.update(model.parameters, sparsity: 0.4)
    #expect(mask.names.count == 12)
    for name in model.parameters.names {
        let (old, new) = (before[name].values, model.parameters[name].values)
        guard mask.names.contains(name) else {
            #expect(old == new, "'\(name)' was pruned")
            continue
        }
        let wanted = Int((0.4 * Double(old.count)).rounded())
        #expect(zeros(model, name) == wanted)
        let limit = old.map { abs($0) }.sorted()[wanted - 1]
        #expect(zip(old, new).allSatisfy { abs($0) <= limit ? $1 == 0 : $1 == $0 })
    }
}

@Test func globalMaskReachesItsShareOverAllMatrices() throws {
    let model = try smallClassifier()
    let wide = model.parameters["bert.encoder.layer.0.intermediate.dense.weight"]
    for index in 0..<wide.count { wide[index] *= 100 }
    var mask = MagnitudeMask(for: model.parameters, scope: .global)
    try mask.update(model.parameters, sparsity: 0.25)
    let total = mask.names.reduce(0) { $0 + model.parameters[$1].count }
    let found = mask.names.reduce(0) { $0 + zeros(model, $1) }
    #expect(found == Int((0.25 * Double(total)).rounded()))
    let share = Double(wide.values.count { $0 == 0 }) / Double(wide.count)
    #expect(abs(share - 0.25) < 0.05, "magnitudes are relative to their matrix")
}

@Test func maskIsAppliedAgainAfterWeightsMoved() throws {
    let model = try smallClassifier()
    var mask = MagnitudeMask(for: model.parameters, scope: .layer)
    try mask.update(model.parameters, sparsity: 0.5)
    let name = mask.names[0]
    let pruned = model.parameters[name].values.map { $0 == 0 }
    for index in 0..<model.parameters[name].count { model.parameters[name][index] += 0.5 }
    mask.apply(to: model.parameters)
    #expect(zip(pruned, model.parameters[name].values).allSatisfy { !$0 || $1 == 0 })
}

@Test func tiesGoToTheEarlierWeightAndExtremesWork() throws {
    let model = try smallClassifier()
    var mask = MagnitudeMask(for: model.parameters, scope: .layer)
    let weights = model.parameters[mask.names[0]]
    for index in 0..<weights.count { weights[index] = index.isMultiple(of: 2) ? 1 : -1 }
    try mask.update(model.parameters, sparsity: 0.5)
    let half = weights.count / 2
    #expect(weights.values.prefix(half).allSatisfy { $0 == 0 })
    #expect(weights.values.suffix(half).allSatisfy { $0 != 0 })
    try mask.update(model.parameters, sparsity: 1)
    #expect(weights.values.allSatisfy { $0 == 0 })
    #expect(throws: CompressionError.self) {
        try mask.update(model.parameters, sparsity: .nan)
    }
}
