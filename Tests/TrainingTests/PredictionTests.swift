import Models
import Tensors
import TestSupport
import Testing
import Training

/// Answers with the length and the first id of each sequence, and remembers nothing.
private struct Echo: SequenceClassifier {
    let labels = ["length", "first"]
    let parameterCount = 0
    let maximumLength = 99

    func logits(_ batch: TokenBatch, compute: Compute) throws -> Tensor {
        let values = (0..<batch.count).flatMap { row in
            [Float(batch.length(row)), Float(batch.ids[batch.offsets[row]])]
        }
        return Tensor(values, shape: [batch.count, 2])
    }
}

@Test(arguments: [1, 2, 3, 100]) func `predictions come in the order of the texts`(
    batchSize: Int
) throws {
    let tokens: [[Int32]] = [[5, 5, 5], [4], [3, 1], [9, 9, 9, 9], [2]]
    var fractions: [Double] = []
    let logits = try predictLogits(
        Echo(), tokens: tokens, batchSize: batchSize, compute: try Compute(threads: 1)
    ) { fractions.append($0) }
    #expect(logits.values == [3, 5, 1, 4, 2, 3, 4, 9, 1, 2])
    #expect(fractions.last == 1)
}

@Test func `no texts give no predictions`() throws {
    let logits = try predictLogits(Echo(), tokens: [], compute: try Compute(threads: 1))
    #expect(logits.shape == [0, 2])
}

@Test func `agreement is the share of equal predictions`() throws {
    let a = Tensor([1, 0, 0, 1, 1, 0, 0, 0], shape: [4, 2])
    let b = Tensor([2, 0, 3, 1, 4, 0, 1, 0], shape: [4, 2])
    #expect(try agreement(a, b) == 0.75)
    #expect(throws: TrainingError.self) { try agreement(a, b.rows(0..<2)) }
}
