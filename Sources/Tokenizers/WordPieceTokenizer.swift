/// Text → token ids, the same ids as Hugging Face's `BertTokenizer` (fast) gives.
///
/// Words are spelt greedily with the longest pieces (Wu et al. 2016, arXiv:1609.08144); texts and
/// pieces are compared as Unicode scalars, never as characters.
public struct WordPieceTokenizer: Sendable {
    /// The pieces in the order of their ids.
    public let vocabulary: Vocabulary
    /// What is done to a text before it is spelt.
    public let normalization: Normalization
    /// The id of `[UNK]`, which stands for a word that the vocabulary cannot spell.
    public let unknownID: Int32
    /// The id of `[PAD]`.
    public let padID: Int32
    /// The id of `[CLS]`, the first id of every text.
    public let clsID: Int32
    /// The id of `[SEP]`, the last id of every text.
    public let sepID: Int32

    /// The longest text of the encoder, in tokens (`model_max_length`).
    public let modelMaximumLength: Int
    let roles: TokenRoles
    let specials: SpecialTokens
    let table: ByteTable

    /// Words with more scalars than this are unknown.
    static let longestWord = 100

    /// Reads a tokenizer from a Hugging Face folder.
    ///
    /// Pieces come from `vocab.txt`, or `tokenizer.json` where that is missing. Settings come from
    /// `tokenizer_config.json`, then `tokenizer.json`, then uncased BERT. Throws `TokenizerError`.
    public init(folder: String) throws {
        self = try TokenizerFolder(folder).read()
    }

    init(
        pieces: PieceList, specials: SpecialTokens, roles: TokenRoles, normalization: Normalization,
        modelMaximumLength: Int, source: String
    ) throws {
        let vocabulary = Vocabulary(pieces)
        func id(_ token: String) throws -> Int32 {
            guard let id = vocabulary.id(of: token) else {
                throw TokenizerError.missingToken(file: source, token: token)
            }
            return id
        }
        unknownID = try id(roles.unknown)
        padID = try id(roles.pad)
        clsID = try id(roles.cls)
        sepID = try id(roles.sep)
        self.vocabulary = vocabulary
        self.normalization = normalization
        self.modelMaximumLength = modelMaximumLength
        self.roles = roles
        self.specials = specials
        table = ByteTable(normalization)
    }

    /// The ids of `text` between `[CLS]` and `[SEP]`; both survive truncation to `maximumLength`.
    public func encode(_ text: String, maximumLength: Int?) -> [Int32] {
        var pass = TextPass(self)
        var ids: [Int32] = []
        ids.reserveCapacity(min(max(2, maximumLength ?? .max), text.utf8.count / 3 + 2))
        pass.encode(text, maximumLength: maximumLength, into: &ids)
        return ids
    }
}

/// The tokens that play a part in the model, by their spelling.
struct TokenRoles: Sendable, Equatable {
    var unknown = "[UNK]"
    var pad = "[PAD]"
    var cls = "[CLS]"
    var sep = "[SEP]"
    var mask = "[MASK]"

    var all: [String] { [pad, unknown, cls, sep, mask] }
}
