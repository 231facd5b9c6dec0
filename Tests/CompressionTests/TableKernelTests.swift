import CIntegerKernels
import Testing

@Test(arguments: kernelSizes + [384]) func expandedRowsFollowTheDefinitionOnEveryPath(count: Int) {
    var noise = KernelNoise(seed: 12)
    let bytes = noise.weights(count)
    let nibbles = (0..<(count + 1) / 2).map { _ in UInt8(noise.next(below: 256)) }
    let start = noise.values(count)
    for path in kernelPaths {
        for add in [Int32(0), 1] {
            let base = add == 0 ? [Float](repeating: 0, count: count) : start
            let out = GuardedMemory(start, of: 0)
            nlp_int8_expand(path, bytes, 0.37, Int32(count), add, out.pointer)
            #expect(out.values == (0..<count).map { base[$0] + 0.37 * Float(bytes[$0]) })
            #expect(out.isIntact)
            for group in [1, 7, 16, 32, 64] {
                let scales = (0...count / group).map { Float($0 + 1) / 13 }
                let out = GuardedMemory(start, of: 0)
                nlp_int4_expand(
                    path, nibbles, scales, Int32(group), Int32(count), add, out.pointer)
                let expected = (0..<count).map { index in
                    let pair = nibbles[index / 2]
                    let level = Int(index % 2 == 0 ? pair & 15 : pair >> 4) - 8
                    return base[index] + scales[index / group] * Float(level)
                }
                #expect(out.values == expected && out.isIntact, "groups of \(group)")
            }
        }
        let sum = GuardedMemory(start, of: 0)
        nlp_int8_add(path, start, Int32(count), sum.pointer)
        #expect(sum.values == start.map { $0 + $0 } && sum.isIntact)
    }
}
