import Models
import ONNX
import StageKit
import Tensors
import Training

/// Writes one form after the other: the file, what nlpipe answers by it, and its numbers.
struct Writing {
    let compute: Compute
    private let context: StageContext
    private let folder: ExportFolder
    private let origin: ModelOrigin
    private let valid: (tokens: [[Int32]], labels: [Int32])
    /// What the float model says of the validation rows.
    private let float: Tensor
    private let floatModel: Classifier
    private var answers: Answers
    private var metrics = Metrics()
    private var written = 0
    private let forms: Int

    init(
        context: StageContext, folder: ExportFolder, rows: ExportRows, float: Classifier, forms: Int
    ) throws {
        self.context = context
        self.folder = folder
        self.forms = forms
        floatModel = float
        compute = try Compute(threads: context.threads)
        origin = ModelOrigin(context.provenance, labels: float.labels)
        answers = Answers(try rows.split(.test).tokens)
        valid = try rows.split(.valid)
        self.float = try predictLogits(float, tokens: valid.tokens, compute: compute) { _ in
            try context.checkCancellation()
        }
    }

    /// Writes the float model.
    mutating func add(_ form: ModelForm, _ model: ONNXModel) throws {
        try write(form, model, answering: floatModel, logits: float)
    }

    /// Writes `model`, for which `answering` computes in nlpipe.
    mutating func add(
        _ form: ModelForm, _ model: ONNXModel, answering: any SequenceClassifier
    ) throws {
        let logits = try predictLogits(answering, tokens: valid.tokens, compute: compute) { _ in
            try context.checkCancellation()
        }
        try write(form, model, answering: answering, logits: logits)
    }

    /// Writes the answers and the metrics.
    func finish() throws {
        try answers.write(to: folder.path(of: Answers.fileName))
        try metrics.write(to: try context.out(named: "export"))
        context.progress(1)
    }

    private mutating func write(
        _ form: ModelForm, _ model: ONNXModel, answering: any SequenceClassifier, logits: Tensor
    ) throws {
        let name = form.rawValue
        metrics.set("\(name).bytes", try folder.write(model, form, origin: origin))
        let score = FormScore(logits, float: float, labels: valid.labels)
        metrics.set("\(name).valid_label_agreement", score.agreement)
        if let accuracy = score.accuracy { metrics.set("\(name).valid_accuracy", accuracy) }
        try answers.add(form, answering, compute: compute, check: context.checkCancellation)
        written += 1
        context.progress(Double(written) / Double(forms + 1), form.fileName)
    }
}
