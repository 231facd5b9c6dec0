import ContentStore
@testable import Engine
import ParamValues
import Pipelines
import TestSupport
import Testing

/// How DVC writes values and compares them; the expected texts are Python's.
@Suite struct DVCRuleTests {
    @Test func valuesAreWrittenAsByPython() {
        let value = ParamValue.map([
            "b": .double(1), "a": .list([.double(1e-05), .double(1.5e16), .double(1e16), .null]),
            "é\u{7f}\n\u{1}": .string("😀\"\\"), "t": .bool(true), "n": .double(.nan),
            "i": .double(-.infinity), "z": .map([:]),
        ])
        #expect(
            PythonText.json(value)
                == #"{"a": [1e-05, 1.5e+16, 1e+16, null], "b": 1.0, "i": -Infinity, "n": NaN, "#
                + #""t": true, "z": {}, "\u00e9\u007f\n\u0001": "\ud83d\ude00\"\\"}"#)
    }

    @Test(arguments: [
        ("a", "a"), ("y", "y"), ("1", "'1'"), ("1e5", "'1e5'"), ("true", "'true'"), ("", "''"),
        ("../a.txt", "../a.txt"), ("a: b", "'a: b'"), ("it's: x", "\"it's: x\""),
        ("python train.py --lr 0.1", "python train.py --lr 0.1"), ("a #b", "'a #b'"),
        ("a\nb", "\"a\\nb\""),
        ("12345678901234567890123456789012", "'12345678901234567890123456789012'"),
        ("1234567890123456789012345678901e", "1234567890123456789012345678901e"),
        ("123456789012345678901234567890e1", "'123456789012345678901234567890e1'"),
        ("d3b07384d113edec49eaa6238ad5ff00", "d3b07384d113edec49eaa6238ad5ff00"),
    ])
    func textsStandWithoutQuotesWhereTheyCan(_ text: String, _ expected: String) throws {
        let yaml = BlockYAML.lines(["k": .string(text)])
        #expect(yaml == "k: \(expected)\n")
        #expect(try YAMLDocument.read(yaml, file: "x") == .map(["k": .string(text)]))
    }

    @Test func anyValueIsReadBack() throws {
        var random = Randomness(state: 5)
        for _ in 0..<300 {
            let value = ParamValue.map(["k": random.value(depth: 3)])
            guard case .map(let map) = value else { continue }
            let yaml = BlockYAML.lines(map)
            #expect(try YAMLDocument.read(yaml, file: "x") == value, "\(yaml)")
            #expect(TypedText.value(TypedText.text(value)) == value)
        }
    }

    @Test func pathsAreSeenFromTheWorkingFolder() {
        #expect(RelativePath.text("a/b", from: "") == "a/b")
        #expect(RelativePath.text("a/b", from: "a/c") == "../b")
        #expect(RelativePath.text("b", from: "a/c") == "../../b")
        #expect(RelativePath.text("a/c/d", from: "a/c") == "d")
        for (path, folder) in [("a/b", "x/y"), ("x/y", "x"), ("q", "q2/r")] {
            let text = RelativePath.text(path, from: folder)
            #expect(RelativePath.path(text, in: folder) == path)
        }
        #expect(RelativePath.path("../../a", in: "x") == nil)
    }

    @Test func digestsOfEntriesLeaveSizesOut() {
        // Also a parameter of that name, as DVC does.
        let entry = ParamValue.map([
            "cmd": .string("c"), "params": .map(["params.yaml": .map(["size": .int(3)])]),
        ])
        let other = ParamValue.map([
            "cmd": .string("c"), "params": .map(["params.yaml": .map([:])]),
        ])
        #expect(DVCRuns.digest(of: entry) == DVCRuns.digest(of: other))
    }

    private struct Randomness {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }

        mutating func text() -> String {
            let letters = Array("ab01.e-:# '\"\n*&![]{}é😀~,\\+_")
            return String((0..<next(8)).map { _ in letters[next(letters.count)] })
        }

        mutating func value(depth: Int) -> ParamValue {
            switch next(depth > 0 ? 8 : 6) {
            case 0: return .null
            case 1: return .bool(next(2) == 0)
            case 2: return .int(next(2_000) - 1_000)
            case 3: return .double(Double(next(1_000_000)) / 7 * (next(2) == 0 ? 1e12 : 1e-9))
            case 4, 5: return .string(text())
            case 6: return .list((0..<next(4)).map { _ in value(depth: depth - 1) })
            default:
                var map: [(String, ParamValue)] = []
                for index in 0..<next(4) {
                    map.append(("\(index)\(text())", value(depth: depth - 1)))
                }
                return .map(.init(map, uniquingKeysWith: { $1 }))
            }
        }
    }
}
