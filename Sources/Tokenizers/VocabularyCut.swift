extension WordPieceTokenizer {
    /// The ids that `keeping(_:)` keeps, ascending: `ids` and those of all special tokens.
    ///
    /// Throws `TokenizerError.unknownID` for an id that is outside of the vocabulary.
    public func keptIDs(_ ids: [Int32]) throws -> [Int32] {
        var isKept = [Bool](repeating: false, count: vocabulary.count)
        for id in ids {
            guard id >= 0, Int(id) < isKept.count else {
                throw TokenizerError.unknownID(id, pieces: isKept.count)
            }
            isKept[Int(id)] = true
        }
        for id in [unknownID, padID, clsID, sepID] + specials.tokens.map(\.id) {
            isKept[Int(id)] = true
        }
        return isKept.indices.filter { isKept[$0] }.map { Int32($0) }
    }

    /// A tokenizer for a part of the vocabulary: new id `i` stands for `keptIDs(ids)[i]`.
    ///
    /// Text is spelt with what is left, so a word may get more pieces, or `[UNK]`.
    public func keeping(_ ids: [Int32]) throws -> WordPieceTokenizer {
        let kept = try keptIDs(ids)
        var newID = [Int32](repeating: -1, count: vocabulary.count)
        for (new, old) in kept.enumerated() { newID[Int(old)] = Int32(new) }
        return try WordPieceTokenizer(
            pieces: PieceList(kept.map { vocabulary.list[Int($0)] }),
            specials: SpecialTokens(
                specials.tokens.map { .init(content: $0.content, id: newID[Int($0.id)]) }),
            roles: roles, normalization: normalization, modelMaximumLength: modelMaximumLength,
            source: "vocabulary")
    }
}
