import Tensors
import Testing

@Suite struct JSONTests {
    @Test func valuesSurviveWritingAndReading() throws {
        let value = JSONValue.object([
            "text": .string("a\"\\\n\u{1}é😀"), "list": .array([.null, .bool(true), .bool(false)]),
            "small": .integer(.min), "real": .number(0.1), "none": .object([:]), "": .array([]),
        ])
        #expect(try JSONValue(parsing: value.text().utf8) == value)
        #expect(try JSONValue(parsing: value.text(pretty: true).utf8) == value)
    }

    @Test func prettyTextHasSortedKeysAndTwoSpaces() {
        let value = JSONValue.object(["b": .array([.integer(1), .integer(2)]), "a": .object([:])])
        #expect(value.text(pretty: true) == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    2\n  ]\n}\n")
        #expect(value.text() == #"{"a":{},"b":[1,2]}"#)
    }

    @Test(arguments: [
        ("\"\\u00e9\\ud83d\\ude00\\/\"", JSONValue.string("é😀/")), (" -0.5e1 ", .number(-5)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("0", .integer(0)),
    ])
    func oddTextsAreRead(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text.utf8) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{a:1}",
        "{\"a\":1,\"a\":2}", "tru", "nul", "01", "-", "1.", ".5", "+1", "1e999", "\"", "\"\\",
        "\"\\x\"",
        "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\n\"", "1 2", "NaN",
    ])
    func textsThatAreNotJSONAreErrors(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test func bytesThatAreNotUTF8AreErrors() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22]) }
    }
}
