/// Changes of what stages do: commands, their folder, modules and their code.
enum MutationsOfActions {
    static let all = commands + folders + values + code + records

    private static func command(
        _ name: String, of stage: String, _ says: String, runs: [String],
        _ old: String, _ new: String
    ) -> Mutation {
        Mutation(
            "command of \(stage): \(name)",
            says: [stage: "{pipeline.yml|  \(stage):»cmd:}: \(says)"],
            runs: runs
        ) { try $0.edit("pipeline.yml", old, new, after: "  \(stage):\n") }
    }

    private static let cat = "cat made/features/folder/one data/script.sh > model"
    private static let check = "test -z \"$NONE\""

    private static let commands: [Mutation] = [
        command(
            "first line", of: "train", "command 1 of 2: \(cat) → true; \(cat)",
            // Its commands are in the records that 'review' reads.
            runs: ["train", "review"], "- cat", "- true; cat"),
        command(
            "second line", of: "train", "command 2 of 2: \(check) → \(check) || false",
            runs: ["train", "review"], check, check + " || false"),
        command(
            "line added", of: "train", "command 3 of 3: nothing → true", runs: ["train", "review"],
            check, check + "\n      - 'true'"),
        command(
            "line removed", of: "train", "command 2 of 2: \(check) → nothing",
            runs: ["train", "review"], "      - \(check)\n", ""),
        command(
            "lines swapped", of: "train", "command 1 of 2: \(cat) → \(check) (and 1 more)",
            runs: ["train", "review"], "- \(cat)\n      - \(check)", "- \(check)\n      - \(cat)"),
        command(
            "other result", of: "train", "command 1 of 2: \(cat) → \(cat); echo end >> model",
            runs: ["train", "report", "review"], cat, cat + "; echo end >> model"),
        command(
            "one blank more", of: "report",
            "command: wc -c < ../model > report.txt → "
                + "wc  -c < ../model > report.txt", runs: ["report"], "wc -c", "wc  -c"),
        command(
            "other program", of: "report",
            "command: wc -c < ../model > report.txt → "
                + "wc -l < ../model > report.txt", runs: ["report"], "wc -c", "wc -l"),
        command(
            "other text", of: "whole", "command: echo read > whole.txt → echo red > whole.txt",
            runs: ["whole"], "echo read", "echo red"),
        command(
            "of a frozen stage", of: "cold",
            "command: cat data/cold.txt > cold.txt → "
                + "cat < data/cold.txt > cold.txt", runs: ["cold"], "cat data", "cat < data"),
        command(
            "one line became two", of: "greet", "command 2 of 2: nothing → true", runs: ["greet"],
            "cmd: echo ${words.greeting} > greeting.txt",
            "cmd: |\n      echo ${words.greeting} > greeting.txt\n      true"),
        Mutation(
            "command of a group",
            says: [
                "each@a": "{pipeline.yml|  each:»cmd:}: command: echo one > each-a.txt → "
                    + "echo one one > each-a.txt",
                "each@b": "{pipeline.yml|  each:»cmd:}: command: echo two > each-b.txt → "
                    + "echo two two > each-b.txt",
            ], runs: ["each@a", "each@b"]
        ) { try $0.edit("pipeline.yml", "echo ${item.text}", "echo ${item.text} ${item.text}") },
        Mutation(
            "module became a command",
            says: [
                "review": "{pipeline.yml|  review:»cmd:}: action: module witness → "
                    + "command [\"mkdir -p made/review; cp model made/review/out\"]"
            ], runs: ["review"]
        ) {
            try $0.edit(
                "pipeline.yml", "run: witness",
                "cmd: mkdir -p made/review; cp model made/review/out")
        },
        Mutation(
            "other module",
            says: [
                "review": "{pipeline.yml|  review:»run:}: action: module witness → module toy"
            ],
            runs: ["review"]
        ) { try $0.edit("pipeline.yml", "run: witness", "run: toy") },
    ]

