/// How a classifier is brought to integers.
public struct QuantizationOptions: Sendable, Equatable {
    /// Bits of an embedding value: 8 (one scale per row) or 4 (one scale per group of a row).
    public var embeddingBits: Int
    /// Length of an INT4 group, even; the last group of a row may be shorter.
    public var embeddingGroup: Int

    /// Creates options; they are checked where they are used.
    public init(embeddingBits: Int = 8, embeddingGroup: Int = 32) {
        self.embeddingBits = embeddingBits
        self.embeddingGroup = embeddingGroup
    }

    /// Throws `CompressionError.invalidOption` for values that no format has.
    public func validate() throws {
        guard embeddingBits == 8 || embeddingBits == 4 else {
            throw CompressionError.invalidOption(
                "embedding_bits", found: "\(embeddingBits)", expected: "4 or 8")
        }
        guard embeddingGroup >= 2, embeddingGroup <= 4096, embeddingGroup.isMultiple(of: 2) else {
            throw CompressionError.invalidOption(
                "embedding_group", found: "\(embeddingGroup)", expected: "an even number in 2…4096")
        }
    }
}
