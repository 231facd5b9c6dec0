import Foundation
import Models
import TestSupport
import Tensors
import Testing

/// The pretrained encoder: where `NLPIPE_TEST_ENCODER` says, or where the pipeline fetches it.
private let encoder =
    ProcessInfo.processInfo.environment["NLPIPE_TEST_ENCODER"]
    ?? fixture("../../data/raw/encoder")

@Suite struct MiniLMTests {
    // Six layers in float32 against double precision; pooled values are of size 0.1 to 1.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "\(encoder)/model.safetensors")))
    func pooledStatesOfThePretrainedEncoderAreThoseOfTransformers() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture("models/minilm.json")))
        let rows = try #require(try JSONValue(parsing: bytes).array)
        let model = try Checkpoint.loadEncoder(
            encoder, labels: ["no", "yes"], pooling: .mean, seed: 1)
        let compute = try Compute(threads: 2)
        for row in rows {
            let ids = (row["ids"]?.array ?? []).compactMap(\.integer).map { Int32($0) }
            let pass = try model.forward(TokenBatch([ids]), dropout: nil, compute: compute)
            let last = pass.hidden(model.config.layers.count)
            let pooled = (0..<8).map { column in
                (0..<ids.count).reduce(Float(0)) { $0 + last[$1, column] } / Float(ids.count)
            }
            let expected = (row["pooled"]?.array ?? []).compactMap(\.number).map { Float($0) }
            expectClose(pooled, expected, absolute: 2e-6, relative: 1e-5, "pooled")
        }
    }
}
