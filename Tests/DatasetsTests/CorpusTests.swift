import Foundation
import TestSupport
import Testing
import Tokenizers

@testable import Datasets

/// The folder with `reviews.csv` and `encoder/` that `data/fetch.sh` fills, or another that
/// NLPIPE_TEST_DATA names; nil where neither is there.
private let corpus: String? = {
    let tests = URL(fileURLWithPath: fixture("")).deletingLastPathComponent()
    let fetched = tests.deletingLastPathComponent().appendingPathComponent("data/raw").path
    let named = ProcessInfo.processInfo.environment["NLPIPE_TEST_DATA"]
    return [named, fetched].compactMap { $0 }.first { folder in
        ["reviews.csv", "encoder/vocab.txt"].allSatisfy {
            FileManager.default.fileExists(atPath: "\(folder)/\($0)")
        }
    }
}()

private func examples(_ folder: String) throws -> ExampleFile {
    try ExampleFile(
        path: "\(folder)/reviews.csv", named: "reviews.csv", format: .auto,
        columns: ExampleColumns(text: "text", label: "category", group: "movie_name"))
}

private func fnv1a(_ lines: [String]) -> String {
    let hex = String(ExactText(lines.joined(separator: "\n")).fnv1a, radix: 16)
    return String(repeating: "0", count: 16 - hex.count) + hex
}

@Suite(.enabled(if: corpus != nil, "needs the corpus: run data/fetch.sh or set NLPIPE_TEST_DATA"))
struct CorpusTests {
    private struct Expected: Decodable {
        var rows: Int
        var digests: [String]
    }

    @Test func everyReviewGetsTheIDsThatHuggingFaceGives() throws {
        let folder = try #require(corpus)
        let expected = try JSONDecoder().decode(
            Expected.self,
            from: Data(contentsOf: URL(fileURLWithPath: fixture("tokenizers/corpus.json"))))
        let tokenizer = try WordPieceTokenizer(folder: "\(folder)/encoder")
        let rows = try examples(folder).rows
        #expect(rows.count == expected.rows)
        for (block, digest) in expected.digests.enumerated() {
            let lines = rows.dropFirst(block * 1000).prefix(1000).map { source in
                tokenizer.encode(source.row.text, maximumLength: nil).map(String.init)
                    .joined(separator: " ")
            }
            #expect(fnv1a(lines) == digest, "rows from \(block * 1000)")
        }
    }

    @Test func theReviewsAreSplitAsPublished() throws {
        let folder = try #require(corpus)
        let file = try examples(folder)
        #expect(file.records == 13_905)
        let sorted = try LabelRule(labels: ["rotten", "fresh"], unlabelled: ["plot"])
            .sort(file.rows, file: "reviews.csv")
        let split = try SplitRows(
            labelled: sorted.labelled, unlabelled: sorted.unlabelled,
            rule: SplitRule(train: [0, 79], valid: [90, 99], test: [80, 89]), limit: nil,
            sentences: true)
        #expect(split.rows[.train]?.count == 10_227)
        #expect(split.rows[.valid]?.count == 968)
        #expect(split.rows[.test]?.count == 1_557)
        for (name, digest) in [
            (SplitName.train, "517d3a171b3c76bd"), (.valid, "349ea1cdd72b29ef"),
            (.test, "a0e4043e8544c9a4"),
        ] {
            let lines = (split.rows[name] ?? []).map { row in
                "\(row.label == "fresh" ? 1 : 0)\t\(row.text)"
            }
            #expect(fnv1a(lines) == digest, "\(name)")
        }
    }
}
