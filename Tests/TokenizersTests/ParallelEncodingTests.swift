import TestSupport
import Testing

@testable import Tokenizers

private func tokenizer() throws -> WordPieceTokenizer {
    let folder = try TemporaryFolder()
    try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nfilm\n##ing\ngood\né\n!\n", to: "vocab.txt")
    return try WordPieceTokenizer(folder: folder.path)
}

/// Texts of some hundred kilobytes, empty ones and very long ones among them.
private let texts: [String] = {
    var texts = RandomTexts(draw: Draw(state: 7), words: ["a", "filming", "good", "Film!", "é"])
    var all = (0..<2500).map { _ in texts.text() }
    all[3] = ""
    all[1200] = String(repeating: "good film ", count: 9000)
    all[2499] = "   "
    return all
}()

@Test func theResultDoesNotDependOnTheNumberOfThreads() throws {
    let tokenizer = try tokenizer()
    #expect(TextChunks(texts).ranges.count > 5)
    for length in [nil, 6] {
        let expected = texts.map { tokenizer.encode($0, maximumLength: length) }
        for threads in [-1, 0, 1, 2, 3, 8, 1000] {
            let encoded = tokenizer.encode(texts, maximumLength: length, threads: threads)
            #expect(encoded.count == texts.count)
            #expect(encoded.arrays == expected, "\(threads) threads")
        }
    }
}

@Test func chunksCoverAllTextsOnceInOrder() {
    for list in [[], ["a"], texts, Array(repeating: "", count: 10_000)] {
        let ranges = TextChunks(list).ranges
        #expect(ranges.flatMap { Array($0) } == Array(list.indices))
        #expect(ranges.allSatisfy { !$0.isEmpty })
    }
}

@Test func encodedTextsAreViewsOfOneBuffer() throws {
    let tokenizer = try tokenizer()
    let encoded = tokenizer.encode(["a film", "", "good"], maximumLength: nil, threads: 2)
    #expect(encoded.ids == [2, 4, 5, 3, 2, 3, 2, 7, 3])
    #expect(encoded.offsets == [0, 4, 6, 9])
    #expect(encoded[1] == [2, 3])
    #expect(encoded.length(2) == 3)
    #expect(encoded.map(\.count) == [4, 2, 3])
    let none = tokenizer.encode([], maximumLength: nil, threads: 2)
    #expect(none.isEmpty && none.offsets == [0])
}
