import Foundation
import TestSupport
import Testing

@testable import Tokenizers

@Test func everyScalarBetweenTwoLettersBecomesTheWordsThatHuggingFaceMakesOfIt() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: fixture("tokenizers/scalars.json")))
    let digests = try JSONDecoder().decode([String: String].self, from: data)
    #expect(digests.count == 39)
    for (block, digest) in digests.sorted(by: { $0.key < $1.key }) {
        let start = try #require(UInt32(block, radix: 16))
        #expect(Digest.ofBlock(start) == digest, "block U+\(block)")
    }
}

/// One digest over what becomes of 4,096 scalars, as in `make_tokenizers.py`.
private enum Digest {
    static let rules = [
        Normalization(),
        Normalization(
            cleansText: false, separatesIdeographs: false, stripsAccents: false, lowercases: true),
    ]

    static func ofBlock(_ start: UInt32) -> String {
        let tables = rules.map(ByteTable.init)
        var lines: [String] = []
        for scalar in (start..<start + 0x1000).compactMap(Unicode.Scalar.init) {
            for (rules, table) in zip(rules, tables) {
                lines.append(words(of: "a\(scalar)b", rules, table))
            }
        }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in lines.joined(separator: "\n").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        let hex = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }

    static func words(of text: String, _ rules: Normalization, _ table: ByteTable) -> String {
        var words = Words()
        var splitter = WordSplitter(rules, table)
        let bytes = text.utf8.span
        splitter.split(bytes, 0..<bytes.count, into: &words)
        return words.found.joined(separator: "\u{1E}")
    }
}

/// Collects words as they come.
private struct Words: WordSink {
    var found: [String] = []
    let isFull = false

    mutating func take(_ word: [UInt8], scalars: Int) {
        found.append(String(decoding: word, as: UTF8.self))
    }
}
