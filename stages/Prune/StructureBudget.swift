import Compression
import Foundation
import Models
import StageKit

/// What the pruned model may cost, and what its parts cost.
struct StructureBudget {
    let costs: StructureCosts
    private let start: Double
    private let limit: Double

    /// The budget for pruning `model`; nil where none is wanted.
    ///
    /// Costs in milliseconds come from the wanted table or are measured, and are written beside the
    /// pruned model as `costs.json`. With that file as its table a run gives the same model again.
    init?(
        _ wanted: PruneParameters.Budget?, _ model: Classifier, data: PruneData,
        context: StageContext
    ) throws {
        guard let wanted else { return nil }
        if let parameters = wanted.parameters {
            costs = try .parameters(model.config, total: model.parameterCount)
            limit = parameters <= 1 ? parameters * Double(model.parameterCount) : parameters
        } else if let milliseconds = wanted.milliseconds {
            limit = milliseconds
            if let table = wanted.table {
                costs = try StructureBudget.read(context.dep(at: table))
            } else {
                let lengths = data.validation.tokens.map(\.count).sorted()
                costs = try CostMeasurement(
                    config: model.config, tokens: max(1, lengths[lengths.count / 2])
                ).costs { _ in try context.checkCancellation() }
            }
            let folder = try context.out(named: "pruned")
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try StableJSON.write(costs, to: "\(folder)/costs.json")
        } else {
            return nil
        }
        start = costs.total(model.config.layers)
    }

    /// What the model may cost when a share of the way is done: each iteration takes off the same
    /// factor.
    func after(_ done: Double) -> Double {
        guard start > limit, start > 0 else { return limit }
        return done >= 1 ? limit : start * pow(limit / start, done)
    }

    private static func read(_ path: String) throws -> StructureCosts {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            let costs = try JSONDecoder().decode(StructureCosts.self, from: data)
            try costs.validate()
            return costs
        } catch {
            throw CompressionError.invalidConfiguration(
                file: path, key: "costs", expected: "a costs.json of this stage",
                found: "\(error)")
        }
    }
}
