import Compression
import Datasets
import StageKit
import Training

/// Makes one candidate when its turn comes, so that one model is in memory at a time.
struct CandidateLoader {
    let name: String
    /// The argument throws once the user has asked to stop.
    let load: (_ checkCancellation: () throws -> Void) throws -> any Candidate

    /// The models that are read in float; names of deps.
    private static let floatNames = ["teacher", "student", "pruned"]
    /// The names of all models, in the order of the reports.
    static let names = ["linear"] + floatNames + ["int8"]

    /// The loaders of all models, in the order of the reports.
    static func all(_ context: StageContext, data: PreparedData) -> [CandidateLoader] {
        let floats = floatNames.map { name in
            CandidateLoader(name: name) { _ in
                let folder = try context.dep(named: name)
                return try EncoderCandidate(
                    name: name, model: try SparseCheckpoint.load(folder), folder: folder)
            }
        }
        let int8 = CandidateLoader(name: "int8") { _ in
            let folder = try context.dep(named: "int8")
            return try EncoderCandidate(
                name: "int8", model: try QuantizedClassifier.load(folder), folder: folder)
        }
        return [linear(data)] + floats + [int8]
    }

    private static func linear(_ data: PreparedData) -> CandidateLoader {
        CandidateLoader(name: "linear") { checkCancellation in
            let train = try data.split(.train)
            let valid = try data.split(.valid)
            let model = try NGramClassifier.train(
                texts: train.rows.map(\.text), classes: train.labels,
                validTexts: valid.rows.map(\.text), validClasses: valid.labels, labels: data.labels
            ) { _ in try checkCancellation() }
            return LinearCandidate(model: model)
        }
    }
}
