import TestSupport
import Testing

@testable import Tokenizers

private let roles = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

private let settings: [Normalization] = [
    Normalization(), Normalization(lowercases: false), Normalization(stripsAccents: false),
    Normalization(
        cleansText: false, separatesIdeographs: false, stripsAccents: true, lowercases: false),
]

/// The two tokenizers for one vocabulary.
private func pair(
    _ pieces: [String], _ rules: Normalization
) throws -> (fast: WordPieceTokenizer, slow: SlowTokenizer) {
    let all = roles + pieces
    let fast = try WordPieceTokenizer(
        pieces: PieceList(all),
        specials: SpecialTokens(
            roles.enumerated().map { .init(content: $1, id: Int32($0)) }),
        roles: TokenRoles(), normalization: rules, modelMaximumLength: 512, source: "test")
    return (fast, SlowTokenizer(pieces: all, specials: roles, rules: rules))
}

/// A vocabulary of parts of `words`, short and long, at the start and inside of words.
private func pieces(_ words: [String], _ draw: inout Draw) -> [String] {
    var pieces: [String] = ["日", "が", "##語", "!", "-", "é", "##é", "ж"]
    for word in words {
        let scalars = Array(word.unicodeScalars)
        for _ in 0..<3 {
            let start = draw.below(scalars.count)
            let end = start + 1 + draw.below(scalars.count - start)
            let part = String(String.UnicodeScalarView(scalars[start..<end]))
            pieces += draw.below(2) == 0 ? [part] : ["##" + part]
        }
    }
    return pieces
}

private let words = [
    "film", "unaffable", "aaaaaaaa", "abababababab", "Zebra", "counterrevolutionaries", "naïve",
    "a", "b", "ab", "ba", "aab", "electroencephalographically", "DcDc", "eee", "écoute", "日本語",
]

@Test(arguments: settings.indices)
func randomTextsGetTheIDsOfTheSlowTwin(index: Int) throws {
    for seed in 0..<8 {
        var draw = Draw(state: UInt64(seed))
        let (fast, slow) = try pair(pieces(words, &draw), settings[index])
        var texts = RandomTexts(draw: draw, words: words)
        for _ in 0..<60 {
            let text = texts.text()
            let expected = slow.encode(text)
            #expect(fast.encode(text, maximumLength: nil) == expected, "\(text.debugDescription)")
            #expect(
                fast.encode(text, maximumLength: 7)
                    == (expected.count <= 7 ? expected : expected.prefix(6) + [3]))
        }
    }
}

@Test(arguments: settings.indices)
func whatIsRememberedOfAScalarEqualsTakingItApart(index: Int) {
    struct Words: WordSink {
        var found: [[UInt8]] = []
        let isFull = false
        mutating func take(_ word: [UInt8], scalars: Int) { found.append(word) }
    }
    let rules = settings[index]
    let table = ByteTable(rules)
    let values = [0x80..<0x3400, 0xF900..<0x1_0000, 0x1_0000..<0x1_2000, 0x1_D000..<0x1_D800]
    for scalar in values.joined().compactMap({ Unicode.Scalar(UInt32($0)) }) {
        var (whole, apart) = (Words(), Words())
        let text = "a\(scalar)\u{302E}\(scalar)b"
        let bytes = text.utf8.span
        var first = WordSplitter(rules, table)
        first.split(bytes, 0..<bytes.count, into: &whole)
        var second = WordSplitter(rules, table)
        second.splitApart(text, &apart)
        if whole.found != apart.found { Issue.record("U+\(String(scalar.value, radix: 16))") }
    }
}

@Test func aWordOfSixteenBytesAndOneOfSeventeenAreFoundWhole() throws {
    let long = "abcdefghijklmnopqrstuvwxyz"
    let pieces = (1...26).map { String(long.prefix($0)) } + (1...26).map { "##" + long.suffix($0) }
    let (fast, slow) = try pair(pieces, Normalization())
    for count in 1...26 {
        for text in [
            String(long.prefix(count)), long.prefix(count) + "z", long.prefix(count) + "!",
        ] {
            #expect(fast.encode(text, maximumLength: nil) == slow.encode(text))
        }
    }
}

@Test func aWordThatOnlyItsLastBytesMakeUnknownIsUnknown() throws {
    let (fast, _) = try pair(["ab", "##ab", "##a"], Normalization())
    #expect(fast.encode("ababab ababb ab", maximumLength: nil) == [2, 5, 6, 6, 1, 5, 3])
}
