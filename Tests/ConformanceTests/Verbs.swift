import Foundation

extension Pair {
    /// What the commands that only look say differently.
    func compareVerbs() throws -> [String] {
        var differences: [String] = []
        func compare(_ what: String, _ dvc: String, _ own: String) {
            if dvc != own { differences.append("\(what)\n  DVC:    \(dvc)\n  nlpipe: \(own)") }
        }
        // The order of nodes is each program's own.
        var graphs = [["--dot"], ["--dot", "--outs"], ["--dot", "--collapse-foreach-matrix"]]
        graphs += project.targets.suffix(1).flatMap { [["--dot", $0], ["--dot", "--full", $0]] }
        for arguments in graphs {
            compare(
                "dag \(arguments.joined(separator: " "))",
                try lines(dvc, ["dag"] + arguments), try lines(own, ["dag"] + arguments))
        }
        let charts = (try dvc.run(["dag", "--mermaid"]), try own.run(["dag", "--mermaid"]))
        compare("dag --mermaid", Self.edges(charts.0.out), Self.edges(charts.1.out))
        compare(
            "stage list --name-only", try lines(dvc, ["stage", "list", "--name-only"]),
            try lines(own, ["stage", "list", "--name-only"]))
        compare(
            "stage list --all --name-only",
            try lines(dvc, ["stage", "list", "--all", "--name-only"]),
            try lines(own, ["stage", "list", "--all", "--name-only"]))
        if project.drafts.allSatisfy(\.home.isEmpty) {
            // Otherwise `KnownDifference.listedFromRoot`.
            compare(
                "stage list", try lines(dvc, ["stage", "list"]), try lines(own, ["stage", "list"]))
        }
        compare(
            "metrics show --json", try dvc.json(["metrics", "show"]),
            try own.json(["metrics", "show"]))
        compare(
            "plots show --json", try plots(dvc, ["plots", "show"]),
            try plots(own, ["plots", "show"]))
        return differences
    }

    /// What an answer about plots says of their values: names, revisions, rows, titles, the column
    /// to the right, and which files could not be read.
    private func plots(_ side: Side, _ arguments: [String]) throws -> String {
        let text = Data(try side.json(arguments).utf8)
        guard let root = try? JSONSerialization.jsonObject(with: text) as? [String: Any] else {
            return "failed"
        }
        var plots: [String: Any] = [:]
        for (name, value) in root["data"] as? [String: [[String: Any]]] ?? [:] {
            plots[name] = value.map { plot -> [Any] in
                let content = plot["content"] as? [String: Any] ?? [:]
                let encoding = content["encoding"] as? [String: [String: Any]] ?? [:]
                let title = content["title"] as? [String: Any] ?? [:]
                return [
                    plot["type"] ?? "", plot["revisions"] ?? "", content["data"] ?? "",
                    title["text"] ?? "", encoding["x"]?["field"] ?? "",
                ]
            }
        }
        let errors = (root["errors"] as? [[String: Any]] ?? []).map { error in
            ["name", "rev", "source", "type"].map { "\(error[$0] ?? "")" }.joined(separator: " ")
        }
        let data = try JSONSerialization.data(
            withJSONObject: ["plots": plots, "errors": errors.sorted()],
            options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    /// The lines of an answer, sorted.
    private func lines(_ side: Side, _ arguments: [String]) throws -> String {
        let result = try side.run(arguments)
        guard result.status == 0 else { return "failed: \(result.error)" }
        return result.out.split(separator: "\n").map(String.init).sorted()
            .joined(separator: "\n          ")
    }

    /// The edges of a Mermaid chart by the names of its nodes, sorted.
    private static func edges(_ chart: String) -> String {
        var names: [Substring: Substring] = [:]
        var edges: [String] = []
        for line in chart.split(separator: "\n").map({ $0.drop { $0 == "\t" } }) {
            if let bracket = line.firstIndex(of: "[") {
                names[line[..<bracket]] = line[bracket...]
            } else if let arrow = line.range(of: "-->") {
                let (from, to) = (line[..<arrow.lowerBound], line[arrow.upperBound...])
                edges.append("\(names[from] ?? from) -> \(names[to] ?? to)")
            }
        }
        return edges.sorted().joined(separator: ", ")
    }

    /// Differences of the commands that compare with a commit; both sides are in git.
    func compareRevisions() throws -> [String] {
        var differences: [String] = []
        let start = project.steps()[0]
        for side in [dvc, own] {
            try side.apply(start.changes)
            _ = try side.repro([])
            try side.git("add", "-A")
            try side.git("commit", "-q", "-m", "first")
            try side.git("tag", "v1")
            try side.apply([
                .write(
                    "params.yaml",
                    GeneratedProject.params.replacing("lr: 0.1", with: "lr: 0.25")
                        .replacing("[1, 2, 3]", with: "[1, 2, 4]").replacing(
                            "unused: 7", with: "u: a")
                ),
                .write("data/a.txt", "a longer text\n"), .write("data/b.txt", "another one\n"),
                .write("conf.json", "{\"opt\": {\"k\": 2, \"m\": \"x\"}, \"other\": 2}\n"),
            ])
            _ = try side.repro([])
        }
        let questions = [
            "metrics diff", "metrics diff --all", "metrics show -a", "metrics show -T",
            "params diff", "params diff --all", "params diff --deps",
            "params diff --targets conf.json", "metrics diff v1 HEAD", "params diff v1 HEAD",
        ]
        for question in questions {
            let arguments = question.split(separator: " ").map(String.init)
            let answers = (try dvc.json(arguments), try own.json(arguments))
            if answers.0 != answers.1 {
                differences.append(
                    "\(question)\n  DVC:    \(answers.0)\n  nlpipe: \(answers.1)")
            }
        }
        for question in ["plots show", "plots diff", "plots diff v1 HEAD"] {
            let arguments = question.split(separator: " ").map(String.init)
            let answers = (try plots(dvc, arguments), try plots(own, arguments))
            if answers.0 != answers.1 {
                differences.append(
                    "\(question)\n  DVC:    \(answers.0)\n  nlpipe: \(answers.1)")
            }
        }
        return differences
    }
}
