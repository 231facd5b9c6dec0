import Models
import Tensors
import Training

/// nlpipe's own logits of the test rows, for whoever runs the exported models elsewhere.
///
/// `expected.safetensors`: `ids` (all tokens), `offsets` (where each row begins, and the end), and
/// `logits.FORM` [rows, classes] for every form.
struct Answers {
    static let fileName = "expected.safetensors"

    private let tokens: [[Int32]]
    private var writer = SafeTensorsWriter()

    init(_ tokens: [[Int32]]) {
        self.tokens = tokens
        let batch = TokenBatch(tokens)
        writer.add("ids", int32: batch.ids, shape: [batch.ids.count])
        writer.add("offsets", int64: batch.offsets.map(Int64.init), shape: [batch.offsets.count])
    }

    /// Adds what `model` says; `check` may throw to stop.
    mutating func add(
        _ form: ModelForm, _ model: any SequenceClassifier, compute: Compute,
        check: () throws -> Void
    ) throws {
        let logits = try predictLogits(model, tokens: tokens, compute: compute) { _ in try check() }
        writer.add("logits.\(form.rawValue)", logits)
    }

    func write(to file: String) throws { try writer.write(to: file) }
}
