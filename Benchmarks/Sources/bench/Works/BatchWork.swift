import CIntegerKernels
import Compression
import Datasets
import Models
import Training

/// INT8 inference over the test set in batches of 32, sorted by length.
struct BatchWork {
    let settings: Settings

    /// Serves rounds of one pass over the test set.
    func serve(_ channel: Channel) throws {
        let test = try PreparedData(folder: "\(settings.project)/data/prepared").split(.test)
        let model = try QuantizedClassifier.load("\(settings.scratch)/int8")
        let compute = try settings.compute()
        let logits = try predictLogits(model, tokens: test.tokens, compute: compute)
        let score = try Evaluation(logits: logits, labels: test.labels).accuracy
        try channel.ready(
            "nlpipe INT8 (\(String(cString: nlp_int8_name(nlp_int8_chosen()))))",
            notes: ["nlpipe's test accuracy \(percent(score))"])
        while channel.nextRound() {
            let time = try seconds {
                _ = try predictLogits(model, tokens: test.tokens, compute: compute)
            }
            try channel.report(["sentences_per_second": Double(test.count) / time])
        }
    }

    private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
