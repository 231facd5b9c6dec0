import Foundation
import Models
import TestSupport
import Tensors
import Testing

@testable import Compression

/// Eight steps of pruning by movement, as PyTorch takes them: see make_movement.py.
private struct Fixture: Decodable {
    struct Case: Decodable {
        struct Step: Decodable {
            let used: [Float]
            let slopes: [Float]
            let gradients: [Float]
            let scores: [Float]
        }

        let kind: String
        let sparsity: Double
        let threshold: Double
        let penalty: Double
        let start: [Float]
        let steps: [Step]

        var choice: MovementPruning.Choice {
            switch kind {
            case "soft": .soft(threshold: threshold, penalty: penalty)
            case "global": .hard(sparsity: sparsity, scope: .global)
            default: .hard(sparsity: sparsity, scope: .layer)
            }
        }
    }

    let names: [String]
    let shapes: [[Int]]
    let total: Int
    let start: Double
    let end: Double
    let scoreRate: Double
    let rate: Float
    let cases: [Case]

    static func read() throws -> Fixture {
        let file = URL(fileURLWithPath: fixture("compression/movement.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Fixture.self, from: Data(contentsOf: file))
    }
}

private func difference(_ found: Tensor, _ expected: [Float]) -> Float {
    found.count == expected.count
        ? zip(found.values, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}

@Test(arguments: [1, 3]) func movementTakesPyTorchsSteps(threads: Int) throws {
    let fixture = try Fixture.read()
    let compute = try Compute(threads: threads)
    let schedule = try CubicSchedule(start: fixture.start, end: fixture.end, every: 1)
    #expect(fixture.cases.map(\.kind) == ["layer", "global", "soft"])
    for one in fixture.cases {
        let trained = Parameters(Array(zip(fixture.names, fixture.shapes)))
        let (model, gradients) = (trained.twin(), trained.twin())
        trained.buffer.assign(Tensor(one.start, shape: trained.buffer.shape))
        let movement = try MovementPruning(
            for: trained, choice: one.choice, schedule: schedule, rate: fixture.scoreRate)
        for (step, expected) in one.steps.enumerated() {
            let place = "\(one.kind), step \(step)"
            movement.write(
                from: trained, to: model, step: step, of: fixture.total, compute: compute)
            let used = model.buffer.values
            #expect(
                zip(used, expected.used).allSatisfy { ($0 == 0) == ($1 == 0) },
                "another mask: \(place)")
            #expect(difference(model.buffer, expected.used) < 1e-5, "weights: \(place)")
            gradients.buffer.assign(Tensor(expected.slopes, shape: gradients.buffer.shape))
            movement.pullBack(
                gradients, trained: trained, step: step, of: fixture.total, compute: compute)
            #expect(difference(gradients.buffer, expected.gradients) < 1e-6, "slopes: \(place)")
            #expect(difference(movement.scores, expected.scores) < 1e-5, "scores: \(place)")
            compute.axpy(-fixture.rate, gradients.buffer, into: trained.buffer)
        }
        #expect(model.buffer.values.contains(0), "nothing went: \(one.kind)")
    }
}

@Test func movementWithoutSparsityChangesNothing() throws {
    let model = try smallClassifier()
    let before = model.parameters.copy()
    let compute = try Compute(threads: 1)
    let movement = try MovementPruning(
        for: model.parameters, choice: .hard(sparsity: 0, scope: .layer),
        schedule: CubicSchedule(start: 0, end: 1, every: 1), rate: 0.01)
    for step in 0...4 {
        movement.write(from: before, to: model.parameters, step: step, of: 4, compute: compute)
    }
    #expect(model.parameters.buffer.values == before.buffer.values)
    #expect(movement.names == MagnitudeMask(for: before, scope: .layer).names)
}

@Test func movementRefusesASparsityOutOfRange() throws {
    let model = try smallClassifier()
    for sparsity in [-0.1, 1.1, .nan] {
        #expect(throws: CompressionError.self) {
            try MovementPruning(
                for: model.parameters, choice: .hard(sparsity: sparsity, scope: .layer),
                schedule: CubicSchedule(start: 0, end: 1, every: 1), rate: 0.01)
        }
    }
}

@Test func ninetyPerCentOfZerosAreStoredInLessThanAFifth() throws {
    let model = try smallClassifier()
    var mask = MagnitudeMask(for: model.parameters, scope: .layer)
    try mask.update(model.parameters, sparsity: 0.9)
    let bytes = SparseCheckpoint.encoderBytes(of: model)
    #expect(bytes.dense == 4 * mask.names.reduce(0) { $0 + model.parameters[$1].count })
    #expect(5 * bytes.stored <= bytes.dense)
    // What the file really takes beyond the parts that are not pruned.
    let folder = try TemporaryFolder()
    try SparseCheckpoint.save(model, to: folder.file("sparse"))
    let file = URL(fileURLWithPath: folder.file("sparse/model.safetensors"))
    let size = try Data(contentsOf: file).count
    let rest = 4 * model.parameterCount - bytes.dense
    let header = 8_192
    #expect((bytes.stored...bytes.stored + header).contains(size - rest))
}
