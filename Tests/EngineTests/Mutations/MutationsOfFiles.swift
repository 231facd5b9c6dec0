import Foundation

/// Changes of what stages read: files, folders, the environment.
enum MutationsOfFiles {
    static let all = files + folders + patterns + environment

    private struct Dep {
        var stage: String
        var path: String
        /// What runs when the bytes change.
        var reaches: [String]
        var words: String
    }

    private static let deps = [
        Dep(
            stage: "prepare", path: "data/raw.txt",
            reaches: ["prepare", "features", "train", "report", "review"],
            words: "{pipeline.yml|data/raw.txt}: dep 'data/raw.txt': sha256 …, 3 bytes → "),
        Dep(
            stage: "train", path: "data/script.sh", reaches: ["train", "report", "review"],
            words: "{pipeline.yml|deps: [made»data/script.sh}: dep 'data/script.sh': "
                + "sha256 …, 5 bytes → "),
    ]

    private static let files: [Mutation] =
        deps.flatMap { dep in
            func mutation(
                _ name: String, _ new: String, reaches: [String]? = nil,
                apply: @escaping @Sendable (MutationProject) throws -> Void
            ) -> Mutation {
                Mutation(
                    "\(dep.path) \(name)", says: [dep.stage: dep.words + new],
                    runs: reaches ?? dep.reaches, apply: apply)
            }
            let size = dep.path == "data/raw.txt" ? 3 : 5
            return [
                mutation("longer", "sha256 …, 9 bytes") { try $0.write("long text", to: dep.path) },
                mutation("of the same size", "sha256 …, \(size) bytes") {
                    try $0.write(size == 3 ? "war" : "ohce\n", to: dep.path)
                },
                mutation("emptied", "sha256 …, 0 bytes") { try $0.write("", to: dep.path) },
                // The bytes are the same, and so is what is made of them.
                mutation("executable", "sha256 …, \(size) bytes, executable", reaches: [dep.stage])
                {
                    try $0.setMode(0o755, of: dep.path)
                },
                mutation("linked to another", "sha256 …, 5 bytes") { project in
                    try project.remove(dep.path)
                    try FileManager.default.createSymbolicLink(
                        atPath: project.folder.file(dep.path), withDestinationPath: "extra.txt")
                },
            ]
        } + [
            Mutation(
                "a file became a folder",
                says: ["prepare": deps[0].words + "sha256 …, 1 bytes in 1 files"],
                runs: deps[0].reaches
            ) { project in
                try project.remove("data/raw.txt")
                try project.write("1", to: "data/raw.txt/one")
            }
        ]

    private static let folderReaches = ["features", "train", "report", "review"]

    private static func folder(
        _ name: String, _ new: String, reaches: [String] = folderReaches,
        apply: @escaping @Sendable (MutationProject) throws -> Void
    ) -> Mutation {
        let words =
            "{pipeline.yml|data/folder}: dep 'data/folder': sha256 …, 4 bytes in 3 files → sha256 …, "
        return Mutation(
            "folder: \(name)", says: ["features": words + new], runs: reaches, apply: apply)
    }

