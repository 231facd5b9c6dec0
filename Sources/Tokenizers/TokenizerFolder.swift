import FoundationEssentials

/// A Hugging Face tokenizer folder on disk.
struct TokenizerFolder {
    let path: String

    init(_ path: String) { self.path = path }

    var vocabularyFile: String { "\(path)/vocab.txt" }
    var tokenizerFile: String { "\(path)/tokenizer.json" }
    var configFile: String { "\(path)/tokenizer_config.json" }
    var specialsFile: String { "\(path)/special_tokens_map.json" }

    func read() throws -> WordPieceTokenizer {
        let config = try json(TokenizerConfig.self, configFile) ?? TokenizerConfig()
        let lines = try contents(ifThere: vocabularyFile)
        var pieces: PieceList
        let settings: TokenizerSettings?
        if let lines {
            settings = try json(
                TokenizerSettings.self, tokenizerFile, of: VocabularySkip.settings)
            pieces = try self.pieces(in: [UInt8](lines))
        } else {
            guard let full = try json(TokenizerWithPieces.self, tokenizerFile) else {
                throw TokenizerError.missing(folder: path)
            }
            settings = full.settings
            pieces = try orderedPieces(full.model.vocab)
        }
        if let type = settings?.model?.type, type != "WordPiece" {
            throw TokenizerError.wrongModel(file: tokenizerFile, found: type)
        }
        let roles = config.roles
        let specials = try specialTokens(settings?.addedTokens, roles: roles, pieces: &pieces)
        return try WordPieceTokenizer(
            pieces: pieces, specials: specials, roles: roles,
            normalization: config.normalization(over: settings?.normalizer),
            modelMaximumLength: config.maximumLength,
            source: lines == nil ? tokenizerFile : vocabularyFile)
    }

    private func pieces(in bytes: [UInt8]) throws -> PieceList {
        guard bytes.count <= PieceList.longest else {
            throw TokenizerError.unreadable(
                file: vocabularyFile, reason: "\(bytes.count) bytes, more than any vocabulary has")
        }
        if let fault = UTF8Check.firstFault(bytes.span) {
            throw TokenizerError.notUTF8(
                file: vocabularyFile, line: bytes[..<fault].count { $0 == 0x0A } + 1)
        }
        return PieceList(lines: bytes)
    }

    private func orderedPieces(_ ids: [String: Int]) throws -> PieceList {
        var pieces = [String?](repeating: nil, count: ids.count)
        for (piece, id) in ids where pieces.indices.contains(id) { pieces[id] = piece }
        return PieceList(
            try pieces.enumerated().map { id, piece in
                guard let piece else { throw TokenizerError.gap(file: tokenizerFile, id: id) }
                return piece
            })
    }

    /// The tokens to look for in raw text; those beyond the vocabulary are appended to `pieces`.
    private func specialTokens(
        _ added: [TokenizerSettings.AddedToken]?, roles: TokenRoles, pieces: inout PieceList
    ) throws -> SpecialTokens {
        guard let added else {
            let vocabulary = Vocabulary(pieces)
            return SpecialTokens(
                roles.all.compactMap { token in
                    vocabulary.id(of: token).map { .init(content: token, id: $0) }
                })
        }
        return SpecialTokens(
            try added.sorted { $0.id < $1.id }.map { token in
                if let option = token.unsupportedOption {
                    throw TokenizerError.unsupportedToken(
                        file: tokenizerFile, token: token.content, option: option)
                }
                if token.id == pieces.count { pieces.append(token.content) }
                let content = token.content.utf8.span
                guard (0..<pieces.count).contains(token.id),
                    pieces.reads(Int32(token.id), content, 0..<content.count)
                else {
                    throw TokenizerError.misplacedToken(
                        file: tokenizerFile, token: token.content, id: token.id,
                        pieces: pieces.count)
                }
                return .init(content: token.content, id: Int32(token.id))
            })
    }

    /// The decoded file, nil where there is none.
    private func json<Value: Decodable>(
        _ type: Value.Type, _ file: String, of part: (Data) -> Data = { $0 }
    ) throws -> Value? {
        guard let data = try contents(ifThere: file) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: part(data))
        } catch {
            throw TokenizerError.unreadable(file: file, reason: JSONProblem.words(for: error))
        }
    }

    private func contents(ifThere file: String) throws -> Data? {
        let found = FileManager.default.contents(atPath: file)
        if found == nil, FileManager.default.fileExists(atPath: file) {
            throw TokenizerError.unreadable(file: file, reason: "no readable file")
        }
        return found
    }
}

/// Words for what is wrong with a JSON file.
enum JSONProblem {
    static func words(for error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "the top level" : "'\(path.map(\.stringValue).joined(separator: "."))'"
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context):
            return "no '\(key.stringValue)' at \(place(context.codingPath))"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return "no \(type) at \(place(context.codingPath))"
        default: return "not valid JSON"
        }
    }
}
