/// Changes of what stages are declared to read and make, and of which stages there are.
enum MutationsOfDefinition {
    static let all = deps + environment + outs + names + always + expansion

    private static let deps: [Mutation] = [
        newDep(
            "prepare", "deps: [data/raw.txt", ["prepare", "features", "train", "report", "review"]),
        newDep("train", "deps: [made/features/folder, data/script.sh", ["train", "review"]),
        Mutation(
            "dep added in another folder",
            says: [
                "report": "{pipeline.yml|../data/extra.txt}: dep 'data/extra.txt': nothing → "
                    + "sha256 …, 5 bytes"
            ], runs: ["report"]
        ) {
            try $0.edit("pipeline.yml", "deps: [../model]", "deps: [../model, ../data/extra.txt]")
        },
        Mutation(
            "dep added to a list",
            says: [
                "features": "{pipeline.yml|data/extra.txt}: dep 'data/extra.txt': nothing → "
                    + "sha256 …, 5 bytes"
            ], runs: ["features", "train", "report", "review"]
        ) {
            try $0.edit(
                "pipeline.yml", "- data/folder\n", "- data/folder\n      - data/extra.txt\n")
        },
        Mutation(
            "dep that a stage makes added",
            says: [
                "report": "{pipeline.yml|../wander.txt]}: dep 'wander.txt': nothing → "
                    + "sha256 …, 4 bytes (made by 'wander')"
            ], runs: ["report"]
        ) { try $0.edit("pipeline.yml", "deps: [../model]", "deps: [../model, ../wander.txt]") },
        Mutation(
            "dep removed",
            says: [
                "prepare": "{pipeline.yml|prepare:}: dep 'data/raw.txt': sha256 …, 3 bytes → "
                    + "not declared"
            ],
            runs: ["prepare", "features", "train", "report", "review"]
        ) { try $0.edit("pipeline.yml", "    deps: [data/raw.txt]\n", "") },
        Mutation(
            "script removed from deps",
            says: [
                "train": "{pipeline.yml|train:}: dep 'data/script.sh': sha256 …, 5 bytes → "
                    + "not declared"
            ], runs: ["train", "review"]
        ) { try $0.edit("pipeline.yml", ", data/script.sh]", "]") },
        Mutation(
            "folder removed from deps",
            says: [
                "features": "{pipeline.yml|features:}: dep 'data/folder': "
                    + "sha256 …, 4 bytes in 3 files → not declared"
            ],
            runs: ["features", "train", "report", "review"]
        ) { try $0.edit("pipeline.yml", "      - data/folder\n", "") },
        Mutation(
            "dep on the folder around",
            says: [
                "features": "{pipeline.yml|made/prepare\n}: dep 'made/prepare': nothing → "
                    + "sha256 …, 19 bytes in 1 files; {pipeline.yml|features:}: "
                    + "dep 'made/prepare/out': sha256 …, 19 bytes → not declared (made by 'prepare')"
            ],
            runs: ["features", "train", "report", "review"]
        ) { try $0.edit("pipeline.yml", "- made/prepare/out\n", "- made/prepare\n") },
    ]

    private static func newDep(_ stage: String, _ list: String, _ runs: [String]) -> Mutation {
        Mutation(
            "dep added to \(stage)",
            says: [
                stage: "{pipeline.yml|data/extra.txt}: dep 'data/extra.txt': nothing → "
                    + "sha256 …, 5 bytes"
            ], runs: runs
        ) { try $0.edit("pipeline.yml", list, list + ", data/extra.txt") }
    }

    private static let environment: [Mutation] =
        ["prepare", "report", "greet", "yaml"].map { stage in
            Mutation(
                "variable named in addition by \(stage)",
                says: [
                    stage: "{pipeline.yml|  \(stage):»env: [NEW]}: "
                        + "environment variable NEW: nothing → unset"
                ], runs: [stage]
            ) { try $0.edit("pipeline.yml", "  \(stage):\n", "  \(stage):\n    env: [NEW]\n") }
        } + [
            Mutation(
                "variable named no longer",
                says: [
                    "train": "{pipeline.yml|train:}: environment variable TOKEN: digest … → nothing"
                ],
                runs: ["train"]
            ) { try $0.edit("pipeline.yml", "    env: [TOKEN]\n", "") },
            Mutation(
                "second variable",
                says: [
                    "train": "{pipeline.yml|env: [TOKEN}: environment variable PATH: "
                        + "nothing → digest …"
                ], runs: ["train"]
            ) { try $0.edit("pipeline.yml", "[TOKEN]", "[TOKEN, PATH]") },
        ]

    private struct Place {
        var stage: String
        var written: String
        var path: String
    }

    private static let places = [
        Place(stage: "prepare", written: "made/prepare/out]", path: "made/prepare/out"),
        Place(stage: "train", written: "model]\n  report", path: "model"),
        Place(stage: "greet", written: "greeting.txt]", path: "greeting.txt"),
        Place(stage: "wander", written: "../wander.txt]", path: "wander.txt"),
        Place(stage: "whole", written: "whole.txt]", path: "whole.txt"),
    ]

