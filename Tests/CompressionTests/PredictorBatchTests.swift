import Testing

@testable import Compression

@Test func linesArePackedByTokensInTheOrderGiven() {
    let lengths = [5, 2_000, 40, 9, 2_048, 3_000, 1]
    let order = [6, 0, 3, 2, 1, 4, 5]
    let batches = Predictor.batches(order, lengths: lengths).map(Array.init)
    #expect(batches == [[6, 0, 3, 2], [1], [4], [5]])
    #expect(Predictor.batches([], lengths: []).isEmpty)
}
