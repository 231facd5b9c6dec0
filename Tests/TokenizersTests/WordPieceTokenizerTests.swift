import Foundation
import TestSupport
import Testing

@testable import Tokenizers

/// Texts that are easy to get wrong, with the ids that Hugging Face gives.
private struct Trap: Decodable {
    var text: String
    var ids: [String: [Int32]]

    static func all() throws -> [Trap] {
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture("tokenizers/traps.json")))
        return try JSONDecoder().decode([Trap].self, from: data)
    }
}

/// The committed cut of the vocabulary with a configuration of its own.
private func tokenizer(config: String? = nil) throws -> WordPieceTokenizer {
    let folder = try TemporaryFolder()
    let vocabulary = try Data(
        contentsOf: URL(fileURLWithPath: fixture("tokenizers/cut/vocab.txt")))
    try folder.write([UInt8](vocabulary), to: "vocab.txt")
    if let config { try folder.write(config, to: "tokenizer_config.json") }
    return try WordPieceTokenizer(folder: folder.path)
}

private let configurations = [
    ("uncased", #"{"do_lower_case": true, "strip_accents": null}"#),
    ("cased", #"{"do_lower_case": false}"#),
    ("accents", #"{"strip_accents": false}"#),
    (
        "cased_stripped",
        #"{"do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false}"#
    ),
]

@Test(arguments: configurations)
func trapsGetTheIDsThatHuggingFaceGives(name: String, config: String) throws {
    let tokenizer = try tokenizer(config: config)
    for trap in try Trap.all() {
        #expect(
            tokenizer.encode(trap.text, maximumLength: nil) == trap.ids[name],
            "\(trap.text.debugDescription)")
    }
}

@Test(arguments: configurations)
func randomTextsGetTheIDsThatHuggingFaceGives(name: String, config: String) throws {
    struct Expected: Decodable {
        var words: [String]
        var digests: [String: [String]]
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: fixture("tokenizers/random.json")))
    let expected = try JSONDecoder().decode(Expected.self, from: data)
    let tokenizer = try tokenizer(config: config)
    var texts = RandomTexts(draw: Draw(state: 2026), words: expected.words)
    for (block, digest) in try #require(expected.digests[name]).enumerated() {
        let encoded = tokenizer.encode((0..<100).map { _ in texts.text() }, maximumLength: nil)
        let lines = encoded.map { $0.map(String.init).joined(separator: " ") }
        var hash = LongPieceTable.offsetBasis
        for byte in lines.joined(separator: "\n").utf8 { hash = LongPieceTable.step(hash, byte) }
        #expect(hash == UInt64(digest, radix: 16), "texts from \(block * 100)")
    }
}

@Test func truncationKeepsTheFirstTokensAndBothEnds() throws {
    let tokenizer = try tokenizer()
    for trap in try Trap.all() {
        #expect(tokenizer.encode(trap.text, maximumLength: 8) == trap.ids["short"])
    }
    let ends = [tokenizer.clsID, tokenizer.sepID]
    for length in [-1, 0, 1, 2] {
        #expect(tokenizer.encode("a film", maximumLength: length) == ends)
    }
    #expect(
        tokenizer.encode("a film", maximumLength: .max)
            == tokenizer.encode("a film", maximumLength: nil))
}

@Test func aCutVocabularyGivesTheIDsThatHuggingFaceGivesWithTheSamePieces() throws {
    let whole = try tokenizer()
    let ids = stride(from: Int32(0), to: Int32(whole.vocabulary.count), by: 3)
    let cut = try whole.keeping(Array(ids).reversed())
    let kept = try whole.keptIDs(Array(ids))
    #expect(cut.vocabulary.pieces == kept.map { whole.vocabulary.pieces[Int($0)] })
    for trap in try Trap.all() {
        #expect(cut.encode(trap.text, maximumLength: nil) == trap.ids["third"])
    }
    #expect(
        try cut.keeping([]).vocabulary.pieces == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
}

@Test func keepingAnIDOutsideOfTheVocabularyThrows() throws {
    let whole = try tokenizer()
    for id in [-1, Int32(whole.vocabulary.count), .max, .min] {
        #expect(throws: TokenizerError.unknownID(id, pieces: 3500)) { try whole.keeping([id]) }
    }
}

@Test func aWrittenTokenizerReadsBackTheSameWithEitherVocabularyFile() throws {
    let whole = try tokenizer(
        config: #"{"do_lower_case": false, "strip_accents": true, "model_max_length": 128}"#)
    let folder = try TemporaryFolder()
    try whole.write(to: folder.file("saved"))
    let first = try WordPieceTokenizer(folder: folder.file("saved"))
    try FileManager.default.removeItem(atPath: folder.file("saved/vocab.txt"))
    let second = try WordPieceTokenizer(folder: folder.file("saved"))
    try FileManager.default.removeItem(atPath: folder.file("saved/tokenizer_config.json"))
    let third = try WordPieceTokenizer(folder: folder.file("saved"))
    for read in [first, second, third] {
        #expect(read.vocabulary.pieces == whole.vocabulary.pieces)
        #expect(read.normalization == whole.normalization)
        #expect(read.specials == whole.specials)
        for trap in try Trap.all() {
            #expect(
                read.encode(trap.text, maximumLength: nil)
                    == whole.encode(trap.text, maximumLength: nil))
        }
    }
    #expect(first.modelMaximumLength == 128)
}

@Test func canonicallyEquivalentPiecesAreDifferentPieces() {
    let vocabulary = Vocabulary(pieces: ["\u{E9}", "e\u{301}"])
    #expect(vocabulary.id(of: "\u{E9}") == 0)
    #expect(vocabulary.id(of: "e\u{301}") == 1)
    #expect(vocabulary.id(of: "e") == nil)
    #expect(Vocabulary(pieces: []).id(of: "") == nil)
}
