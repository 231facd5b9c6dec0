import Foundation
import OrderedCollections
import ParamValues
import Pipelines
import TestSupport
import Testing

@testable import Engine

/// Texts in YAML, beside what the library that writes DVC's files makes of them: `make_folded.py`
/// asked it.
struct FoldedTextTests {
    private struct Case: Decodable {
        let shape: String
        let text: String
        let yaml: String
    }

    private func cases() throws -> [Case] {
        let text = try String(
            contentsOfFile: fixture("conformance/folded.jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map {
            try JSONDecoder().decode(Case.self, from: Data($0.utf8))
        }
    }

    private func value(_ text: String, _ shape: String) -> OrderedDictionary<String, ParamValue> {
        let text = ParamValue.string(text)
        func stage(_ command: ParamValue) -> OrderedDictionary<String, ParamValue> {
            ["stages": .map(["train": .map(["cmd": command])])]
        }
        return switch shape {
        case "value": ["k": text]
        case "deep": stage(text)
        case "item": stage(.list([text, .string("b")]))
        default: [:]
        }
    }

    @Test func everyTextIsWrittenToTheByteAsDVCWritesIt() throws {
        let cases = try cases()
        #expect(cases.count > 400)
        for example in cases {
            var map = value(example.text, example.shape)
            if example.shape == "key" {
                let body: OrderedDictionary<String, ParamValue> = [
                    "cmd": .list([.string("a"), .null]), "x": .null,
                ]
                map = ["stages": .map([example.text: .map(body)])]
            }
            #expect(BlockYAML.lines(map) == example.yaml)
        }
    }

    /// Whatever a text is made of, and wherever a line ends, it is read back as it was.
    @Test func noTextIsChangedByFolding() throws {
        var random = SeededRandom(11)
        let parts = [
            "word", "\\", "\"", "'", " ", "  ", "\n", "\t", "#", ":", "é", "x: y", "\u{a0}",
            "\u{7}",
            String(repeating: "long", count: 21), "\\n", "-", "?", "1",
        ]
        for _ in 0..<400 {
            let count = Int.random(in: 0...90, using: &random)
            let text = (0..<count).map { _ in
                parts.randomElement(using: &random) ?? ""
            }.joined(separator: Bool.random(using: &random) ? "" : " ")
            for shape in ["value", "deep", "item"] {
                let map = value(text, shape)
                let yaml = BlockYAML.lines(map)
                #expect(try YAMLDocument.read(yaml, file: "x") == .map(map), "\(yaml)")
            }
        }
    }
}
