/// Changes of parameters, in files of every kind.
enum MutationsOfParams {
    static let all = formats.flatMap(typed) + plain

    /// How values are written in one kind of file.
    private struct Format: Sendable {
        var stage: String
        /// Between a key and its value.
        var gap: String
        var quote: String

        var group: String

        var file: String { "typed.\(stage)" }
        func key(_ name: String) -> String { stage == "json" ? "\"\(name)\"" : name }
        func text(_ text: String) -> String { "\(quote)\(text)\(quote)" }
    }

    private static let formats = [
        Format(stage: "yaml", gap: ": ", quote: "", group: "typed:"),
        Format(stage: "json", gap: ": ", quote: "\"", group: "\"typed\""),
        Format(stage: "toml", gap: " = ", quote: "\"", group: "typed]"),
    ]

    /// Key, value as written, what it becomes, both as canonical text.
    private struct Value {
        var name: String
        var key: String
        var old: String
        var new: String
        var says: String
    }

    private static func values(_ format: Format) -> [Value] {
        let word = format.text("word")
        return [
            Value(name: "integer", key: "i", old: "1", new: "2", says: "1 → 2"),
            Value(name: "integer, negative", key: "i", old: "1", new: "-1", says: "1 → -1"),
            Value(name: "integer to text", key: "i", old: "1", new: "\"1\"", says: "1 → \"1\""),
            Value(name: "integer to truth", key: "i", old: "1", new: "true", says: "1 → true"),
            Value(name: "number", key: "f", old: "0.5", new: "0.25", says: "0.5 → 0.25"),
            Value(name: "number, tiny", key: "f", old: "0.5", new: "5e-5", says: "0.5 → 5e-05"),
            Value(
                name: "text", key: "s", old: word, new: format.text("other"),
                says: "\"word\" → \"other\""),
            Value(
                name: "text, case", key: "s", old: word, new: format.text("Word"),
                says: "\"word\" → \"Word\""),
            Value(name: "truth", key: "b", old: "true", new: "false", says: "true → false"),
            Value(
                name: "truth to text", key: "b", old: "true", new: "\"true\"",
                says: "true → \"true\""),
            Value(
                name: "element", key: "l", old: "[1, 2]", new: "[1, 3]", says: "[1,2] → [1,3]"),
            Value(
                name: "order of elements", key: "l", old: "[1, 2]", new: "[2, 1]",
                says: "[1,2] → [2,1]"),
            Value(
                name: "more elements", key: "l", old: "[1, 2]", new: "[1, 2, 3]",
                says: "[1,2] → [1,2,3]"),
            Value(
                name: "no elements", key: "l", old: "[1, 2]", new: "[]", says: "[1,2] → []"),
            Value(name: "inner value", key: "m.y", old: "2", new: "7", says: "2 → 7"),
        ]
    }

    private static func typed(_ format: Format) -> [Mutation] {
        let file = format.file
        let changed = values(format).map { value in
            let last = format.key(String(value.key.suffix(1)))
            return Mutation(
                "\(file): \(value.name)",
                says: [
                    format.stage:
                        "{\(file)|\(last + format.gap)}: param 'typed.\(value.key)': \(value.says)"
                ], runs: [format.stage]
            ) { try $0.edit(file, last + format.gap + value.old, last + format.gap + value.new) }
        }
        let (first, one) = (format.key("i"), format.gap + "1")
        let separator = format.stage == "json" ? ", " : format.stage == "toml" ? "\n" : "\n  "
        return changed + [
            Mutation(
                "\(file): key added",
                says: [
                    format.stage:
                        "{\(file)|\(format.key("n"))}: param 'typed.n': nothing → 4"
                ], runs: [format.stage]
            ) {
                try $0.edit(
                    file, first + one,
                    first + one + separator + format.key("n") + format.gap + "4")
            },
            Mutation(
                "\(file): key removed",
                // Where it was is told by the group that it was in.
                says: [format.stage: "{\(file)|\(format.group)}: param 'typed.i': 1 → nothing"],
                runs: [format.stage]
            ) {
                let more = format.stage == "json" ? ", " : separator
                try $0.edit(file, first + one + more, "")
            },
        ]
    }

    private static let below = ["prepare", "features", "train", "report", "review"]

    private static let plain: [Mutation] = [
        Mutation(
            "a value that the first stage names",
            says: ["prepare": "{params.yaml|text}: param 'prepare.text': \"1\" → \"2\""],
            runs: below
        ) { try $0.edit("params.yaml", "'1'", "'2'") },
        Mutation(
            "a value on another line",
            says: ["prepare": "{params.yaml|prepare»text}: param 'prepare.text': \"1\" → \"22\""],
            runs: below
        ) {
            try $0.write(
                "# new\n\nfeatures: {text: x}\nextra: 5\nprepare: {text: '22'}\n", to: "params.yaml"
            )
        },
        Mutation(
            "a value in a flow map",
            says: ["features": "{params.yaml|features»text}: param 'features.text': \"x\" → \"y\""],
            runs: ["features", "train", "report", "review"]
        ) { try $0.edit("params.yaml", "text: x", "text: y") },
        Mutation(
            "of a whole file a value",
            says: ["whole": "{whole.yaml|three}: param 'two.three': 3 → 4"],
            runs: ["whole"]
        ) { try $0.edit("whole.yaml", "three: 3", "three: 4") },
        Mutation(
            "of a whole file a new key",
            says: ["whole": "{whole.yaml|four}: param 'four': nothing → 4"], runs: ["whole"]
        ) { try $0.edit("whole.yaml", "one: 1\n", "one: 1\nfour: 4\n") },
        Mutation(
            "of a whole file a key that went",
            says: ["whole": "whole.yaml:1:1: param 'one': 1 → nothing"], runs: ["whole"]
        ) { try $0.edit("whole.yaml", "one: 1\n", "") },
        Mutation(
            "a key that is named in addition",
            says: ["prepare": "{pipeline.yml|extra]}: param 'extra': nothing → 5"],
            runs: ["prepare", "review"]
        ) { try $0.edit("pipeline.yml", "[prepare.text]", "[prepare.text, extra]") },
        Mutation(
            "a key that is named no longer",
            says: ["prepare": "{pipeline.yml|prepare:}: param 'prepare.text': \"1\" → nothing"],
            runs: below
        ) { try $0.edit("pipeline.yml", "    params: [prepare.text]\n", "") },
        Mutation(
            "a file that is named in addition",
            says: [
                "greet": "{pipeline.yml|whole.yaml}: parameters: nothing → "
                    + "{\"one\":1,\"two\":{\"three\":3}}"
            ], runs: ["greet"]
        ) {
            try $0.edit(
                "pipeline.yml", "    outs: [greeting.txt]",
                "    params: [{whole.yaml: }]\n    outs: [greeting.txt]")
        },
    ]
}
