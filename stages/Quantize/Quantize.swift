import Compression
import Datasets
import Foundation
import Models
public import StageKit
import Tensors
import Tokenizers
import Training

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
        let options = try parameters.options()
        let compute = try Compute(threads: context.threads)
        let pruned = try context.dep(named: "pruned")
        let model = try SparseCheckpoint.load(pruned)
        let tokenizer = try WordPieceTokenizer(folder: pruned)
        context.progress(0.1, "quantizing")
        let data = try PreparedData(folder: context.dep(named: "prepared"))
        let quantized: QuantizedClassifier
        if parameters.rounding == .gptq {
            let rows = CalibrationRows(try data.split(.train).rows.map(\.text))
            let moments = try InputMoments(
                of: model,
                reading: rows.batches(parameters.roundingRows ?? 1024, tokenizer, model, compute),
                compute: compute
            ) { fraction in
                try context.checkCancellation()
                context.progress(0.1 + 0.1 * fraction, "reading training rows")
            }
            quantized = try QuantizedClassifier.quantize(
                model, options: options, compensatingFor: moments, compute: compute)
        } else {
            quantized = try QuantizedClassifier.quantize(model, options: options)
        }

        let folder = try context.out(named: "int8")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try quantized.save(to: folder)
        try tokenizer.write(to: folder)
        try context.checkCancellation()

        // What is measured is what was written.
        let written = try QuantizedClassifier.load(folder)
        let valid = try data.split(.valid)
        let tokens = tokenizer.encode(
            valid.rows.map(\.text), maximumLength: model.maximumLength, threads: compute.threads
        ).arrays
        func logits(_ model: any SequenceClassifier, from: Double, to: Double) throws -> Tensor {
            try predictLogits(model, tokens: tokens, compute: compute) { fraction in
                try context.checkCancellation()
                context.progress(from + (to - from) * fraction, "comparing on valid")
            }
        }
        let comparison = QuantizationComparison(
            float: try logits(model, from: 0.2, to: 0.7),
            integer: try logits(written, from: 0.7, to: 1), labels: valid.labels)
        let metrics = try Metrics(
            comparison: comparison, errors: model.weightErrors(of: written),
            bytes: modelBytes(folder), floatBytes: modelBytes(pruned))
        try metrics.write(to: try context.out(named: "quantize"))
        context.progress(1)
    }

    private func modelBytes(_ folder: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: "\(folder)/model.safetensors")
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
}
