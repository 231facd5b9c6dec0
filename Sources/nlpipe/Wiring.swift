import Compression
import DistillStage
import EvaluateStage
import ExportStage
import FinetuneStage
import PackageStage
import PreprocessStage
import PruneStage
import QuantizeStage
import StageKit
import Tensors

/// The only place that knows both halves: which stage modules a pipeline can name, and what labels
/// texts.
enum Wiring {
    /// Every stage module, under the name that `run:` gives.
    static var registry: StageRegistry {
        StageRegistry([
            Preprocess.self, Finetune.self, Distill.self, Prune.self, Quantize.self, Evaluate.self,
            Package.self, Export.self,
        ])
    }

    /// Opens a packaged model.
    static func labeller(package: String, threads: Int) throws -> Labeller {
        let predictor: Predictor
        do { predictor = try Predictor(package: package) } catch let error as PredictorError {
            throw Incomplete(message: "\(error)", exitCode: Failure.definition)
        }
        let compute = try Compute(threads: threads, floatProducts: false)
        return { texts in
            try predictor.predict(texts, compute: compute).map { prediction in
                LabelledText(
                    label: prediction.label, score: prediction.score,
                    scores: Dictionary(
                        prediction.scores.map { ($0.label, $0.score) },
                        uniquingKeysWith: { first, _ in first }))
            }
        }
    }
}
