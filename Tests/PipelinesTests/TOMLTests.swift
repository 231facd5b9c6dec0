import ParamValues
import Testing

@testable import Pipelines

private func json(_ toml: String) throws -> String {
    try ParamsFile(toml, file: "p.toml").root.canonicalText
}

private func complaint(_ toml: String) -> String {
    do {
        return "read as " + (try json(toml))
    } catch {
        return "\(error)"
    }
}

@Test(arguments: [
    ("", "{}"), ("# only\r\n\t\n", "{}"), ("\u{FEFF}a = 1", "{\"a\":1}"),
    (
        "a = 1 # one\nb.c = 2\nb.\"d e\" = 3\n'x.y' = 4",
        "{\"a\":1,\"b\":{\"c\":2,\"d e\":3},\"x.y\":4}"
    ),
    ("[a]\nx = 1\n[b.c]\ny = 2\n[b]\nz = 3", "{\"a\":{\"x\":1},\"b\":{\"c\":{\"y\":2},\"z\":3}}"),
    ("[[a]]\nx = 1\n[a.b]\ny = 2\n[[a]]\n", "{\"a\":[{\"b\":{\"y\":2},\"x\":1},{}]}"),
    ("[a]\nb.c = 1\n[a.b.d]\ne = 2", "{\"a\":{\"b\":{\"c\":1,\"d\":{\"e\":2}}}}"),
    ("[ a . b ]\n1 = 2\n-_ = 3", "{\"a\":{\"b\":{\"-_\":3,\"1\":2}}}"),
    ("a = [1, # one\n 2,\n]\nb = []", "{\"a\":[1,2],\"b\":[]}"),
    ("a = {x = 1, y.z = [{}]}", "{\"a\":{\"x\":1,\"y\":{\"z\":[{}]}}}"),
    ("a = true\nb = false", "{\"a\":true,\"b\":false}"),
    (
        "a = +1_000\nb = -17\nc = 0xFF_ff\nd = 0o17\ne = 0b101\nf = -0",
        "{\"a\":1000,\"b\":-17,\"c\":65535,\"d\":15,\"e\":5,\"f\":0}"
    ),
    (
        "a = 5e-5\nb = 1_0.2_5\nc = -1E+2\nd = inf\ne = -inf\nf = nan",
        "{\"a\":5e-05,\"b\":10.25,\"c\":-100,\"d\":Infinity,\"e\":-Infinity,\"f\":NaN}"
    ),
    (
        "a = 2024-02-29\nb = 07:32:00.5\nc = 1979-05-27T07:32:00Z\nd = 1979-05-27 07:32:00-07:00 # x",
        "{\"a\":\"2024-02-29\",\"b\":\"07:32:00.5\",\"c\":\"1979-05-27T07:32:00Z\",\"d\":\"1979-05-27 07:32:00-07:00\"}"
    ),
    ("a = \"\\u00e9\\U0001F600\\t\\\"\\\\\"", "{\"a\":\"é😀\\t\\\"\\\\\"}"),
    ("a = 'C:\\x'\nb = ''", "{\"a\":\"C:\\\\x\",\"b\":\"\"}"),
    ("a = \"\"\"\nx\n y \\\n   z\"\"\"\"\"", "{\"a\":\"x\\n y z\\\"\\\"\"}"),
    ("a = '''\r\nx'y''z\\'''", "{\"a\":\"x'y''z\\\\\"}"),
])
func tomlIsRead(toml: String, expected: String) throws {
    #expect(try json(toml) == expected)
}

