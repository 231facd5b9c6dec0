import ParamValues
import Testing

@testable import Pipelines

@Test(arguments: [
    ("5e-5", ParamValue.double(5e-5)), ("1.5", .double(1.5)), (".5", .double(0.5)),
    ("1.", .double(1)),
    ("-3", .int(-3)), ("+3", .int(3)), ("007", .int(7)), ("0x1F", .int(31)), ("0o17", .int(15)),
    ("1_000", .int(1000)), ("1e3", .double(1000)), ("true", .bool(true)), ("False", .bool(false)),
    ("yes", .string("yes")), ("on", .string("on")), ("no", .string("no")), ("~", .null),
    ("", .null),
    ("\"5\"", .string("5")), ("'true'", .string("true")), ("!!str 5", .string("5")),
    ("!!float 5", .double(5)), ("1.2.3", .string("1.2.3")), ("1:30", .string("1:30")),
    ("2024-01-01", .string("2024-01-01")), (".", .string(".")),
    ("e5", .string("e5")), ("1e", .string("1e")), ("_1", .string("_1")),
    (".inf", .double(.infinity)),
    (".nan", .double(.nan)), ("a*b", .string("a*b")),
])
func plainScalarsHaveTheTypesOfYAML12(text: String, expected: ParamValue) throws {
    let value = try ParamsFile("x: \(text)\n", file: "params.yaml").value(at: "x")
    #expect(value == expected)
    #expect(value?.kindName == expected.kindName)
}

@Test(arguments: ["1e999", "-1e999", "9223372036854775808", "0xFFFFFFFFFFFFFFFFFF", "!!int x"])
func numbersThatDoNotFitAreRefused(text: String) {
    #expect(throws: DefinitionError.self) { try ParamsFile("x: \(text)\n", file: "params.yaml") }
}

@Test func keysAreFoundByDottedPath() throws {
    let file = try ParamsFile("a:\n  b:\n  - c: 1\n  - 2\n\"3\": x\n", file: "params.yaml")
    #expect(file.value(at: "a.b[0].c") == .int(1))
    #expect(file.value(at: "a.b.1") == .int(2))
    #expect(file.value(at: "3") == .string("x"))
    #expect(file.location(of: "a.b[1]") == SourceLocation(file: "params.yaml", line: 4, column: 5))
    for path in [
        "", ".", "a.", "a..b", "a.b[2]", "a.b[-1]", "a.b[x]", "a.b[0", "a.b[0].c.d", "[0]",
        "a.b[99999999999999999999]",
    ] {
        #expect(file.value(at: path) == nil)
        #expect(file.location(of: path) == nil)
    }
}

@Test func aMissingKeySaysWhoWantsItAndWhatIsNear() throws {
    let file = try ParamsFile("distill: {temperature: 2, steps: 5}\n", file: "params.yaml")
    let place = SourceLocation(file: "pipeline.yml", line: 7, column: 15)
    let dep = ParamDep(file: "params.yaml", keys: ["distill.temprature", "steps"], location: place)
    do {
        _ = try file.values(for: dep, stage: "distill")
        Issue.record("nothing thrown")
    } catch let error as DefinitionError {
        #expect(
            error.description == """
                pipeline.yml:7:15: error: stage 'distill' wants the parameter 'distill.temprature', which 'params.yaml' lacks
                  found: 'distill' has the keys temperature, steps
                hint: did you mean 'distill.temperature'?

                pipeline.yml:7:15: error: stage 'distill' wants the parameter 'steps', which 'params.yaml' lacks
                  found: the top level has the keys distill
                hint: did you mean 'distill.steps'?
                """)
    }
}

@Test func jsonIsReadWithItsEscapes() throws {
    let file = try ParamsFile(
        "{\"a\": \"\\ud83d\\ude00\\/\\u00e9\\n\", \"b\": [1, 2.5, true, null], \"c\": {}}",
        file: "p.json")
    #expect(file.root.canonicalText == "{\"a\":\"😀/é\\n\",\"b\":[1,2.5,true,null],\"c\":{}}")
    #expect(file.root.leaves.map(\.key) == ["a", "b", "c"])
    #expect(throws: DefinitionError.self) { try ParamsFile("{\"a\": 1, \"a\": 2}", file: "p.json") }
    #expect(throws: DefinitionError.self) { try ParamsFile("x = 1", file: "p.py") }
}

@Test func equalValuesHaveEqualTexts() throws {
    func value(_ text: String) throws -> ParamValue {
        try ParamsFile(text, file: "params.yaml").root
    }
    let equal = [
        ("{a: 1, b: 2}", "{b: 2.0, a: 1}"), ("{x: [1e3]}", "{x: [1000]}"),
        ("{x: .nan}", "{x: .nan}"),
    ]
    for (a, b) in equal {
        #expect(try value(a) == value(b))
        #expect(try value(a).canonicalText == value(b).canonicalText)
    }
    let different = [
        ("{a: 1}", "{a: '1'}"), ("{a: true}", "{a: 1}"), ("{a: [1, 2]}", "{a: [2, 1]}"),
        ("{a: null}", "{}"), ("{a: 1}", "{a: 1, b: 2}"), ("{a: \"\\u00e9\"}", "{a: \"e\\u0301\"}"),
        ("{a: 9007199254740993}", "{a: 9007199254740992.0}"),
    ]
    for (a, b) in different {
        #expect(try value(a) != value(b))
        #expect(try Array(value(a).canonicalText.utf8) != Array(value(b).canonicalText.utf8))
    }
}

@Test func doublesAreWrittenAsShortAsTheyCanBeReadBack() {
    let values: [Double] = [0.1, 5e-5, 1e300, -2.5, 1 / 3, 1e15, -0.0]
    #expect(
        values.map { ParamValue.double($0).canonicalText } == [
            "0.1", "5e-05", "1e+300", "-2.5", "0.3333333333333333", "1000000000000000", "0",
        ])
}