    private static let folders: [Mutation] = [
        Mutation(
            "wdir changed", says: ["wander": "{pipeline.yml|  wander:»wdir}: wdir: work → work2"],
            runs: ["wander"]
        ) {
            try $0.edit(
                "pipeline.yml", "wdir: work\n    outs: [../w", "wdir: work2\n    outs: [../w")
        },
        Mutation(
            "wdir added",
            says: [
                "greet": "{pipeline.yml|  greet:»cmd:}: command: "
                    + "echo hello > greeting.txt → echo hello > ../greeting.txt; "
                    + "{pipeline.yml|  greet:»wdir}: wdir: . → work2"
            ], runs: ["greet"]
        ) {
            try $0.edit(
                "pipeline.yml", "greeting} > greeting.txt\n    outs: [greeting.txt]",
                "greeting} > ../greeting.txt\n    wdir: work2\n    outs: [../greeting.txt]")
        },
    ]

    private static let values: [Mutation] = [
        Mutation(
            "template variable",
            says: [
                "greet": "{pipeline.yml|  greet:»cmd:}: command: echo hello > greeting.txt → "
                    + "echo hi > greeting.txt"
            ], runs: ["greet"]
        ) { try $0.edit("pipeline.yml", "greeting: hello", "greeting: hi") },
        Mutation(
            "value of an item",
            says: [
                "each@a": "{pipeline.yml|  each:»cmd:}: command: echo one > each-a.txt → "
                    + "echo uno > each-a.txt"
            ], runs: ["each@a"]
        ) { try $0.edit("pipeline.yml", "text: one", "text: uno") },
        Mutation(
            "value of the other item",
            says: [
                "each@b": "{pipeline.yml|  each:»cmd:}: command: echo two > each-b.txt → "
                    + "echo due > each-b.txt"
            ], runs: ["each@b"]
        ) { try $0.edit("pipeline.yml", "text: two", "text: due") },
        Mutation(
            "values of items swapped",
            says: [
                "each@a": "{pipeline.yml|  each:»cmd:}: command: echo one > each-a.txt → "
                    + "echo two > each-a.txt",
                "each@b": "{pipeline.yml|  each:»cmd:}: command: echo two > each-b.txt → "
                    + "echo one > each-b.txt",
            ], runs: ["each@a", "each@b"]
        ) { project in
            try project.edit("pipeline.yml", "text: one", "text: x")
            try project.edit("pipeline.yml", "text: two", "text: one")
            try project.edit("pipeline.yml", "text: x", "text: two")
        },
    ]

    private static let join = "Sources/Text/Join.swift"
    private static let toy = "stages/Toy/Toy.swift"

    /// The toy's results stay the same, so what reads them is cut off; its code is in the records.
    private static func code(
        _ name: String, _ note: String,
        _ change: @escaping @Sendable (inout [String: String]) -> Void
    ) -> Mutation {
        func words(_ stage: String) -> String {
            "{pipeline.yml|  \(stage):»run:}: code of module 'toy': 111111111111 → 222222222222 "
                + "(\(note))"
        }
        return Mutation(
            "code: \(name)", says: ["prepare": words("prepare"), "features": words("features")],
            runs: ["prepare", "features", "review"]
        ) { _, surroundings in
            surroundings.code.digest = "2222222222222222"
            change(&surroundings.code.files)
        }
    }

    private static let code: [Mutation] = [
        code("module's file", "\(toy) modified") { $0[toy] = "2" },
        code("a library's file", "\(join) modified") { $0[join] = "2" },
        code("both files", "\(join) modified, \(toy) modified") { $0 = [toy: "2", join: "2"] },
        code("new file", "stages/Toy/New.swift is new") { $0["stages/Toy/New.swift"] = "1" },
        code("file removed", "\(join) deleted") { $0[join] = nil },
        code("file moved", "\(join) deleted, stages/Toy/Join.swift is new") {
            $0[join] = nil
            $0["stages/Toy/Join.swift"] = "1"
        },
        code("many files", "a1.c is new, a2.c is new, a3.c is new, and 2 more") { files in
            for number in 1...5 { files["a\(number).c"] = "1" }
        },
    ]

    /// The record of a stage far upstream changes, and nothing that is read does.
    private static let records: [Mutation] = [
        Mutation(
            "record of a stage upstream, restored later",
            says: ["train": "{pipeline.yml|  train:»cmd:}: command 2 of 2: \(check) → true"],
            runs: ["train", "review"]
        ) { try $0.edit("pipeline.yml", check, "'true'") }
    ]
}
