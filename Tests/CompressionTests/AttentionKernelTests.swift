import CIntegerKernels
import Foundation
import Testing

private func attend(
    _ qkv: [Float], tokens: Int, heads: Int, size: Int, _ path: nlp_int8_path
) -> KernelRows {
    let (rows, step) = floatRows(qkv, columns: 3 * heads * size)
    let context = KernelRows(tokens, depth: heads * size)
    let scratch = GuardedMemory<UInt8>(
        nlp_int8_scratch_size(1, 1, 1, Int32(tokens), Int32(heads * size)), of: 0xff)
    nlp_int8_attention(
        path, rows.pointer, step, Int32(tokens), Int32(heads), Int32(size), context.view,
        scratch.pointer)
    #expect(context.isIntact && scratch.isIntact)
    return context
}

/// Context of one query of one head, in Double.
private func exactContext(
    _ qkv: [Float], tokens: Int, width: Int, size: Int, head: Int, query: Int
) -> [Double] {
    func at(_ row: Int, _ part: Int, _ channel: Int) -> Double {
        Double(qkv[row * 3 * width + part * width + head * size + channel])
    }
    let scores = (0..<tokens).map { key in
        (0..<size).reduce(0.0) { $0 + at(query, 0, $1) * at(key, 1, $1) }
            / Double(size).squareRoot()
    }
    let most = scores.max() ?? 0
    let weights = scores.map { exp($0 - most) }
    let all = weights.reduce(0, +)
    return (0..<size).map { channel in
        (0..<tokens).reduce(0.0) { $0 + weights[$1] * at($1, 2, channel) } / all
    }
}

@Test(arguments: kernelSizes)
func attentionIsExactToHalfAStepAndEqualOnEveryPath(tokens: Int) {
    var noise = KernelNoise(seed: 11)
    for (heads, size) in [(3, 32), (2, 7), (1, 16), (2, 24), (1, 64), (1, 33), (5, 1)] {
        let width = heads * size
        let qkv = noise.values(tokens * 3 * width)
        let expected = attend(qkv, tokens: tokens, heads: heads, size: size, NLP_INT8_SCALAR)
        for head in 0..<heads {
            for query in Set([0, tokens / 2, tokens - 1]) {
                let exact = exactContext(
                    qkv, tokens: tokens, width: width, size: size, head: head, query: query)
                let step = Double(expected.scales.pointer[query])
                for channel in 0..<size {
                    let found = expected.value(query, head * size + channel)
                    // Half a step of the quantization, and float32 sums of up to 65 weights.
                    #expect(abs(found - exact[channel]) <= 0.501 * step + 1e-5)
                }
            }
        }
        for path in fastPaths {
            #expect(
                attend(qkv, tokens: tokens, heads: heads, size: size, path).equals(expected),
                "path \(kernelName(path)), \(heads) heads of \(size)")
        }
    }
}

@Test func attentionWithHugeScoresPicksTheLargest() {
    // Two keys whose scores differ by far more than an exponential can hold.
    let qkv: [Float] = [1e4, 1e4, 5, 1e4, -1e4, 7]
    for path in kernelPaths {
        let context = attend(qkv, tokens: 2, heads: 1, size: 1, path)
        #expect(abs(context.value(0, 0) - 5) < 1e-5 && abs(context.value(1, 0) - 5) < 1e-5)
    }
}
