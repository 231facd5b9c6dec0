import Foundation
import ParamValues
import Pipelines
import StageKit
import Tensors
import TestSupport
import Testing

@testable import DistillStage
@testable import EvaluateStage
@testable import ExportStage
@testable import FinetuneStage
@testable import PackageStage
@testable import PreprocessStage
@testable import PruneStage
@testable import QuantizeStage

/// The project's own files.
private let root = URL(fileURLWithPath: fixture("")).deletingLastPathComponent()
    .deletingLastPathComponent()

private func text(_ file: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(file), encoding: .utf8)
}

private let parameterFiles = ["params.yaml", ".ci/slice.params.yaml"]
private let example = "examples/newswire"

@Test(arguments: parameterFiles + ["\(example)/params.yaml"])
func everyStageReadsItsParameters(file: String) throws {
    let parameters = try ParamsFile(try text(file), file: file).root
    func decode<Value: Decodable>(_ type: Value.Type, at key: String) throws -> Value {
        try ParameterDecoder.decode(type, from: parameters, at: key, stage: key)
    }
    _ = try decode(Int.self, at: "seed")
    _ = try decode(Precision.self, at: "precision")
    _ = try decode(DataParameters.self, at: "data")
    _ = try decode(EncoderParameters.self, at: "encoder")
    _ = try decode(PreprocessParameters.self, at: "preprocess")
    _ = try decode(FinetuneParameters.self, at: "finetune")
        .options(seed: 0, checkpointFolder: "unused")
    _ = try decode(DistillParameters.self, at: "distill")
        .options(seed: 0, checkpointFolder: "unused")
    try decode(PruneParameters.self, at: "prune").validate()
    _ = try decode(QuantizeParameters.self, at: "quantize").options()
    try decode(EvaluateParameters.self, at: "evaluate").validate(models: CandidateLoader.names)
    try decode(ExportParameters.self, at: "export").validate()
    try decode(PackageParameters.self, at: "package").validate()
}

@Test func theSliceSetsTheSameParametersAsTheProject() throws {
    let keys = try parameterFiles.map { file in
        try ParamsFile(try text(file), file: file).root.leaves.map(\.key).sorted()
    }
    #expect(keys[0] == keys[1])
}

@Test func theExampleDiffersInItsDataOnly() throws {
    let keys = try ["params.yaml", "\(example)/params.yaml"].map { file in
        Set(try ParamsFile(try text(file), file: file).root.leaves.map(\.key))
    }
    #expect(keys[0].symmetricDifference(keys[1]) == ["data.group", "data.unlabelled"])
    let stages = try ["pipeline.yml", "\(example)/pipeline.yml"].map { file in
        let whole = try text(file)
        let begin = try #require(whole.range(of: "\n  preprocess:")?.lowerBound)
        // Up to the next section.
        return whole[begin...].split(separator: "\n\n").prefix {
            $0.hasPrefix("  ") || $0.hasPrefix("\n  ")
        }
    }
    #expect(stages[0].count == 8)
    #expect(stages[0] == stages[1])
}

@Test func theShippedPipelineRunsInOneOrder() throws {
    let modules = [
        Finetune.name, Distill.name, Prune.name, Quantize.name, Export.name, Evaluate.name,
        Package.name,
        "preprocess",
    ]
    let reader = PipelineReader(knownModules: modules) { file in try? text(file) }
    let pipeline = try reader.read(try text("pipeline.yml"))
    let order = try Graph(pipeline).order().map(\.name)
    #expect(
        order == [
            "fetch", "preprocess", "finetune", "distill", "prune", "quantize", "export",
            "evaluate", "package",
        ])
    let uncached = pipeline.stages.flatMap(\.outs).filter { $0.kind == .metric }
    #expect(uncached.count == 8)
    #expect(uncached.allSatisfy { !$0.cache })
    #expect(
        pipeline.stages.flatMap(\.outs).filter(\.volatile).map(\.path) == ["metrics/speed.json"])
}

@Test func theFetchStageDependsOnEveryFileThatItUses() throws {
    let reader = PipelineReader(knownModules: nil) { file in try? text(file) }
    let fetch = try #require(try reader.read(try text("pipeline.yml")).stage(named: "fetch"))
    let kept = try FileManager.default.contentsOfDirectory(
        atPath: root.appendingPathComponent("data").path
    ).filter { !$0.hasSuffix(".md") && !["raw", "prepared"].contains($0) && !$0.hasPrefix(".") }
    #expect(fetch.deps.map(\.path).sorted() == kept.map { "data/\($0)" }.sorted())
}
