/// The part of `tokenizer.json` that settles how text is cut.
struct TokenizerSettings: Decodable {
    struct Model: Decodable { var type: String? }

    struct Normalizer: Decodable {
        var cleanText: Bool?
        var handleChineseChars: Bool?
        var stripAccents: Bool?
        var lowercase: Bool?

        private enum CodingKeys: String, CodingKey {
            case cleanText = "clean_text"
            case handleChineseChars = "handle_chinese_chars"
            case stripAccents = "strip_accents"
            case lowercase
        }
    }

    struct AddedToken: Decodable {
        var id: Int
        var content: String
        var singleWord: Bool?
        var lstrip: Bool?
        var rstrip: Bool?
        var normalized: Bool?

        private enum CodingKeys: String, CodingKey {
            case id
            case content
            case singleWord = "single_word"
            case lstrip
            case rstrip
            case normalized
        }

        var unsupportedOption: String? {
            if singleWord == true { return "single_word" }
            if lstrip == true { return "lstrip" }
            if rstrip == true { return "rstrip" }
            return normalized == true ? "normalized" : nil
        }
    }

    var model: Model?
    var normalizer: Normalizer?
    var addedTokens: [AddedToken]?

    enum CodingKeys: String, CodingKey {
        case model
        case normalizer
        case addedTokens = "added_tokens"
    }
}

/// `tokenizer.json` read for its pieces too: only where there is no `vocab.txt`.
struct TokenizerWithPieces: Decodable {
    struct Model: Decodable {
        var type: String?
        var vocab: [String: Int]
    }

    var model: Model
    var normalizer: TokenizerSettings.Normalizer?
    var addedTokens: [TokenizerSettings.AddedToken]?

    private enum CodingKeys: String, CodingKey {
        case model
        case normalizer
        case addedTokens = "added_tokens"
    }

    var settings: TokenizerSettings {
        TokenizerSettings(
            model: .init(type: model.type), normalizer: normalizer, addedTokens: addedTokens)
    }
}

/// `tokenizer_config.json`, whose settings win over those of `tokenizer.json` as in `AutoTokenizer`.
struct TokenizerConfig: Decodable {
    /// A token is written as its text or as an object with its text in `content`.
    struct Token: Decodable {
        var content: String

        private enum CodingKeys: String, CodingKey { case content }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                content = text
            } else {
                let object = try decoder.container(keyedBy: CodingKeys.self)
                content = try object.decode(String.self, forKey: .content)
            }
        }
    }

    var doLowerCase: Bool?
    var stripAccents: Bool?
    var tokenizeChineseChars: Bool?
    var modelMaxLength: Double?
    var unkToken: Token?
    var padToken: Token?
    var clsToken: Token?
    var sepToken: Token?
    var maskToken: Token?

    private enum CodingKeys: String, CodingKey {
        case doLowerCase = "do_lower_case"
        case stripAccents = "strip_accents"
        case tokenizeChineseChars = "tokenize_chinese_chars"
        case modelMaxLength = "model_max_length"
        case unkToken = "unk_token"
        case padToken = "pad_token"
        case clsToken = "cls_token"
        case sepToken = "sep_token"
        case maskToken = "mask_token"
    }

    init() {}

    /// The longest text in tokens; BERT's 512 where the file says nothing or "no limit" (1e30).
    var maximumLength: Int {
        guard let length = modelMaxLength, length >= 2, length <= 1e6 else { return 512 }
        return Int(length)
    }

    var roles: TokenRoles {
        var roles = TokenRoles()
        if let unkToken { roles.unknown = unkToken.content }
        if let padToken { roles.pad = padToken.content }
        if let clsToken { roles.cls = clsToken.content }
        if let sepToken { roles.sep = sepToken.content }
        if let maskToken { roles.mask = maskToken.content }
        return roles
    }

    func normalization(over stored: TokenizerSettings.Normalizer?) -> Normalization {
        Normalization(
            cleansText: stored?.cleanText ?? true,
            separatesIdeographs: tokenizeChineseChars ?? stored?.handleChineseChars ?? true,
            stripsAccents: stripAccents ?? stored?.stripAccents,
            lowercases: doLowerCase ?? stored?.lowercase ?? true)
    }
}
