import Testing

@testable import Tokenizers

/// Vocabularies and words that make a search for the longest piece start over at every byte.
private let hostile: [(pieces: [String], word: String)] = {
    func run(_ unit: String, _ count: Int) -> String { String(repeating: unit, count: count) }
    let deadEnds = (1...100).map { "##" + run("a", $0) + "b" }
    return [
        (["a", "##a"] + deadEnds, run("a", 100)),
        (["a", "##a"] + (1...99).map { run("a", $0) + "c" } + deadEnds, run("a", 100)),
        (["b", "##a", "##b"] + deadEnds, run("b", 1) + run("a", 98) + "c"),
        ((1...100).map { "##" + run("a", $0) } + ["a"], run("a", 99)),
        ((1...100).map { run("ab", $0) } + ["##a", "##ba"] + deadEnds, run("ab", 49) + "ac"),
        (["𝔸", "##𝔸"] + (1...100).map { "##" + run("𝔸", $0) + "b" }, run("𝔸", 100)),
        (["a", "##a", "##" + run("a", 5000) + "b", run("a", 5000)], run("a", 100)),
    ]
}()

@Test(arguments: hostile.indices)
func spellingTakesAFewStepsAByteWhateverTheVocabulary(index: Int) {
    let (pieces, word) = hostile[index]
    let vocabulary = Vocabulary(pieces: pieces)
    var scratch = Vocabulary.Scratch()
    var ids: [Int32] = []
    let bytes = word.utf8.span
    let isSpelt = vocabulary.spell(bytes, into: &ids, &scratch)
    #expect(isSpelt == !word.hasSuffix("c"))
    // At most: hash and look-up of each first piece, two per byte of the automaton, one per piece.
    #expect(scratch.steps <= 5 * bytes.count)
    // Bytes that no piece holds cost one step each, and look-ups for the first piece.
    let foreign = String(repeating: "z", count: 100)
    scratch.steps = 0
    let isForeignSpelt = vocabulary.spell(foreign.utf8.span, into: &ids, &scratch)
    #expect(!isForeignSpelt)
    #expect(scratch.steps <= 200)
}

@Test func theStepsOfATextAreAFewForEachOfItsBytes() throws {
    for (pieces, word) in hostile {
        let tokenizer = try WordPieceTokenizer(
            pieces: PieceList(["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + pieces),
            specials: SpecialTokens([]), roles: TokenRoles(), normalization: Normalization(),
            modelMaximumLength: 512, source: "test")
        for separator in [" ", "!", "", "\u{301} "] {
            let text = Array(repeating: word, count: 20).joined(separator: separator)
            var pass = TextPass(tokenizer)
            var ids: [Int32] = []
            pass.encode(text, maximumLength: nil, into: &ids)
            #expect(pass.speller.scratch.steps <= 5 * text.utf8.count)
        }
    }
}

@Test func anEndlessWordIsUnknownWithoutBeingSpelt() throws {
    let tokenizer = try WordPieceTokenizer(
        pieces: PieceList(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##a"]),
        specials: SpecialTokens([]), roles: TokenRoles(), normalization: Normalization(),
        modelMaximumLength: 512, source: "test")
    for unit in ["a", "é"] {
        let word = String(repeating: unit, count: 1 << 20)
        var pass = TextPass(tokenizer)
        var ids: [Int32] = []
        pass.encode(word, maximumLength: nil, into: &ids)
        #expect(ids == [2, 1, 3])
        #expect(pass.speller.scratch.steps == 0)
    }
    let spaced = String(repeating: "a ", count: 1 << 19)
    #expect(tokenizer.encode(spaced, maximumLength: 5) == [2, 4, 4, 4, 3])
    #expect(tokenizer.encode(spaced, maximumLength: nil).count == 2 + 1 << 19)
}
