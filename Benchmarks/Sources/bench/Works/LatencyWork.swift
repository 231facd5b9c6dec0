import BenchReport
import CIntegerKernels
import Compression
import Datasets
import Models

/// INT8 inference of one sentence at a time.
struct LatencyWork {
    let settings: Settings

    /// Serves rounds of some two hundred sentences, or fewer where they are filled up.
    func serve(_ channel: Channel) throws {
        let test = try PreparedData(folder: "\(settings.project)/data/prepared").split(.test)
        let model = try QuantizedClassifier.load("\(settings.scratch)/int8")
        let compute = try settings.compute()
        let batches = Self.choice(test.tokens, length: settings.length).map { TokenBatch([$0]) }
        for batch in batches.prefix(20) { _ = try model.logits(batch, compute: compute) }
        try channel.ready("nlpipe INT8 (\(String(cString: nlp_int8_name(nlp_int8_chosen()))))")
        while channel.nextRound() {
            let times = try batches.map { batch in
                try seconds { _ = try model.logits(batch, compute: compute) }
            }
            try channel.report([
                "p50": 1e3 * (percentile(0.5, of: times) ?? 0),
                "p95": 1e3 * (percentile(0.95, of: times) ?? 0),
            ])
        }
    }

    /// Every seventh sentence; filled up to `length` by repeating itself, every thirtieth.
    static func choice(_ tokens: [[Int32]], length: Int?) -> [[Int32]] {
        stride(from: 0, to: tokens.count, by: length == nil ? 7 : 30).map { row in
            guard let length else { return tokens[row] }
            return (0..<length).map { tokens[row][$0 % tokens[row].count] }
        }
    }
}
