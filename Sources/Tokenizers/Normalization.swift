/// What a tokenizer does to text before it looks for pieces (Hugging Face's `BertNormalizer`).
public struct Normalization: Sendable, Equatable {
    /// Removes controls and makes all white space one kind.
    public var cleansText: Bool
    /// Sets spaces around ideographs.
    public var separatesIdeographs: Bool
    /// Removes accents; nil means "where letters are lowered".
    public var stripsAccents: Bool?
    /// Lowers letters (`do_lower_case`).
    public var lowercases: Bool

    /// Creates a normalization; without arguments that of uncased BERT.
    public init(
        cleansText: Bool = true, separatesIdeographs: Bool = true, stripsAccents: Bool? = nil,
        lowercases: Bool = true
    ) {
        self.cleansText = cleansText
        self.separatesIdeographs = separatesIdeographs
        self.stripsAccents = stripsAccents
        self.lowercases = lowercases
    }

    /// Whether accents go, as the two settings have it together.
    var strips: Bool { stripsAccents ?? lowercases }
}
