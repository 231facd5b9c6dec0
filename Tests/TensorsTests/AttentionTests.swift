import Testing

@testable import Tensors

@Suite struct AttentionTests {
    private func rows(_ x: Tensor, _ tokens: Range<Int>, _ column: Int, _ size: Int) -> [[Double]] {
        tokens.map { token in (column..<column + size).map { Double(x[token, $0]) } }
    }

    private func columns(_ x: [Float], width: Int, _ tokens: Range<Int>, _ column: Int, _ size: Int)
        -> [Float]
    {
        tokens.flatMap { token in (column..<column + size).map { x[token * width + $0] } }
    }

    // Lengths around the 16-lane blocks and the 4-row tiles; sums of at most 40 products.
    @Test(arguments: [1, 3, 4, 5, 8, 16, 17, 32])
    func attentionAndItsGradientsAreThoseOfDoublePrecision(size: Int) throws {
        let lengths = [1, 2, 3, 4, 5, 15, 16, 17, 31, 33]
        let offsets = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let tokens = offsets[offsets.count - 1]
        let layout = AttentionLayout(offsets: offsets, heads: 3, headSize: size)
        let qkv = numbers([tokens, 9 * size], "qkv")
        let dContext = numbers([tokens, 3 * size], "dContext")
        var results: [(context: [Float], gradient: [Float])] = []
        for compute in paths {
            let (context, probabilities) = compute.attention(qkv, layout)
            let gradient = compute.attentionBackward(
                dContext, qkv: qkv, probabilities: probabilities, layout)
            results.append((context.values, gradient.values))
        }
        // Scores of up to 100 under an exponential: paths differ as much as from double precision.
        for result in results.dropFirst() {
            expectClose(
                result.context, results[0].context.map(Double.init), absolute: 2e-3,
                relative: 1e-4, "context")
            expectClose(
                result.gradient, results[0].gradient.map(Double.init), absolute: 2e-3,
                relative: 1e-4, "gradient")
        }
        for (begin, end) in zip(offsets, offsets.dropFirst()) {
            for head in 0..<3 {
                let column = head * size
                let twin = Twin.attention(
                    rows(qkv, begin..<end, column, size),
                    rows(qkv, begin..<end, column + 3 * size, size),
                    rows(qkv, begin..<end, column + 6 * size, size),
                    dContext: rows(dContext, begin..<end, column, size))
                let found = [
                    columns(results[0].context, width: 3 * size, begin..<end, column, size),
                    columns(results[0].gradient, width: 9 * size, begin..<end, column, size),
                    columns(
                        results[0].gradient, width: 9 * size, begin..<end, column + 3 * size, size),
                    columns(
                        results[0].gradient, width: 9 * size, begin..<end, column + 6 * size, size),
                ]
                for (found, expected) in zip(found, [twin.context, twin.dq, twin.dk, twin.dv]) {
                    expectClose(
                        found, expected.flatMap(\.self), absolute: 2e-3, relative: 1e-4,
                        "length \(end - begin)")
                }
            }
        }
    }
}
