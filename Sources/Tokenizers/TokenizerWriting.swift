import FoundationEssentials

extension WordPieceTokenizer {
    /// Writes `vocab.txt`, `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json`.
    ///
    /// Hugging Face's `AutoTokenizer` and `tokenizers` load the folder, which is created where it is
    /// missing. Throws `TokenizerError.unwritable`.
    public func write(to folder: String) throws {
        let files = TokenizerFolder(folder)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw TokenizerError.unwritable(file: folder, reason: "cannot create the folder")
        }
        let pieces = vocabulary.pieces.map { $0 + "\n" }.joined()
        try Self.write(pieces, to: files.vocabularyFile)
        try Self.write(tokenizerJSON, to: files.tokenizerFile)
        try Self.write(configJSON, to: files.configFile)
        try Self.write(Self.object(roleEntries), to: files.specialsFile)
    }

    private static func write(_ text: String, to file: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } catch {
            throw TokenizerError.unwritable(file: file, reason: "cannot write the file")
        }
    }

    /// Role → token, for those that the vocabulary has.
    private var roleEntries: [(String, String)] {
        [
            ("cls_token", roles.cls), ("mask_token", roles.mask), ("pad_token", roles.pad),
            ("sep_token", roles.sep), ("unk_token", roles.unknown),
        ]
        .filter { vocabulary.id(of: $0.1) != nil }
        .map { ($0, Self.quoted($1)) }
    }

    private var accents: String {
        normalization.stripsAccents.map { "\($0)" } ?? "null"
    }

    private var configJSON: String {
        let entries =
            roleEntries + [
                ("do_lower_case", "\(normalization.lowercases)"),
                ("model_max_length", "\(modelMaximumLength)"),
                ("strip_accents", accents),
                ("tokenize_chinese_chars", "\(normalization.separatesIdeographs)"),
                ("tokenizer_class", "\"BertTokenizer\""),
            ]
        return Self.object(entries.sorted { $0.0 < $1.0 })
    }

    private var tokenizerJSON: String {
        let added = specials.tokens.map { token in
            """
            {"id":\(token.id),"content":\(Self.quoted(token.content)),"single_word":false,\
            "lstrip":false,"rstrip":false,"normalized":false,"special":true}
            """
        }
        let pieces = vocabulary.pieces.enumerated().map { "\(Self.quoted($1)):\($0)" }
        return """
            {"version":"1.0","truncation":null,"padding":null,
            "added_tokens":[\(added.joined(separator: ","))],
            "normalizer":{"type":"BertNormalizer","clean_text":\(normalization.cleansText),\
            "handle_chinese_chars":\(normalization.separatesIdeographs),\
            "strip_accents":\(accents),"lowercase":\(normalization.lowercases)},
            "pre_tokenizer":{"type":"BertPreTokenizer"},
            "post_processor":\(templateJSON),
            "decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
            "model":{"type":"WordPiece","unk_token":\(Self.quoted(roles.unknown)),\
            "continuing_subword_prefix":"##","max_input_chars_per_word":\(Self.longestWord),\
            "vocab":{\(pieces.joined(separator: ","))}}}

            """
    }

    private var templateJSON: String {
        let cls = Self.quoted(roles.cls)
        let sep = Self.quoted(roles.sep)
        func special(_ token: String, _ type: Int) -> String {
            #"{"SpecialToken":{"id":\#(token),"type_id":\#(type)}}"#
        }
        func sequence(_ name: String, _ type: Int) -> String {
            #"{"Sequence":{"id":"\#(name)","type_id":\#(type)}}"#
        }
        let single = [special(cls, 0), sequence("A", 0), special(sep, 0)]
        let pair = single + [sequence("B", 1), special(sep, 1)]
        func entry(_ token: String, _ id: Int32) -> String {
            #"\#(token):{"id":\#(token),"ids":[\#(id)],"tokens":[\#(token)]}"#
        }
        return """
            {"type":"TemplateProcessing","single":[\(single.joined(separator: ","))],\
            "pair":[\(pair.joined(separator: ","))],\
            "special_tokens":{\(entry(cls, clsID)),\(entry(sep, sepID))}}
            """
    }

    private static func object(_ entries: [(String, String)]) -> String {
        "{\n" + entries.map { "  \(quoted($0)): \($1)" }.joined(separator: ",\n") + "\n}\n"
    }

    /// `text` as a JSON string.
    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\u{0}"..."\u{1F}":
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