@Test(arguments: [
    "a", "a =", "= 1", "a = 1 b = 2", "a = 1\na = 2", "[a]\n[a]", "a.b = 1\na = 2",
    "a = 1\na.b = 2",
    "[a.b]\n[a]\nb = 1", "a = {}\n[a.b]", "a = {x = 1}\na.y = 2", "a = []\n[[a]]", "[[a]]\n[a]",
    "[a]\n[[a]]", "[a.b.c]\n[a]\nb.d = 1", "[a]\nb.c = 1\n[a.b]", "[a", "[[a]", "[]", "a = [1 2]",
    "a = [1", "a = {x = 1,}", "a = {x = 1\n}", "a = \"x", "a = 'x\n'", "a = \"\\x\"",
    "a = \"\\ud800\"",
    "a = \"\"\"x", "a = 007", "a = 1_", "a = _1", "a = 1__0", "a = .5", "a = 5.", "a = 1e",
    "a = 0x",
    "a = 0x-1", "a = 9223372036854775808", "a = 1e999", "a = yes", "a = True", "a = 2024-13-01",
    "a = 07:32", "a = \"\u{1}\"", "# \u{7F}", "a = 1\r", "é = 1", "a..b = 1", "a = '''x''''''",
    "a = \(String(repeating: "[", count: 100))", "[\(String(repeating: "a.", count: 100))a]",
    "a = \(String(repeating: "{x=", count: 40_000))",
])
func wrongTOMLIsRefusedWithAPlace(toml: String) {
    #expect(complaint(toml).hasPrefix("p.toml:"))
}

@Test func mistakesInTOMLAreLocated() {
    #expect(
        complaint("[train]\nlr = 0.1\nlr = yes 2\n")
            == """
            p.toml:3:6: error: not valid TOML: 'yes' is no value
              3 | lr = yes 2
                |      ^
            hint: put texts in quotes; numbers have 64 bits
            """)
    #expect(
        complaint("[train]\nlr = 0.1\n\tlr = 2\n")
            == """
            p.toml:3:2: error: duplicate key 'lr'
              3 | \tlr = 2
                | \t^
              first: p.toml:2:1
            hint: a key may be set once, and a table be opened once
            """)
}

@Test func parametersInTOMLHavePlacesAndAreUsedByTemplates() throws {
    let toml = "[train]\nlr = 0.1\n[[train.layers]]\nsize = 4\n"
    let file = try ParamsFile(toml, file: "p.toml")
    #expect(file.value(at: "train.layers[0].size") == .int(4))
    #expect(
        file.location(of: "train.layers[0].size")
            == SourceLocation(file: "p.toml", line: 4, column: 8))
    let pipeline = try Definition(
        "vars: [p.toml]\nstages: {s: {cmd: \"x ${train.lr}\", params: [p.toml: [train.lr]]}}",
        files: ["p.toml": toml]
    ).read()
    #expect(pipeline.stages.first?.action == .command(["x 0.1"]))
    #expect(complaint("").hasPrefix("read"))
}

@Test func manyKeysAndTablesTakeLinearTime() throws {
    let keys = (0..<20_000).map { "k\($0) = \($0)\n" }.joined()
    let tables = (0..<5_000).map { "[[t]]\nx = \($0)\n" }.joined()
    let root = try ParamsFile("[a]\n\(keys)\(tables)", file: "p.toml").root
    #expect(root.value(at: "a.k19999") == .int(19_999))
    #expect(root.value(at: "t[4999].x") == .int(4_999))
}

@Test func damagedTOMLIsRefusedOrReadButNeverTraps() {
    let valid = Array(
        "a = [1, {b = 'x'}, \"\\u00e9\"]\n[c.d]\ne.f = 2024-01-01 07:32:00\n[[g]]\nh = '''\ni'''\n")
    var random = SystemlessRandom(state: 3)
    let alphabet = Array("[]{}=.,\"'#\\ \n\tu0-9_:é\u{0}\r\u{FEFF}")
    for _ in 0..<2000 {
        var text = valid
        for _ in 0...random.next(3) {
            let place = random.next(text.count)
            switch random.next(3) {
            case 0: text.remove(at: place)
            case 1: text.insert(alphabet[random.next(alphabet.count)], at: place)
            default: text[place] = alphabet[random.next(alphabet.count)]
            }
        }
        let said = complaint(String(text))
        #expect(said.hasPrefix("read") || said.hasPrefix("p.toml:"))
    }
}
