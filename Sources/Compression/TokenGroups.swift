import Models

/// A batch cut into groups of whole sequences, each for one thread to take through all layers.
///
/// How a batch is cut changes no bit of the result: no kernel looks at two tokens of different
/// sequences, and a token's arithmetic does not depend on the rows beside it.
struct TokenGroups {
    /// Ranges of sequences, those with most tokens first.
    let groups: [Range<Int>]

    /// So many tokens hide the streaming of the weights, and their states stay in a core's L2.
    static let target = 96
    /// Fewer tokens are not worth a second thread.
    private static let smallest = 24

    /// Cuts so that every one of `threads` gets about as many tokens.
    init(_ batch: TokenBatch, threads: Int) {
        let tokens = batch.tokenCount
        let rounds = (tokens + threads * Self.target - 1) / (threads * Self.target)
        let wanted = min(max(1, rounds) * threads, max(1, tokens / Self.smallest), batch.count)
        var groups: [Range<Int>] = []
        var first = 0
        for index in 1...max(1, wanted) {
            // Where a group ends depends on all tokens before it, so that rests do not add up.
            let goal = tokens * index / max(1, wanted)
            var end = first
            while end < batch.count, index == wanted || batch.offsets[end] < goal {
                let overshoot = batch.offsets[end + 1] - goal
                if index < wanted, end > first, overshoot > goal - batch.offsets[end] { break }
                end += 1
            }
            if end > first { groups.append(first..<end) }
            first = end
        }
        self.groups = groups.sorted { a, b in
            let (sizeA, sizeB) = (TokenGroups.tokens(a, batch), TokenGroups.tokens(b, batch))
            return (sizeB, a.lowerBound) < (sizeA, b.lowerBound)
        }
    }

    /// Number of tokens of a group.
    static func tokens(_ group: Range<Int>, _ batch: TokenBatch) -> Int {
        batch.offsets[group.upperBound] - batch.offsets[group.lowerBound]
    }
}
