import Datasets
import Tokenizers

/// The word pieces that a student keeps: those that occur often enough, and all of one character,
/// so that every word that could be spelt still can.
struct VocabularyChoice {
    private var counts: [Int]
    private let pieces: [String]

    /// Starts counting for the pieces of `tokenizer`.
    init(_ tokenizer: WordPieceTokenizer) {
        pieces = tokenizer.vocabulary.pieces
        counts = Array(repeating: 0, count: pieces.count)
    }

    /// Counts the pieces of texts.
    mutating func count(_ texts: [[Int32]]) {
        for text in texts {
            for id in text where counts.indices.contains(Int(id)) { counts[Int(id)] += 1 }
        }
    }

    /// The ids to keep, ascending; special tokens are not among them.
    func ids(minimumCount: Int) -> [Int32] {
        pieces.indices.filter { counts[$0] >= minimumCount || isOneCharacter(pieces[$0]) }
            .map(Int32.init)
    }

    private func isOneCharacter(_ piece: String) -> Bool {
        let scalars = piece.unicodeScalars
        return scalars.count == 1 || (scalars.count == 3 && piece.hasPrefix("##"))
    }
}
