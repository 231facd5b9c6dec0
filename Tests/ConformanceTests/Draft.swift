/// What a generated stage is made of; the coverage test counts how often each occurs.
enum Feature: String, CaseIterable {
    // What the stage stands for.
    case single, foreachList, foreachMap, matrix, callback, outsOnly
    // How its command is written.
    case text, list, lines
    // What it makes.
    case file, folder, uncached, persist, metric, plot, executable
    // Which parameters it names.
    case key, group, listItem, wholeFile, jsonKeys, tomlKeys
    // Templates.
    case value, flags, localVars, varsFile
    // What it reads.
    case sourceFile, sourceFolder, folderOut, insideOut, oddName
    // Others.
    case workingFolder, frozen, alwaysChanged, described, shortened
    // Where it stands, and whose data the project tracks.
    case otherFile, trackedFile, trackedFolder
}

/// One stage on its way to YAML.
struct Draft {
    struct Out {
        var path: String
        var list = "outs"
        var options = ""
    }

    var name: String
    /// The folder of the pipeline file that it stands in; "" is the root.
    var folder = ""
    /// Lines between the name and the body, such as `foreach:`; the body of `foreach` is under `do`.
    var expansion: [String] = []
    var isNested = false
    var commands: [String] = []
    var style = Feature.text
    var workingFolder = ""
    var deps: [String] = []
    var params: [String] = []
    var outs: [Out] = []
    /// True for a stage that is frozen once it has run; one that never did has nothing to keep.
    var willFreeze = false
    var isFrozen = false
    /// Lines of the body that stand as they are.
    var extra: [String] = []

    /// What it is called in the root's folder.
    var address: String { folder.isEmpty ? name : "\(folder)/dvc.yaml:\(name)" }

    /// The folder that its paths are relative to.
    var home: String { workingFolder.isEmpty ? folder : workingFolder }

    /// How `path`, relative to the root, is written in the stage.
    func written(_ path: String) -> String {
        guard !home.isEmpty else { return path }
        return path.hasPrefix(home + "/") ? String(path.dropFirst(home.count + 1)) : "../" + path
    }

    /// The stage's lines in the pipeline file.
    var yaml: [String] {
        var body = extra
        if isFrozen { body.append("frozen: true") }
        if !workingFolder.isEmpty {
            body.append("wdir: \(folder.isEmpty ? "" : "../")\(workingFolder)")
        }
        switch style {
        case .list: body += ["cmd:"] + commands.map { "- " + quoted($0) }
        case .lines: body += ["cmd: |-"] + commands.map { "  " + $0 }
        default: body.append("cmd: " + quoted(commands.joined(separator: " && ")))
        }
        if !deps.isEmpty { body += ["deps:"] + deps.map { "- " + quoted(written($0)) } }
        if !params.isEmpty { body += ["params:"] + params.map { "- " + $0 } }
        for list in ["outs", "metrics", "plots"] {
            let outs = outs.filter { $0.list == list }
            if !outs.isEmpty { body.append("\(list):") }
            body += outs.map { out in
                let path = quoted(written(out.path))
                return out.options.isEmpty ? "- \(path)" : "- \(path): {\(out.options)}"
            }
        }
        let lines = isNested ? ["do:"] + body.map { "  " + $0 } : body
        return ["  \(name):"] + (expansion + lines).map { "    " + $0 }
    }

    /// A text in double quotes, as YAML and JSON have them.
    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
