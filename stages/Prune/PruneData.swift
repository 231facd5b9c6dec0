import Compression
import Datasets
import Models
import StageKit
import Tensors
import Tokenizers
import Training

/// What pruning learns from: the student's tokens, the labels, and the teacher's logits.
struct PruneData {
    let studentTokenizer: WordPieceTokenizer
    let training: TrainingSet
    let validation: TrainingSet

    /// Reads both splits, cuts them into the student's pieces and runs the teacher over the texts
    /// of the training split.
    init(_ context: StageContext, student: Classifier, folder: String, compute: Compute) throws {
        let prepared = try PreparedData(folder: context.dep(named: "prepared"))
        let (train, valid) = (try prepared.split(.train), try prepared.split(.valid))
        studentTokenizer = try WordPieceTokenizer(folder: folder)
        let teacherFolder = try context.dep(named: "teacher")
        let teacher = try SparseCheckpoint.load(teacherFolder)
        for (name, model) in [("student", student), ("teacher", teacher)] {
            guard model.labels == prepared.labels else {
                throw CompressionError.mismatch(
                    "\(name) and data", expected: "labels \(prepared.labels)",
                    found: "labels \(model.labels)")
            }
        }
        let length = min(prepared.maximumLength, student.maximumLength)
        let cut = { [studentTokenizer] (split: PreparedSplit) in
            studentTokenizer.encode(
                split.rows.map(\.text), maximumLength: length, threads: compute.threads
            ).arrays
        }
        let teacherTokenizer = try WordPieceTokenizer(folder: teacherFolder)
        let teacherLength = min(prepared.maximumLength, teacher.maximumLength)
        let teacherLogits = try predictLogits(
            teacher,
            tokens: teacherTokenizer.encode(
                train.rows.map(\.text), maximumLength: teacherLength, threads: compute.threads
            ).arrays,
            batchSize: 32, compute: compute
        ) { fraction in
            try context.checkCancellation()
            context.progress(PruneProgress.teacher(fraction), "teacher's logits")
        }
        training = TrainingSet(
            tokens: cut(train), labels: train.labels, teacherLogits: teacherLogits)
        validation = TrainingSet(tokens: cut(valid), labels: valid.labels)
    }
}

/// Which part of the stage's bar each step takes.
enum PruneProgress {
    static func teacher(_ fraction: Double) -> Double { 0.2 * fraction }

    /// Iteration `index` of `count`; recovery takes nine tenths of each.
    static func iteration(_ index: Int, of count: Int, _ fraction: Double) -> Double {
        0.2 + 0.8 * (Double(index) + fraction) / Double(count)
    }

    static func importance(_ index: Int, of count: Int, _ fraction: Double) -> Double {
        iteration(index, of: count, 0.1 * fraction)
    }

    static func recovery(_ index: Int, of count: Int, _ fraction: Double) -> Double {
        iteration(index, of: count, 0.1 + 0.9 * fraction)
    }
}
