import ParamValues
import Testing

@testable import Pipelines

/// JSON is part of YAML: both readers have to give the same values at the same places.
struct PlainJSONTests {
    private func byYAML(_ text: String) -> Located? {
        var findings = Findings()
        return YAMLReader.read(text, file: "m.json", findings: &findings)
    }

    @Test func randomDocumentsAreReadAsByTheGeneralReader() throws {
        var dice = Dice(seed: 7)
        var plain = 0
        for _ in 0..<600 {
            let text = document(&dice, depth: 0)
            guard let quick = PlainJSON.read(text, file: "m.json") else { continue }
            plain += 1
            let slow = try #require(byYAML(text), "\(text)")
            #expect(describe(quick) == describe(slow), "\(text)")
        }
        #expect(plain > 400)
    }

    @Test(arguments: [
        "", "{", "{\"a\" 1}", "{\"a\":1,}", "[1,]", "{\"a\":1}}", "{\"a\":1,\"a\":2}",
        "\"\\u0041\"",
        "\"ä\"", "{a: 1}", "nul", "[tru]", "{\"a\": NaN}", "[1 2]", "\t{}", "[1e999]", "- 1", "~",
        "[99999999999999999999]", "{\"a\": 1} # no", "*a", "\"a", "[\"a\nb\"]", "1-2", "1.2.3",
    ])
    func whatIsOutOfTheOrdinaryIsLeftToTheGeneralReader(text: String) {
        #expect(PlainJSON.read(text, file: "m.json") == nil)
    }

    private func document(_ dice: inout Dice, depth: Int) -> String {
        let space = [" ", "", "\n", "\n  "].randomElement(using: &dice) ?? ""
        switch Int.random(in: 0..<(depth > 3 ? 7 : 10), using: &dice) {
        case 0: return "true"
        case 1: return "null"
        case 2: return "\(Int.random(in: -5000...5000, using: &dice))"
        case 3: return "\(Double.random(in: -2...2, using: &dice))"
        case 4: return ["1e5", "-0", "0.10", "5e-5", "-1.5E+3"].randomElement(using: &dice) ?? "1"
        case 5:
            return
                "\"\(["", "a b", "x: #y", "1", "true", "<<"].randomElement(using: &dice) ?? "")\""
        case 6: return dice.next() % 5 == 0 ? "\"\\n\"" : "false"
        case 7: return "[\(space)\(list(&dice, depth).joined(separator: ", "))\(space)]"
        default:
            let values = list(&dice, depth)
            let entries = values.enumerated().map { "\"k\($0)\": \($1)" }
            return "{\(space)\(entries.joined(separator: ",\(space)"))}"
        }
    }

    private func list(_ dice: inout Dice, _ depth: Int) -> [String] {
        let count = Int.random(in: 0..<4, using: &dice)
        var values: [String] = []
        for _ in 0..<count { values.append(document(&dice, depth: depth + 1)) }
        return values
    }

    private func describe(_ value: Located) -> String {
        switch value.content {
        case .unknown: return "unknown"
        case .scalar(let scalar):
            return "\(scalar.kindName) \(scalar.displayText) \(value.location)"
        case .list(let list):
            return "[\(list.map(describe).joined(separator: ","))] \(value.location)"
        case .map(let entries):
            let texts = entries.map { "\($0.key) \($0.keyLocation) \(describe($0.value))" }
            return "{\(texts.joined(separator: ","))} \(value.location)"
        }
    }
}

/// Numbers that are the same every time.
private struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
