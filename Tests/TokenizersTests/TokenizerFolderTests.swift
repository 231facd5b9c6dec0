import TestSupport
import Testing

@testable import Tokenizers

private let specials = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n"

private func failure(_ files: [String: String]) throws -> String {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    do {
        _ = try WordPieceTokenizer(folder: folder.path)
        return "no error"
    } catch let error as TokenizerError {
        return error.description.replacing(folder.path, with: "F")
    }
}

@Test func aFolderWithoutATokenizerIsNamed() throws {
    #expect(
        try failure([:]) == "no tokenizer in 'F'\n  expected: vocab.txt or tokenizer.json")
}

@Test func brokenFoldersAreExplained() throws {
    #expect(
        try failure(["vocab.txt": "[PAD]\n[UNK]\n[CLS]\n"]).hasPrefix(
            "F/vocab.txt: the vocabulary lacks the special token '[SEP]'"))
    #expect(
        try failure(["vocab.txt": specials, "tokenizer.json": "{"])
            == "F/tokenizer.json: cannot read the tokenizer\n  found:    not valid JSON")
    #expect(
        try failure(["vocab.txt": specials, "tokenizer_config.json": #"{"do_lower_case": 3}"#])
            == """
            F/tokenizer_config.json: cannot read the tokenizer
              found:    no Bool at 'do_lower_case'
            """)
    #expect(
        try failure(["tokenizer.json": #"{"model": {"type": "BPE", "vocab": {"a": 0}}}"#]).contains(
            "not a WordPiece tokenizer"))
    #expect(
        try failure(["tokenizer.json": #"{"model": {"vocab": {"a": 0, "b": 2}}}"#])
            .hasPrefix("F/tokenizer.json: no piece has id 1"))
    #expect(
        try failure([
            "vocab.txt": specials,
            "tokenizer.json": #"{"added_tokens": [{"id": 1, "content": "x", "lstrip": true}]}"#,
        ]).hasPrefix("F/tokenizer.json: the added token 'x' sets 'lstrip'"))
    #expect(
        try failure([
            "vocab.txt": specials,
            "tokenizer.json": #"{"added_tokens": [{"id": 9, "content": "x"}]}"#,
        ]).contains("found:    9"))
}

@Test func aPieceThatIsNotUTF8IsLocated() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(specials.utf8) + [0xFF, 0x0A], to: "vocab.txt")
    #expect(throws: TokenizerError.notUTF8(file: folder.file("vocab.txt"), line: 5)) {
        try WordPieceTokenizer(folder: folder.path)
    }
}

@Test func windowsLineEndsAndAMissingLastLineEndAreAccepted() throws {
    let folder = try TemporaryFolder()
    try folder.write("[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nfilm", to: "vocab.txt")
    let tokenizer = try WordPieceTokenizer(folder: folder.path)
    #expect(tokenizer.encode("Film", maximumLength: nil) == [2, 4, 3])
}

@Test func tokensAddedAfterTheVocabularyAreFoundInRawText() throws {
    let folder = try TemporaryFolder()
    try folder.write(specials + "a\n##x\nx\n", to: "vocab.txt")
    try folder.write(
        """
        {"added_tokens": [{"id": 7, "content": "<X>"}, {"id": 8, "content": "<X>>"},
        {"id": 3, "content": "[SEP]"}]}
        """, to: "tokenizer.json")
    let tokenizer = try WordPieceTokenizer(folder: folder.path)
    #expect(tokenizer.vocabulary.count == 9)
    #expect(
        tokenizer.encode("a<X>ax<X>>[SEP]<x", maximumLength: nil) == [2, 4, 7, 4, 5, 8, 3, 1, 6, 3])
    let cut = try tokenizer.keeping([4])
    #expect(cut.encode("a<X>", maximumLength: nil) == [2, 4, 5, 3])
}

@Test func tokensMayHaveOtherNamesAndBeWrittenAsObjects() throws {
    let folder = try TemporaryFolder()
    try folder.write("<pad>\n<unk>\n<s>\n</s>\n", to: "vocab.txt")
    try folder.write(
        """
        {"unk_token": "<unk>", "pad_token": {"content": "<pad>"}, "cls_token": "<s>",
        "sep_token": "</s>", "model_max_length": 1000000000000000019884624838656}
        """, to: "tokenizer_config.json")
    let tokenizer = try WordPieceTokenizer(folder: folder.path)
    #expect(tokenizer.encode("q", maximumLength: nil) == [2, 1, 3])
    #expect(tokenizer.modelMaximumLength == 512)
}