    private static let outs: [Mutation] =
        places.flatMap { place -> [Mutation] in
            let name = place.written.prefix { $0 != "]" }
            let rest = place.written.dropFirst(name.count + 1)
            return [
                ("cache: false", "uncached"), ("persist: true", "persist"),
                ("volatile: true", "volatile"),
            ]
            .map { option, word in
                // The record of a volatile out has no digest, which who reads records can tell.
                let isSeen = word == "volatile" && ["prepare", "train"].contains(place.stage)
                return Mutation(
                    "\(option) for \(place.path)",
                    says: [
                        place.stage: "{pipeline.yml|outs: [ {»\(name)}: "
                            + "options of out '\(place.path)': plain → \(word)"
                    ],
                    runs: [place.stage] + (isSeen ? ["review"] : [])
                ) {
                    try $0.edit(
                        "pipeline.yml", "outs: [\(place.written)",
                        "outs: [ {\(name): {\(option)}}]\(rest)")
                }
            }
        } + [
            Mutation(
                "metric kept in the cache",
                says: [
                    "features": "{pipeline.yml|made/features/metric.json}: "
                        + "options of out 'made/features/metric.json': uncached → plain"
                ], runs: ["features"]
            ) { try $0.edit("pipeline.yml", "metric.json: {cache: false}", "metric.json") },
            Mutation(
                "out added",
                says: [
                    "features": "{pipeline.yml|made/features/extra}: "
                        + "options of out 'made/features/extra': nothing → plain"
                ],
                runs: ["features", "review"]
            ) {
                try $0.edit(
                    "pipeline.yml", "made/features/folder]\n    m",
                    "made/features/folder, made/features/extra]\n    m")
            },
            Mutation(
                "out removed",
                says: [
                    "features": "{pipeline.yml|features:}: "
                        + "options of out 'made/features/metric.json': uncached → nothing"
                ],
                runs: ["features", "review"]
            ) {
                try $0.edit(
                    "pipeline.yml",
                    "    metrics:\n      - made/features/metric.json: {cache: false}\n", "")
            },
            Mutation(
                "out moved",
                says: [
                    "review": "{pipeline.yml|made/second/out}: options of out 'made/second/out': "
                        + "nothing → plain; {pipeline.yml|review:}: "
                        + "options of out 'made/review/out': plain → nothing"
                ], runs: ["review"]
            ) { try $0.edit("pipeline.yml", "made/review/out", "made/second/out") },
        ]

    private static let names: [Mutation] = [
        // What a frozen stage was made from is not looked at, by those that read records neither.
        Mutation(
            "stage frozen in the middle",
            says: [
                "review": "{pipeline.yml|  review:»run:}: records of upstream stages changed "
                    + "(features deleted, prepare deleted)"
            ], runs: ["review"]
        ) { try $0.edit("pipeline.yml", "  train:\n", "  train:\n    frozen: true\n") },
        renamed("report", runs: ["report2"]), renamed("greet", runs: ["greet2"]),
        renamed("review", runs: ["review2"]), renamed("wander", runs: ["wander2"]),
        // Its name is in the records that 'review' reads.
        renamed("train", runs: ["train2", "review"]),
        renamed("cold", runs: ["cold2"]), renamed("yaml", runs: ["yaml2"]),
        Mutation(
            "stages of a group renamed",
            says: [
                "every@a": "{pipeline.yml|every:}: never run",
                "every@b": "{pipeline.yml|every:}: never run",
            ], runs: ["every@a", "every@b"]
        ) { try $0.edit("pipeline.yml", "  each:\n", "  every:\n") },
        Mutation(
            "stage added", says: ["more": "{pipeline.yml|more:}: never run"], runs: ["more"]
        ) {
            try $0.edit(
                "pipeline.yml", "  greet:\n",
                "  more:\n    cmd: echo more > more.txt\n    outs: [more.txt]\n  greet:\n")
        },
        Mutation(
            "chain of stages added",
            says: [
                "more": "{pipeline.yml|more:}: never run",
                "most": "{pipeline.yml|most:}: never run",
            ], runs: ["more", "most"]
        ) {
            try $0.edit(
                "pipeline.yml", "  greet:\n",
                "  most:\n    cmd: cat more.txt > most.txt\n    deps: [more.txt]\n"
                    + "    outs: [most.txt]\n"
                    + "  more:\n    cmd: echo more > more.txt\n    outs: [more.txt]\n  greet:\n")
        },
    ]

    private static func renamed(_ stage: String, runs: [String]) -> Mutation {
        Mutation(
            "\(stage) renamed", says: ["\(stage)2": "{pipeline.yml|\(stage)2:}: never run"],
            runs: runs
        ) { try $0.edit("pipeline.yml", "  \(stage):\n", "  \(stage)2:\n") }
    }

    private static let always: [Mutation] = ["prepare", "report", "greet", "whole"].map { stage in
        var mutation = Mutation(
            "\(stage) always runs",
            says: [stage: "{pipeline.yml|  \(stage):»always_changed}: always runs"], runs: [stage]
        ) {
            try $0.edit("pipeline.yml", "  \(stage):\n", "  \(stage):\n    always_changed: true\n")
        }
        mutation.settles = false
        return mutation
    }

    private static let expansion: [Mutation] = [
        Mutation(
            "item added", says: ["each@c": "{pipeline.yml|each:}: never run"], runs: ["each@c"]
        ) {
            try $0.edit(
                "pipeline.yml", "      b: {text: two}\n",
                "      b: {text: two}\n      c: {text: three}\n")
        },
        Mutation(
            "key of an item changed", says: ["each@z": "{pipeline.yml|each:}: never run"],
            runs: ["each@z"]
        ) { try $0.edit("pipeline.yml", "      b: {text", "      z: {text") },
        Mutation(
            "value of a matrix added", says: ["grid@3": "{pipeline.yml|grid:}: never run"],
            runs: ["grid@3"]
        ) { try $0.edit("pipeline.yml", "size: [1, 2]", "size: [1, 2, 3]") },
        Mutation(
            "axis of a matrix added",
            says: [
                "grid@1-x": "{pipeline.yml|grid:}: never run",
                "grid@2-x": "{pipeline.yml|grid:}: never run",
            ], runs: ["grid@1-x", "grid@2-x"]
        ) { try $0.edit("pipeline.yml", "size: [1, 2]", "size: [1, 2], seed: [x]") },
    ]
}
