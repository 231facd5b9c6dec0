import Models
import Testing

@testable import Compression

private func batch(_ lengths: [Int]) -> TokenBatch {
    TokenBatch(lengths.map { [Int32](repeating: 0, count: $0) })
}

@Test(arguments: [
    [1], [64], [700], [1, 1], [700, 1, 1], [1, 1, 700], Array(repeating: 27, count: 32),
    Array(1...64), Array((1...64).reversed()), Array(repeating: 1, count: 500),
    [3, 512, 2, 512, 1],
]) func groupsHoldEverySequenceOnce(lengths: [Int]) {
    let batch = batch(lengths)
    for threads in 1...5 {
        let groups = TokenGroups(batch, threads: threads).groups
        #expect(
            groups.sorted { $0.lowerBound < $1.lowerBound }.flatMap(Array.init)
                == Array(lengths.indices))
        let sizes = groups.map { TokenGroups.tokens($0, batch) }
        #expect(sizes == sizes.sorted(by: >), "the largest comes first")
        let longest = lengths.max() ?? 0
        #expect(sizes.allSatisfy { $0 <= TokenGroups.target + longest }, "\(sizes)")
    }
}

@Test func equalSentencesAreSharedOutEvenly() {
    let sizes = TokenGroups(batch(Array(repeating: 27, count: 32)), threads: 2).groups.map(\.count)
    #expect(sizes.count == 10 && sizes.allSatisfy { $0 == 3 || $0 == 4 }, "\(sizes)")
    #expect(TokenGroups(batch([9, 9]), threads: 2).groups == [0..<2])
    #expect(TokenGroups(batch([60, 60]), threads: 2).groups == [0..<1, 1..<2])
}
