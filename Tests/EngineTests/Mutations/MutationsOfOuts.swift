import Foundation

/// Changes of what stages made: the outs come back from the cache, or are made again where it lost
/// them.
enum MutationsOfOuts {
    static let all = outs.flatMap(files) + folders + damaged

    private struct Made {
        var stage: String
        var path: String
        var size: Int
        /// Where it is written.
        var place: String

        var words: String { "{pipeline.yml|\(place)}: out '\(path)': sha256 …, \(size) bytes → " }
    }

    private static let outs = [
        Made(stage: "prepare", path: "made/prepare/out", size: 19, place: "outs»made/prepare/out"),
        Made(
            stage: "features", path: "made/features/metric.json", size: 80,
            place: "made/features/metric.json"),
        Made(stage: "train", path: "model", size: 86, place: "outs: [»model]»"),
        Made(stage: "report", path: "work/report.txt", size: 3, place: "outs: [»report.txt]"),
        Made(
            stage: "review", path: "made/review/out", size: 57, place: "made/review/out"),
        Made(stage: "cold", path: "cold.txt", size: 4, place: "> cold.txt»cold.txt]\n    frozen"),
        Made(stage: "greet", path: "greeting.txt", size: 6, place: "outs: [»greeting.txt]"),
        Made(stage: "wander", path: "wander.txt", size: 4, place: "outs: [»../wander.txt]"),
        Made(stage: "each@a", path: "each-a.txt", size: 4, place: "\"each-"),
        Made(stage: "grid@2", path: "grid-2.txt", size: 2, place: "\"grid-"),
        Made(stage: "whole", path: "whole.txt", size: 5, place: "outs: [»whole.txt]"),
    ]

    private static func files(_ made: Made) -> [Mutation] {
        func mutation(
            _ name: String, _ new: String,
            apply: @escaping @Sendable (MutationProject) throws -> Void
        ) -> Mutation {
            Mutation(
                "\(made.path) \(name)", says: [made.stage: made.words + new],
                restores: [made.stage], apply: apply)
        }
        return [
            mutation("deleted", "nothing") { try $0.remove(made.path) },
            mutation("edited", "sha256 …, 11 bytes") { try $0.write("edited text", to: made.path) },
            mutation("truncated", "sha256 …, \(made.size - 1) bytes") {
                try $0.write(String(try $0.read(made.path).dropLast()), to: made.path)
            },
            mutation("executable", "sha256 …, \(made.size) bytes, executable") {
                try $0.setMode(0o755, of: made.path)
            },
            mutation("replaced by a dangling link", "nothing") { project in
                try project.remove(made.path)
                try FileManager.default.createSymbolicLink(
                    atPath: project.folder.file(made.path), withDestinationPath: "nowhere")
            },
        ]
    }

    private static func folder(
        _ name: String, _ new: String,
        apply: @escaping @Sendable (MutationProject) throws -> Void
    ) -> Mutation {
        let words =
            "{pipeline.yml|outs»made/features/folder}: out 'made/features/folder': "
            + "sha256 …, 162 bytes in 2 files → "
        return Mutation(
            "folder: \(name)", says: ["features": words + new], restores: ["features"],
            apply: apply)
    }

    private static let folders: [Mutation] = [
        folder("deleted", "nothing") { try $0.remove("made/features/folder") },
        folder("file modified", "sha256 …, 82 bytes in 2 files (one modified)") {
            try $0.write("1", to: "made/features/folder/one")
        },
        folder("file deleted", "sha256 …, 81 bytes in 1 files (inner/two deleted)") {
            try $0.remove("made/features/folder/inner")
        },
        folder("file added", "sha256 …, 163 bytes in 3 files (three is new)") {
            try $0.write("3", to: "made/features/folder/three")
        },
        folder("file renamed", "sha256 …, 162 bytes in 2 files (one renamed to un)") {
            try $0.rename("made/features/folder/one", to: "made/features/folder/un")
        },
        folder("file executable", "sha256 …, 162 bytes in 2 files (one is now executable)") {
            try $0.setMode(0o755, of: "made/features/folder/one")
        },
    ]

    /// Outs that nothing else is made like, so that their objects are their own.
    private static let damaged: [Mutation] = outs.filter {
        ["prepare", "train", "report", "greet", "each@a"].contains($0.stage)
    }.flatMap { made -> [Mutation] in
        func mutation(
            _ name: String, isForeseen: Bool,
            _ damage: @escaping @Sendable (MutationProject, String) throws -> Void
        ) -> Mutation {
            var mutation = Mutation(
                "\(made.path) lost, its object \(name)", says: [made.stage: made.words + "nothing"],
                runs: [made.stage]
            ) { project in
                let object = try project.object(of: made.path)
                try project.remove(made.path)
                try project.setMode(0o644, of: object)
                try damage(project, object)
            }
            mutation.isForeseen = isForeseen
            return mutation
        }
        return [
            mutation("gone", isForeseen: true) { try $0.remove($1) },
            mutation("truncated", isForeseen: true) {
                try $0.write(String(try $0.read($1).dropLast()), to: $1)
            },
            mutation("flipped", isForeseen: false) {
                try $0.write("~" + (try $0.read($1).dropFirst()), to: $1)
            },
        ]
    }
}
