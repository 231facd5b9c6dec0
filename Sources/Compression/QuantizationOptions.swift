/// How a classifier is brought to integers.
public struct QuantizationOptions: Sendable, Equatable {
    /// Bits of an embedding value: 8 (one scale per row) or 4 (one scale per group of a row).
    public var embeddingBits: Int
    /// Length of an INT4 group of an embedding, even; the last group of a row may be shorter.
    public var embeddingGroup: Int
    /// Bits of a weight of the encoder's dense layers: 8, or 4 with a multiplier per group of a row.
    public var weightBits: Int
    /// Length of an INT4 group of a dense layer's row, even; the last one may be shorter.
    public var weightGroup: Int
    /// Names of the dense layers' weights that keep 8 bits where `weightBits` is 4.
    public var eightBitMatrices: Set<String>

    /// Creates options; they are checked where they are used.
    public init(
        embeddingBits: Int = 8, embeddingGroup: Int = 32, weightBits: Int = 8,
        weightGroup: Int = 32, eightBitMatrices: Set<String> = []
    ) {
        self.embeddingBits = embeddingBits
        self.embeddingGroup = embeddingGroup
        self.weightBits = weightBits
        self.weightGroup = weightGroup
        self.eightBitMatrices = eightBitMatrices
    }

    /// Bits of the weights `name` of a dense layer.
    func bits(of name: String) -> Int { eightBitMatrices.contains(name) ? 8 : weightBits }

    /// Throws `CompressionError.invalidOption` for values that no format has.
    public func validate() throws {
        for (name, bits) in [("embedding_bits", embeddingBits), ("weight_bits", weightBits)] {
            guard bits == 8 || bits == 4 else {
                throw CompressionError.invalidOption(name, found: "\(bits)", expected: "4 or 8")
            }
        }
        for (name, group) in [("embedding_group", embeddingGroup), ("weight_group", weightGroup)] {
            guard group >= 2, group <= 4096, group.isMultiple(of: 2) else {
                throw CompressionError.invalidOption(
                    name, found: "\(group)", expected: "an even number in 2…4096")
            }
        }
    }
}
