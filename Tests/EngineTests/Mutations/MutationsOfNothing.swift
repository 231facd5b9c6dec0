import Foundation

/// Changes that mean nothing: nothing is said and nothing runs.
enum MutationsOfNothing {
    static let all =
        layout + descriptions + order + files + scope
        + [
            Mutation("nothing at all") { _ in },
            Mutation("another variable of the environment") { $1.environment["OTHER"] = "1" },
            Mutation("order of files of code") { _, surroundings in
                surroundings.code.files = [
                    "stages/Toy/Toy.swift": "1", "Sources/Text/Join.swift": "1",
                ]
            },
        ]

    private static func edit(
        _ name: String, _ old: String, _ new: String, in file: String = "pipeline.yml",
        after mark: String = ""
    ) -> Mutation {
        Mutation(name) { try $0.edit(file, old, new, after: mark) }
    }

    private static let layout: [Mutation] = [
        edit("comment before everything", "vars:", "# about\nvars:"),
        edit("comment at the end of a line", "run: toy", "run: toy # of course"),
        edit("comment in a list", "      - data/folder", "      # raw\n      - data/folder"),
        edit("blank lines", "  train:\n", "\n\n  train:\n\n"),
        edit("block instead of flow", "deps: [data/raw.txt]", "deps:\n      - data/raw.txt"),
        edit("flow instead of block", "params:\n      - features.text", "params: [features.text]"),
        edit("quotes", "- data/folder", "- \"data/folder\""),
        edit("other quotes", "wdir: work", "wdir: 'work'"),
        edit("path written otherwise", "- data/folder", "- ./data//folder/"),
        edit(
            "a list of one command", "cmd: wc -c < ../model > report.txt",
            "cmd: [\"wc -c < ../model > report.txt\"]"),
        edit(
            "a block of one command", "cmd: wc -c < ../model > report.txt",
            "cmd: |\n      wc -c < ../model > report.txt\n"),
        edit("an anchor", "deps: [data/raw.txt]", "deps: &raw [data/raw.txt]"),
        edit(
            "a default written out", "metric.json: {cache: false}",
            "metric.json: {cache: false, persist: false, push: true}"),
        edit("comment in parameters", "features:", "# about\nfeatures:", in: "params.yaml"),
        edit(
            "block of parameters", "features: {text: x, more: 2}",
            "features:\n  more: 2\n  text: x", in: "params.yaml"),
        edit("quotes of a parameter", "text: '1'", "text: \"1\"", in: "params.yaml"),
        edit("whole number with a point", "i: 1", "i: 1.0", in: "typed.yaml"),
        edit("number in other notation", "f: 0.5", "f: 5e-1", in: "typed.yaml"),
        edit("order of keys", "{x: 1, y: 2}", "{y: 2, x: 1}", in: "typed.yaml"),
        edit("JSON on other lines", "\"i\": 1, ", "\"i\" : 1,\n\n", in: "typed.json"),
        edit("order of keys in JSON", "\"x\": 1, \"y\": 2", "\"y\": 2, \"x\": 1", in: "typed.json"),
        edit("comment in TOML", "i = 1", "i = 1 # one", in: "typed.toml"),
        edit(
            "inline table in TOML", "[typed.m]\nx = 1\ny = 2", "m = {y = 2, x = 1}",
            in: "typed.toml"),
        edit("comment in a whole file", "one: 1", "# first\none: 1", in: "whole.yaml"),
        edit(
            "order in a whole file", "one: 1\ntwo: {three: 3}", "two: {three: 3}\none: 1",
            in: "whole.yaml"),
    ]

    private static let descriptions: [Mutation] =
        [
            ("description", "desc: first"), ("free data", "meta: {owner: me}"),
            ("needs of the machine", "resources: {threads: 2, memory: 1GiB}"),
            ("mutex", "mutex: gpu"), ("timeout", "timeout: 1h"), ("retries", "retries: 2"),
            ("a default written out", "always_changed: false"),
        ].flatMap { name, line in
            ["prepare", "train", "whole"].map { stage in
                edit("\(name) of \(stage)", "  \(stage):\n", "  \(stage):\n    \(line)\n")
            }
        } + [
            edit("a stage frozen", "  prepare:\n", "  prepare:\n    frozen: true\n"),
            edit("the last stage frozen", "  report:\n", "  report:\n    frozen: true\n"),
            edit("description of an out", "[model]\n  report", "[{model: {desc: best}}]\n  report"),
            edit(
                "out that is not pushed", "[model]\n  report", "[{model: {push: false}}]\n  report"),
            edit("type of an out", "[model]\n  report", "[{model: {type: model}}]\n  report"),
            edit("labels of an out", "[model]\n  report", "[{model: {labels: [a]}}]\n  report"),
            edit("free data of an out", "[model]\n  report", "[{model: {meta: {a: 1}}}]\n  report"),
        ]

