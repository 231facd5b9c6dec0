import Tensors

/// Shuffled batches of rows of similar length.
///
/// An epoch shuffles the rows, cuts them into chunks of 50 batches, sorts each chunk by length, cuts
/// it into batches and shuffles the batches. Seed and epoch alone decide the order.
public struct Batcher: Sendable {
    private let lengths: [Int]
    private let batchSize: Int
    private let seed: UInt64

    private static let batchesPerChunk = 50

    /// Creates a batcher over rows with these token counts; a batch size below 1 counts as 1.
    public init(lengths: [Int], batchSize: Int, seed: UInt64) {
        self.lengths = lengths
        self.batchSize = max(1, batchSize)
        self.seed = seed
    }

    /// The row indices of every batch of epoch `n`; each row is in one batch.
    public func epoch(_ n: Int) -> [[Int]] {
        var generator = SeededGenerator(seed: seed, stream: "batches/\(n)")
        let rows = Self.shuffled(Array(lengths.indices), &generator)
        let (product, overflows) = batchSize.multipliedReportingOverflow(by: Self.batchesPerChunk)
        let chunk = overflows ? Int.max : product
        var batches: [[Int]] = []
        for slice in Self.pieces(rows[...], of: chunk) {
            let sorted = slice.enumerated().sorted {
                (lengths[$0.element], $0.offset) < (lengths[$1.element], $1.offset)
            }.map(\.element)
            batches += Self.pieces(sorted[...], of: batchSize).map { Array($0) }
        }
        return Self.shuffled(batches, &generator)
    }

    private static func pieces(_ rows: ArraySlice<Int>, of size: Int) -> [ArraySlice<Int>] {
        var pieces: [ArraySlice<Int>] = []
        var rest = rows
        while !rest.isEmpty {
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return pieces
    }

    /// Fisher and Yates' shuffle, spelt out: the standard library's may change between versions.
    private static func shuffled<Element>(
        _ elements: [Element], _ generator: inout SeededGenerator
    ) -> [Element] {
        var elements = elements
        for last in elements.indices.dropFirst().reversed() {
            let pick = generator.next().multipliedFullWidth(by: UInt64(last + 1)).high
            elements.swapAt(last, Int(pick))
        }
        return elements
    }
}