    private static let folders: [Mutation] = [
        folder("file modified", "5 bytes in 3 files (a.txt modified)") {
            try $0.write("aa", to: "data/folder/a.txt")
        },
        folder("same size", "4 bytes in 3 files (a.txt modified)") {
            try $0.write("b", to: "data/folder/a.txt")
        },
        folder("inner file modified", "5 bytes in 3 files (sub/c.txt modified)") {
            try $0.write("cc", to: "data/folder/sub/c.txt")
        },
        folder("file added", "5 bytes in 4 files (d.txt is new)") {
            try $0.write("d", to: "data/folder/d.txt")
        },
        folder("hidden file added", "5 bytes in 4 files (.d is new)") {
            try $0.write("d", to: "data/folder/.d")
        },
        folder("empty file added", "4 bytes in 4 files (d.txt is new)") {
            try $0.write("", to: "data/folder/d.txt")
        },
        folder("deep file added", "5 bytes in 4 files (sub/deep/e.txt is new)") {
            try $0.write("e", to: "data/folder/sub/deep/e.txt")
        },
        folder("file removed", "3 bytes in 2 files (a.txt deleted)") {
            try $0.remove("data/folder/a.txt")
        },
        folder("inner folder removed", "3 bytes in 2 files (sub/c.txt deleted)") {
            try $0.remove("data/folder/sub")
        },
        folder("file renamed", "4 bytes in 3 files (a.txt renamed to z.txt)") {
            try $0.rename("data/folder/a.txt", to: "data/folder/z.txt")
        },
        folder("file moved", "4 bytes in 3 files (a.txt renamed to sub/a.txt)") {
            try $0.rename("data/folder/a.txt", to: "data/folder/sub/a.txt")
        },
        folder("inner folder renamed", "4 bytes in 3 files (sub/c.txt renamed to top/c.txt)") {
            try $0.rename("data/folder/sub", to: "data/folder/top")
        },
        folder(
            "file executable", "4 bytes in 3 files (b.txt is now executable)",
            reaches: ["features", "review"]
        ) { try $0.setMode(0o755, of: "data/folder/b.txt") },
        folder("two modified", "5 bytes in 3 files (a.txt modified, b.txt modified)") {
            try $0.write("aa", to: "data/folder/a.txt")
            try $0.write("cc", to: "data/folder/b.txt")
        },
        folder("two swapped", "4 bytes in 3 files (a.txt modified, b.txt modified)") {
            try $0.write("bb", to: "data/folder/a.txt")
            try $0.write("a", to: "data/folder/b.txt")
        },
        folder(
            "five added", "9 bytes in 8 files (n1 is new, n2 is new, n3 is new, and 2 more)"
        ) { project in
            for number in 1...5 { try project.write("\(number)", to: "data/folder/n\(number)") }
        },
        folder("a folder became a file", "4 bytes") { project in
            try project.remove("data/folder")
            try project.write("file", to: "data/folder")
        },
    ]

    private static let match = "{pipeline.yml|\"data/set}: dep 'data/set/"

    private static func pattern(
        _ name: String, _ says: String,
        apply: @escaping @Sendable (MutationProject) throws -> Void
    ) -> Mutation {
        Mutation("pattern: \(name)", says: ["globbed": says], runs: ["globbed"], apply: apply)
    }

    private static let patterns: [Mutation] = [
        pattern("match modified", match + "a.txt': sha256 …, 1 bytes → sha256 …, 2 bytes") {
            try $0.write("11", to: "data/set/a.txt")
        },
        pattern("match added", match + "c.txt': nothing → sha256 …, 1 bytes") {
            try $0.write("3", to: "data/set/c.txt")
        },
        pattern("match removed", match + "b.txt': sha256 …, 1 bytes → nothing") {
            try $0.remove("data/set/b.txt")
        },
        pattern(
            "match renamed",
            match + "z.txt': nothing → sha256 …, 1 bytes; " + match
                + "b.txt': sha256 …, 1 bytes → nothing"
        ) { try $0.rename("data/set/b.txt", to: "data/set/z.txt") },
        pattern("match that no longer is one", match + "b.txt': sha256 …, 1 bytes → nothing") {
            try $0.rename("data/set/b.txt", to: "data/set/b.md")
        },
        pattern(
            "match executable", match + "a.txt': sha256 …, 1 bytes → sha256 …, 1 bytes, executable"
        ) {
            try $0.setMode(0o755, of: "data/set/a.txt")
        },
    ]

    private static let variable =
        "{pipeline.yml|env: [TOKEN]}: environment variable TOKEN: digest … → "

    private static let environment: [Mutation] = [
        Mutation("variable changed", says: ["train": variable + "digest …"], runs: ["train"]) {
            $1.environment["TOKEN"] = "other"
        },
        Mutation("variable emptied", says: ["train": variable + "digest …"], runs: ["train"]) {
            $1.environment["TOKEN"] = ""
        },
        Mutation("variable unset", says: ["train": variable + "unset"], runs: ["train"]) {
            $1.environment["TOKEN"] = nil
        },
    ]
}
