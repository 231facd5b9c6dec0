import Compression
import Datasets
import Foundation
import Models
import ONNX
public import StageKit
import Tensors
import Tokenizers
import Training

/// The export stage: the pruned and the INT8 model as ONNX files, with what a reader of Hugging
/// Face's folders needs, and nlpipe's own answers to compare with.
public struct Export: StageModule {
    /// What `run:` names.
    public static let name = "export"
    /// One line for listings.
    public static let summary = "Write the models as ONNX, with nlpipe's own answers beside them."
    /// Digest of this module and of the package code it uses.
    public static let codeDigest = CodeDigest.value
    /// The files of that code.
    public static let codeFiles = CodeDigest.files
    /// The models' metadata lists the digests of everything upstream.
    public static let readsProvenance = true

    /// Creates the module.
    public init() {}

    /// Reads deps `prepared`, `pruned` and `int8`; writes outs `onnx` and `export`.
    public func run(_ context: StageContext) async throws {
        let parameters = try context.parameters(ExportParameters.self, at: "export")
        try parameters.validate()
        let pruned = try context.dep(named: "pruned")
        let float = try SparseCheckpoint.load(pruned)
        let rows = try ExportRows(
            data: PreparedData(folder: context.dep(named: "prepared")),
            tokenizer: WordPieceTokenizer(folder: pruned), maximumLength: float.maximumLength,
            threads: context.threads)
        let folder = ExportFolder(try context.out(named: "onnx"))
        try folder.writeConfiguration(of: float, tokenizer: rows.tokenizer)
        var writing = try Writing(
            context: context, folder: folder, rows: rows, float: float,
            forms: 1 + (parameters.dynamic ? 1 : 0) + (parameters.calibrated == nil ? 0 : 1))

        if parameters.float32 { try writing.add(.float32, try ONNXModel(float: float)) }
        if parameters.dynamic || parameters.calibrated != nil {
            let int8 = try QuantizedClassifier.load(context.dep(named: "int8"))
            if parameters.dynamic {
                try writing.add(.dynamic, try ONNXModel(dynamic: int8), answering: int8)
            }
            if let wanted = parameters.calibrated {
                let model = try StaticClassifier(
                    int8, calibration: wanted.calibration,
                    reading: try rows.calibrationBatches(wanted.rows), compute: writing.compute
                ) { _ in try context.checkCancellation() }
                try writing.add(.calibrated, try ONNXModel(static: model), answering: model)
            }
        }
        try writing.finish()
    }
}
