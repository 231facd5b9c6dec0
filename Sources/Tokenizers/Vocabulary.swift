/// The pieces that a tokenizer knows, in the order of their ids.
public struct Vocabulary: Sendable {
    /// The piece of every id; pieces inside a word start with `##`.
    public let pieces: [String]
    private let index: PieceIndex

    /// Creates a vocabulary; a piece given twice has the last of its ids, as in Hugging Face.
    public init(pieces: [String]) {
        self.pieces = pieces
        index = PieceIndex(pieces)
    }

    /// The number of pieces; ids are `0..<count`.
    public var count: Int { pieces.count }

    /// The id of `piece`, compared by bytes: canonically equivalent spellings differ.
    public func id(of piece: String) -> Int32? {
        var copy = piece
        return copy.withUTF8 { bytes in
            index.find(bytes, prefix: PieceIndex.noPrefix, hash: PieceIndex.hash(of: bytes))
        }
    }

    /// The longest piece that `word[start..<end]` begins with, and where in `word` it ends.
    ///
    /// A `start` above 0 looks for `##` pieces. Ends fall on scalar boundaries only.
    func longestMatch(
        in word: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (id: Int32, end: Int)? {
        index.longestMatch(in: word, from: start)
    }
}
