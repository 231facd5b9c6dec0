/// Token ids of several sequences, packed one after the other without padding.
public struct TokenBatch: Sendable, Equatable {
    /// All ids, sequence after sequence.
    public let ids: [Int32]
    /// Where every sequence begins in `ids`, and at the end their total: `count + 1` numbers.
    public let offsets: [Int]

    /// Number of sequences.
    public var count: Int { offsets.count - 1 }
    /// Number of tokens of all sequences.
    public var tokenCount: Int { ids.count }

    /// The ids that occur, ascending.
    public var words: [Int32] { Array(Set(ids)).sorted() }

    /// Packs sequences in the order given.
    public init(_ sequences: [[Int32]]) {
        ids = Array(sequences.joined())
        var offsets = [0]
        offsets.reserveCapacity(sequences.count + 1)
        for sequence in sequences { offsets.append(offsets[offsets.count - 1] + sequence.count) }
        self.offsets = offsets
    }

    /// Positions in `ids` of one sequence.
    public func range(_ sequence: Int) -> Range<Int> { offsets[sequence]..<offsets[sequence + 1] }
    /// Length of one sequence in tokens.
    public func length(_ sequence: Int) -> Int { range(sequence).count }
}
