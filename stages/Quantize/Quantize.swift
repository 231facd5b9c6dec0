import Compression
import Foundation
import Models
public import StageKit
import Tokenizers

/// The quantize stage: the pruned model in 8-bit integers, compared with itself in float.
public struct Quantize: StageModule {
    /// What `run:` names.
    public static let name = "quantize"
    /// One line for listings.
    public static let summary = "Turn weights and embeddings into integers; measure what it costs."
    /// Digest of this module and of the package code it uses.
    public static let codeDigest = CodeDigest.value
    /// The files of that code.
    public static let codeFiles = CodeDigest.files

    /// Creates the module.
    public init() {}

    /// Reads deps `prepared` and `pruned`; writes outs `int8` and `quantize`.
    public func run(_ context: StageContext) async throws {
        let parameters = try context.parameters(QuantizeParameters.self, at: "quantize")
        let run = try QuantizeRun(context, parameters)
        let (model, tokenizer) = (run.model, run.tokenizer)
        let pruned = try context.dep(named: "pruned")
        let (quantized, sweep) = try run.quantize()

        let folder = try context.out(named: "int8")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try quantized.save(to: folder)
        try tokenizer.write(to: folder)
        try context.checkCancellation()

        // What is measured is what was written.
        let written = try QuantizedClassifier.load(folder)
        let comparison = QuantizationComparison(
            float: try run.logits(model, from: 0.7, to: 0.8),
            integer: try run.logits(written, from: 0.8, to: 1), labels: run.valid.labels)
        var metrics = try Metrics(
            comparison: comparison, errors: model.weightErrors(of: written),
            bytes: modelBytes(folder), floatBytes: modelBytes(pruned))
        if let sweep { metrics.add(sweep) }
        try run.requireBudget(bytes: modelBytes(folder))
        try metrics.write(to: try context.out(named: "quantize"))
        context.progress(1)
    }

    private func modelBytes(_ folder: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: "\(folder)/model.safetensors")
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
}
