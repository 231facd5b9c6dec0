/// Why a tokenizer cannot be read, cut or written.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    case missing(folder: String)
    case unreadable(file: String, reason: String)
    case notUTF8(file: String, line: Int)
    case wrongModel(file: String, found: String)
    case missingToken(file: String, token: String)
    case gap(file: String, id: Int)
    case unsupportedToken(file: String, token: String, option: String)
    case misplacedToken(file: String, token: String, id: Int, pieces: Int)
    case unknownID(Int32, pieces: Int)
    case unwritable(file: String, reason: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .missing(let folder):
            """
            no tokenizer in '\(folder)'
              expected: vocab.txt or tokenizer.json
            """
        case .unreadable(let file, let reason):
            "\(file): cannot read the tokenizer\n  found:    \(reason)"
        case .notUTF8(let file, let line):
            "\(file):\(line): a piece is not valid UTF-8"
        case .wrongModel(let file, let found):
            "\(file): not a WordPiece tokenizer\n  expected: WordPiece\n  found:    \(found)"
        case .missingToken(let file, let token):
            """
            \(file): the vocabulary lacks the special token '\(token)'
            hint: tokenizer_config.json may name another token for this role
            """
        case .gap(let file, let id):
            "\(file): no piece has id \(id)\n  expected: ids without gaps, from 0"
        case .unsupportedToken(let file, let token, let option):
            """
            \(file): the added token '\(token)' sets '\(option)', which is not supported
              expected: special tokens that match the raw text as they stand
            """
        case .misplacedToken(let file, let token, let id, let pieces):
            """
            \(file): the added token '\(token)' has an id that the vocabulary contradicts
              expected: the id of the same piece, or \(pieces) for a token after the last piece
              found:    \(id)
            """
        case .unknownID(let id, let pieces):
            "no piece has id \(id)\n  expected: 0..<\(pieces)"
        case .unwritable(let file, let reason):
            "\(file): cannot write the tokenizer\n  found:    \(reason)"
        }
    }
}
