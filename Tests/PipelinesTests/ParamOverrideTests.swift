import ParamValues
import Testing

@testable import Pipelines

/// `-S key=value`: the grammar, grids, and edits of parameters files.
struct ParamOverrideTests {
    @Test(arguments: [
        ("lr=0.1", "[0.1]"), ("lr=1", "[1]"), ("lr=", #"[""]"#), ("lr=null", "[null]"),
        ("lr=True", "[true]"), ("lr=1e-3", "[0.001]"), ("name=a b", #"["a b"]"#),
        ("name='1,2'", #"["1,2"]"#), (#"name="a\"b""#, #"["a\"b"]"#), ("lr=0.1,0.2", "[0.1,0.2]"),
        ("m=bert, gpt", #"["bert","gpt"]"#), ("lr=choice(1,2)", "[1,2]"),
        ("n=range(1,4)", "[1,2,3]"), ("n=range(3)", "[0,1,2]"), ("n=range(1,10,4)", "[1,5,9]"),
        ("n=range(3,0,-1)", "[3,2,1]"), ("x=range(0,0.3,0.1)", "[0,0.1,0.2]"),
        ("l=[1,2]", "[[1,2]]"), ("l=[1,2],[3]", "[[1,2],[3]]"), ("l=[]", "[[]]"),
        ("m={a: 1, b: [x]}", #"[{"a":1,"b":["x"]}]"#), ("url=s3://b/k", #"["s3://b/k"]"#),
        ("x=nan", "[NaN]"), ("t=12:30", #"["12:30"]"#),
    ])
    func valuesAreThoseOfHydra(text: String, values: String) throws {
        #expect(ParamValue.list(try ParamOverride(text).values).canonicalText == values)
    }

    @Test func theFileTheKeyAndWhatBecomesOfIt() throws {
        let plain = try ParamOverride("train.layers[0].size=3")
        #expect(plain.file == nil && plain.key == "train.layers[0].size" && plain.action == .set)
        let other = try ParamOverride("conf/a.yaml:b=c:d=e")
        #expect(other.file == "conf/a.yaml" && other.key == "b")
        #expect(other.values == [.string("c:d=e")])
        #expect(try ParamOverride("+a=1").action == .add)
        #expect(try ParamOverride("++a=1").action == .put)
        #expect(try ParamOverride("p.json:~a").action == .remove)
    }

    @Test(arguments: [
        "lr", "=1", "a..b=1", ":a=1", "l=[1", "m={a}", "t='x", "x=range()", "x=range(a)",
        "x=range(1,2,0)", "x=range(2,1)", "x=glob(*)", "x=choice()", "x=1)", "x=range(0,1e9)",
        "x=99999999999999999999", "a[x]=1",
    ])
    func whatSetsNothingIsRefused(text: String) {
        #expect(throws: DefinitionError.self, "\(text)") { try ParamOverride(text) }
    }

    @Test func aGridHasAllCombinationsTheLastFastest() throws {
        let grid = try ParamGrid(["a=1,2", "b=x", "c=range(3)"].map(ParamOverride.init))
        #expect(grid.count == 6 && grid.isSweep)
        let points = (0..<grid.count).map { place in
            grid[place].map { "\($0.override.key)=\($0.value.displayText)" }.joined(separator: " ")
        }
        #expect(
            points == [
                "a=1 b=x c=0", "a=1 b=x c=1", "a=1 b=x c=2", "a=2 b=x c=0", "a=2 b=x c=1",
                "a=2 b=x c=2",
            ])
        #expect(try !ParamGrid([]).isSweep && ParamGrid([]).count == 1)
    }

    @Test func pointsByChanceAreDifferentAndTheSameForASeed() throws {
        let wide = ["a", "b", "c", "d"].map { "\($0)=range(10000)" }
        let grid = try ParamGrid(wide.map(ParamOverride.init))
        let some = grid.places(random: 50, seed: 7)
        #expect(some.count == 50 && Set(some).count == 50 && some == some.sorted())
        #expect(some.allSatisfy { (0..<grid.count).contains($0) })
        #expect(grid.places(random: 50, seed: 7) == some)
        #expect(grid.places(random: 50, seed: 8) != some)
        // Every point has its turn.
        let small = try ParamGrid([ParamOverride("a=range(5)")])
        var counts = [Int](repeating: 0, count: 5)
        for seed in 0..<400 {
            for place in small.places(random: 2, seed: UInt64(seed)) { counts[place] += 1 }
        }
        #expect(counts.allSatisfy { (110...210).contains($0) }, "\(counts)")
        #expect(small.places(random: 9, seed: 1) == [0, 1, 2, 3, 4])
        #expect(throws: DefinitionError.self) {
            try ParamGrid((0..<5).map { try ParamOverride("k\($0)=range(100000)") })
        }
    }

    @Test(arguments: [
        ("p.yaml", "# a\nlr: 0.1   # rate\nb: 2\n", "lr=0.5", "# a\nlr: 0.5   # rate\nb: 2\n"),
        (
            "p.yaml", "t:\n  lr: 0.1\n  l: [1, 2] # two\n", "t.l[1]=3",
            "t:\n  lr: 0.1\n  l: [1, 3] # two\n"
        ),
        ("p.yaml", "t: {lr: 0.1, n: 'x'}\n", "t.n=y z", "t: {lr: 0.1, n: \"y z\"}\n"),
        ("p.yaml", "l: [1, 2] # two\n", "l=[3]", "l: [3] # two\n"),
        ("p.yaml", "l:\n- 1\n- 2\nm: 1\n", "l=[3]", "l: [3]\nm: 1\n"),
        ("p.yaml", "a: \"x # y\" # z\n", "a=w", "a: w # z\n"),
        ("p.yaml", "a:\n  b: 1\n\n# end\n", "+a.c=2", "a:\n  c: 2\n  b: 1\n\n# end\n"),
        ("p.yaml", "a: 1", "+b.c=x", "a: 1\nb: {c: x}\n"),
        ("p.yaml", "a: 1\nb:\n  c: 2\n  d: 3\ne: 4\n", "~b", "a: 1\ne: 4\n"),
        ("p.yaml", "a: 1\nb: 2\n", "++b=3", "a: 1\nb: 3\n"),
        ("p.yaml", "a: 1\n", "++c=yes", "a: 1\nc: \"yes\"\n"),
        ("p.yaml", "lr: 1\n", "lr=1e-5", "lr: 1.0e-05\n"),
        ("p.yaml", "lr: 1 # x\r\nb: 2\r\n", "lr=2", "lr: 2 # x\r\nb: 2\r\n"),
        ("p.yaml", "", "+a=1", "a: 1\n"),
        ("p.yaml", "a: &x 1\nb: *x\n", "b=2", "a: &x 1\nb: 2\n"),
        (
            "p.json", "{\n  \"a\": 0.1,\n  \"b\": {\"c\": \"x\"}\n}\n", "b.c=y",
            "{\n  \"a\": 0.1,\n  \"b\": {\"c\": \"y\"}\n}\n"
        ),
        (
            "p.json", "{\"a\": 1}", "+b=[1,x]",
            "{\n    \"a\": 1,\n    \"b\": [\n        1,\n        \"x\"\n    ]\n}\n"
        ),
        (
            "p.toml", "# t\n[train]\nlr = 0.1 # rate\nname = \"a\"\n", "train.lr=0.25",
            "# t\n[train]\nlr = 0.25 # rate\nname = \"a\"\n"
        ),
        ("p.toml", "[train]\nname = \"a\"\n", "train.name=b", "[train]\nname = \"b\"\n"),
        ("p.toml", "a = 1\n", "+b=2", "b = 2\na = 1\n"),
        ("p.toml", "[t]\na = [1, 2]\n", "t.a=[3, 4]", "[t]\na = [3, 4]\n"),
    ])
    func anEditLeavesTheRestAlone(
        file: String, text: String, setting: String, expected: String
    ) throws {
        let override = try ParamOverride(setting)
        let edited = try ParamEdit.text(
            text, file: file, override, value: override.values[0])
        #expect(edited == expected)
    }

    @Test(arguments: [
        ("a: 1\n", "b=1", "did you mean 'a'?"), ("abc: 1\n", "abd=1", "did you mean 'abc'?"),
        ("a: 1\n", "+a=2", "changes it"), ("a: 1\n", "~b", "'b'"), ("a: 1\n", "a.b=2", "not a map"),
        ("a: 1\n", "+a.b=2", "not a map"),
    ])
    func aKeyThatIsNotThereIsNamed(text: String, setting: String, words: String) throws {
        let override = try ParamOverride(setting)
        let error = #expect(throws: DefinitionError.self) {
            try ParamEdit.text(text, file: "p.yaml", override, value: override.values[0])
        }
        #expect("\(error.map(String.init(describing:)) ?? "")".contains(words))
    }

    /// Whatever the layout, the text reads as what is meant, and as before elsewhere.
    @Test func editsOfRandomFilesReadAsMeant() throws {
        var generator = SystemRandomNumberGenerator()
        let values: [ParamValue] = [
            .int(3), .double(0.25), .string("x # y"), .string("it's: {a}"), .bool(true), .null,
            .list([.int(1), .string("b")]), .map(["k": .string("v, w")]), .string(""),
            .string("1.5"), .string("- a"),
        ]
        for _ in 0..<300 {
            var root: ParamValue = .map([:])
            for key in ["a", "b", "c.d", "c.e"] {
                guard let value = values.randomElement(using: &generator) else { continue }
                root = Self.put(
                    value, at: key.split(separator: ".").map(String.init)[...], in: root)
            }
            for file in ["p.yaml", "p.json"] {
                let text = ParamText.document(root, isJSON: file == "p.json")
                guard let key = ["a", "b", "c.d", "c.e"].randomElement(using: &generator),
                    let value = values.randomElement(using: &generator)
                else { continue }
                var override = try ParamOverride("k=1")
                override.key = key
                let edited = try ParamEdit.text(text, file: file, override, value: value)
                let read = try ParamsFile(edited, file: file).root
                let meant = Self.put(
                    value, at: key.split(separator: ".").map(String.init)[...], in: root)
                #expect(read == meant, "\(text)\(key) = \(value.canonicalText)\n\(edited)")
            }
        }
    }

    private static func put(
        _ value: ParamValue, at path: ArraySlice<String>, in root: ParamValue
    ) -> ParamValue {
        guard let key = path.first, case .map(var map) = root else { return value }
        map[key] = put(
            value, at: path.dropFirst(), in: path.count == 1 ? .null : map[key] ?? .map([:]))
        return .map(map)
    }
}