    private static let order: [Mutation] = [
        edit(
            "order of keys of a stage", "    wdir: work\n    deps: [../model]\n",
            "    deps: [../model]\n    wdir: work\n"),
        edit(
            "order of deps", "[made/features/folder, data/script.sh]",
            "[data/script.sh, made/features/folder]"),
        edit(
            "order of items", "      a: {text: one}\n      b: {text: two}",
            "      b: {text: two}\n      a: {text: one}"),
        edit("order of a matrix", "[1, 2]", "[2, 1]"),
        edit("item removed", "      b: {text: two}\n", ""),
        edit("value of a matrix removed", "size: [1, 2]", "size: [1]"),
        edit("unused value of an item", "{text: one}", "{text: one, more: 1}"),
        edit("dep named twice", "[data/raw.txt]", "[data/raw.txt, ./data/raw.txt]"),
        Mutation("order of stages") { project in
            let text = try project.read("pipeline.yml")
            let start = "  greet:\n"
            let parts = text.split(separator: "stages:\n", maxSplits: 1).map(String.init)
            guard parts.count == 2, let cut = parts[1].firstRange(of: start) else {
                throw MutationError.absent(start, in: "pipeline.yml")
            }
            try project.write(
                "\(parts[0])stages:\n\(parts[1][cut.lowerBound...])"
                    + "\(parts[1][..<cut.lowerBound])", to: "pipeline.yml")
        },
        Mutation("last stage removed") { project in
            let text = try project.read("pipeline.yml")
            guard let cut = text.firstRange(of: "  whole:\n") else {
                throw MutationError.absent("whole", in: "pipeline.yml")
            }
            try project.write(String(text[..<cut.lowerBound]), to: "pipeline.yml")
        },
    ]

    private static let files: [Mutation] = [
        Mutation("a file written again") { try $0.write("raw", to: "data/raw.txt") },
        Mutation("a file touched") { project in
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
                ofItemAtPath: project.folder.file("data/raw.txt"))
        },
        Mutation("a file that only its owner can read") {
            try $0.setMode(0o600, of: "data/raw.txt")
        },
        Mutation("a link to a copy") { project in
            try project.rename("data/raw.txt", to: "data/moved.txt")
            try FileManager.default.createSymbolicLink(
                atPath: project.folder.file("data/raw.txt"), withDestinationPath: "moved.txt")
        },
        Mutation("an empty folder in a folder") { project in
            try FileManager.default.createDirectory(
                atPath: project.folder.file("data/folder/empty"), withIntermediateDirectories: true)
        },
        Mutation("git's folder in a folder") { try $0.write("x", to: "data/folder/.git/config") },
        Mutation("a file of a folder written again") {
            try $0.write("bb", to: "data/folder/b.txt")
        },
        Mutation("a file beside those that match") { try $0.write("m", to: "data/set/note.md") },
        Mutation("a new file that does not match") { try $0.write("m", to: "data/set/new.md") },
        Mutation("a match in a folder further in") { try $0.write("3", to: "data/set/in/c.txt") },
        Mutation("a file that nothing names") { try $0.write("x", to: "data/unnamed.txt") },
        Mutation("the input of a frozen stage") { try $0.write("warm", to: "data/cold.txt") },
        Mutation("an out written again") { try $0.write("hello\n", to: "greeting.txt") },
        Mutation("the state that saves reading, lost") { try $0.remove(".nlpipe/state") },
        Mutation("the cache, lost") { try $0.remove(".nlpipe/cache") },
        Mutation("earlier runs, lost") { try $0.remove(".nlpipe/runs") },
    ]

    private static let scope: [Mutation] = [
        edit("unused variable", "unused: 1", "unused: 2"),
        edit("new variable", "unused: 1}", "unused: 1, new: 3}"),
        edit("a parameter that no stage names", "extra: 5", "extra: 6", in: "params.yaml"),
        edit("a neighbour in a group", "more: 2", "more: 3", in: "params.yaml"),
        edit("a new parameter", "extra: 5", "extra: 5\nnew: 1", in: "params.yaml"),
        edit("a neighbour in YAML", "other: 1", "other: 2", in: "typed.yaml"),
        edit("a neighbour in JSON", "\"other\": 1", "\"other\": 2", in: "typed.json"),
        edit("a neighbour in TOML", "other = 1", "other = 2", in: "typed.toml"),
        edit("parameters at the top level", "stages:", "params: [whole.yaml]\nstages:"),
        edit("metrics at the top level", "stages:", "metrics: [data/extra.txt]\nstages:"),
        edit("plots at the top level", "stages:", "plots: [data/extra.txt]\nstages:"),
        edit("artifacts", "stages:", "artifacts: {best: {path: model}}\nstages:"),
    ]
}
