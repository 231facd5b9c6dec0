/// A small project as text, with what is done to it step by step.
struct GeneratedProject {
    let seed: Int
    /// Everything but the pipeline file: path → text.
    var files: [String: String]
    var drafts: [Draft]
    /// Lines before `stages`.
    var head: [String]
    var features: Set<Feature>
    /// Sources that `add` tracks.
    var tracked: [String]
    /// Whether some stages stand in the pipeline file of another folder.
    let isSpread: Bool

    /// So many seeds make up the suite.
    static let count = 136

    /// The folder of that file.
    static let otherFolder = "other"

    /// The pipeline files by folder; a `dvc.yaml` and a `pipeline.yml` have the same text.
    var pipelines: [(folder: String, text: String)] {
        ["", Self.otherFolder].compactMap { folder in
            let stages = drafts.filter { $0.folder == folder }.flatMap(\.yaml)
            guard folder.isEmpty || !stages.isEmpty else { return nil }
            // The parameters are the root's; they are found by themselves only there.
            // Values of `vars` that nothing uses: `KnownDifference.unusedVarsAreShown`.
            let usesMore = stages.contains { $0.contains("${extra.word}") }
            let vars = ["vars:", "- ../params.yaml"] + (usesMore ? ["- ../more.yaml"] : [])
            let lines = folder.isEmpty ? head : vars
            return (folder, (lines + ["stages:"] + stages).joined(separator: "\n") + "\n")
        }
    }

    /// All of them, for reading.
    var pipeline: String { pipelines.map(\.text).joined(separator: "---\n") }

    static let sources = [
        "data/a.txt": "alpha\n", "data/b.txt": "beta\n", "data/odd name ü.txt": "odd\n",
        "folder/one.txt": "1\n", "folder/two.txt": "2\n", "folder/deep/three.txt": "3\n",
        "w/keep.txt": "kept\n",
    ]
    static let params = """
        # parameters
        lr: 0.1
        epochs: 3
        name: adam
        train:
          depth: 2
          rate: 0.5
          quick: true
          sizes: [1, 2, 3]
        items: [p, q]
        cases:
          en: {n: 1}
          de: {n: 2}
        unused: 7

        """

    /// The project of a seed: always the same one.
    init(seed: Int) {
        self.seed = seed
        files = Self.sources
        files["params.yaml"] = Self.params
        files["conf.json"] = "{\"opt\": {\"k\": 1, \"m\": \"x\"}, \"other\": 2}\n"
        files["conf.toml"] = "[opt]\nk = 1\nm = \"x\"\n"
        files["more.yaml"] = "extra: {word: more}\n"
        files["README.md"] = "not an input\n"
        drafts = []
        head = []
        features = []
        // Half of the projects are of one file without tracked data.
        isSpread = [1, 4, 6].contains(seed % 8)
        tracked = [2, 4].contains(seed % 8) ? ["data/a.txt", "folder"] : []
        if seed % 8 == 2 { tracked.append("data/odd name ü.txt") }
        var chance = Chance(seed: seed)
        var maker = StageMaker(
            forced: Feature.allCases[seed % Feature.allCases.count], isSpread: isSpread)
        for number in 0..<Int.random(in: 2...4, using: &chance) {
            drafts.append(maker.stage(number, using: &chance))
        }
        features = maker.features
        if isSpread { features.insert(.otherFile) }
        if tracked.contains("folder"), features.contains(.sourceFolder) {
            features.insert(.trackedFolder)
        }
        if drafts.contains(where: { $0.deps.contains("data/a.txt") }), !tracked.isEmpty {
            features.insert(.trackedFile)
        }
        if features.contains(.varsFile) { head = ["vars:", "- more.yaml"] }
        if chance.happens(30) {
            files["plots/curve.csv"] = "step,loss,acc\n0,1.5,0.25\n1,0.5,0.75\n"
            files["plots/rows.json"] = "[{\"e\": 1, \"v\": 2}, {\"e\": 2, \"v\": 3}]\n"
            head += [
                "plots:", "- plots/rows.json",
                "- plots/curve.csv: {x: step, y: [loss, acc], title: T}",
                "- both: {x: {plots/curve.csv: step}, y: {plots/curve.csv: loss, plots/rows.json: v}}",
            ]
        }
        if chance.happens(20) { head += ["metrics:", "- extra-metrics.json"] }
        if head.contains("metrics:") {
            files["extra-metrics.json"] = "{\"e\": 1.5, \"s\": \"t\"}\n"
        }
    }
}

/// Makes stages, each of which may read what those before it made.
private struct StageMaker {
    /// What the second stage has to have.
    let forced: Feature
    /// Whether every stage but the first may stand in the other pipeline file.
    let isSpread: Bool
    var features: Set<Feature> = []
    private var made: [(path: String, isFolder: Bool)] = []

    init(forced: Feature, isSpread: Bool) {
        self.forced = forced
        self.isSpread = isSpread
    }

    mutating func stage(_ number: Int, using chance: inout Chance) -> Draft {
        let name = "s\(number)"
        var draft = Draft(name: name)
        // The root's file always has the first.
        if isSpread, number == 1 || number > 1 && chance.happens(50) {
            draft.folder = GeneratedProject.otherFolder
        }
        func choose(_ features: [Feature?]) -> Feature? {
            if number == 1, features.contains(forced) { return forced }
            return chance.pick(features)
        }
        let shape =
            number == 0 && [.folderOut, .insideOut].contains(forced)
            ? .single
            : choose([
                .single, .single, .single, .single, .foreachList, .foreachMap, .matrix, .callback,
                .outsOnly,
            ]) ?? .single
        let style = choose([.text, .list, .lines]) ?? .text
        let params = choose([
            nil, nil, .key, .group, .listItem, .wholeFile, .jsonKeys, .tomlKeys,
        ])
        let template = choose([nil, nil, .value, .flags, .localVars, .varsFile])
        let reads = choose([
            .sourceFile, .sourceFolder, .folderOut, .insideOut, .insideOut, .oddName,
        ])
        let isRead = number == 0 && [.folderOut, .insideOut].contains(forced)
        let makes =
            isRead
            ? .folder
            : choose([.file, .file, .folder, .uncached, .persist, .metric, .plot, .executable])
                ?? .file
        let other = choose([
            nil, nil, nil, nil, .workingFolder, .workingFolder, .frozen, .alwaysChanged, .described,
            .shortened,
        ])
        features.formUnion([shape, style])
        draft.style = style
        let label = expand(&draft, shape)
        draft.commands.append("echo \(name)\(label.isEmpty ? "" : "@\(label)") >> \"$RAN\"")
        if shape == .callback { return draft }

        features.insert(makes)
        if let other { features.insert(other) }
        if other == .workingFolder { draft.workingFolder = "w" }
        draft.willFreeze = other == .frozen
        if other == .alwaysChanged { draft.extra.append("always_changed: true") }
        if other == .described {
            draft.extra += ["desc: says what it does", "meta: {owner: me, list: [1, 2]}"]
        }
        var inputs: [String] = []
        if shape != .outsOnly {
            inputs = addDeps(&draft, reads, number: number, using: &chance)
            addParams(&draft, params)
        }
        let suffix = label.isEmpty ? "" : "-\(label)"
        let out = (draft.home.isEmpty ? "" : "\(draft.home)/") + "o\(number)\(suffix)"
        let words = templateWords(&draft, template)
        let shorten = other == .shortened ? " | head -c 2" : ""
        add(out, makes, to: &draft, inputs: inputs, shorten: shorten, words: words)
        if shape == .single || shape == .outsOnly {
            made.append((draft.outs[0].path, makes == .folder))
        }
        return draft
    }

    /// Makes several stages of one; returns what tells them apart, as a template.
    private func expand(_ draft: inout Draft, _ shape: Feature) -> String {
        switch shape {
        case .foreachList:
            draft.expansion = ["foreach: ${items}"]
            draft.isNested = true
            return "${item}"
        case .foreachMap:
            draft.expansion = ["foreach: ${cases}"]
            draft.isNested = true
            draft.commands.append("echo ${item.n} > /dev/null")
            return "${key}"
        case .matrix:
            draft.expansion = ["matrix:", "  size: [small, large]", "  depth: [1, 2]"]
            draft.commands.append("echo ${item.size} ${item.depth} > /dev/null")
            return "${key}"
        default: return ""
        }
    }

    /// Adds deps; returns how the command names what is to be read.
    private mutating func addDeps(
        _ draft: inout Draft, _ reads: Feature?, number: Int, using chance: inout Chance
    ) -> [String] {
        var inputs: [String] = []
        func add(_ path: String, isFolder: Bool = false) {
            guard !draft.deps.contains(path) else { return }
            draft.deps.append(path)
            inputs.append("'\(draft.written(path))'" + (isFolder ? "/*.txt" : ""))
        }
        if let last = made.last, number == 1 || chance.happens(80) {
            if last.isFolder, reads == .insideOut {
                features.insert(.insideOut)
                add("\(last.path)/one.txt")
            } else {
                if last.isFolder { features.insert(.folderOut) }
                add(last.path, isFolder: last.isFolder)
            }
        }
        switch reads {
        case .sourceFolder:
            add("folder", isFolder: true)
            features.insert(.sourceFolder)
        case .oddName:
            add("data/odd name ü.txt")
            features.insert(.oddName)
        default:
            add(chance.pick(["data/a.txt", "data/b.txt"]))
            features.insert(.sourceFile)
        }
        return inputs
    }

    private mutating func addParams(_ draft: inout Draft, _ params: Feature?) {
        guard let params else { return }
        features.insert(params)
        let folder = draft.home.isEmpty ? "" : "../"
        // Without a file's name keys are those of the params.yaml in the stage's folder.
        let own = draft.home.isEmpty
        switch params {
        case .key: draft.params.append(own ? "lr" : "\(folder)params.yaml: [lr]")
        case .group: draft.params.append(own ? "train" : "\(folder)params.yaml: [train]")
        case .listItem:
            draft.params.append(
                own ? "train.sizes.1" : "\(folder)params.yaml: [train.sizes.1, epochs]")
        case .wholeFile: draft.params.append("\(folder)params.yaml:")
        case .jsonKeys: draft.params.append("\(folder)conf.json: [opt.k]")
        default: draft.params.append("\(folder)conf.toml: [opt]")
        }
    }

    /// Words for the command that come from a template.
    private mutating func templateWords(_ draft: inout Draft, _ template: Feature?) -> String {
        guard let template else { return "" }
        features.insert(template)
        switch template {
        case .value: return "${name} ${lr} ${train.sizes[0]} ${train.quick}"
        case .flags: return "${train}"
        case .localVars:
            guard draft.isNested || draft.expansion.isEmpty else { return "plain" }
            draft.extra += ["vars:", "- local: {word: near, many: [1, 2]}"]
            return "${local.word} ${local.many[1]}"
        default: return "${extra.word}"
        }
    }

    private func add(
        _ path: String, _ makes: Feature, to draft: inout Draft, inputs: [String], shorten: String,
        words: String
    ) {
        let target = "'\(draft.written(path))"
        let read = inputs.isEmpty ? "echo none" : "cat \(inputs.joined(separator: " "))"
        var out = Draft.Out(path: path)
        switch makes {
        case .folder:
            draft.commands += [
                "mkdir -p \(target)/sub'", "\(read)\(shorten) > \(target)/one.txt'",
                "echo \(words) > \(target)/sub/two.txt'",
            ]
        case .metric:
            out = Draft.Out(path: path + ".json", list: "metrics", options: "cache: false")
            draft.commands += [
                "printf '{\"size\": %d, \"deep\": {\"x\": 0.25, \"t\": \"a\"}}\\n'"
                    + " $(\(read)\(shorten) | wc -c) > \(target).json'"
            ]
        case .plot:
            out = Draft.Out(path: path + ".csv", list: "plots", options: "x: step, y: loss")
            draft.commands += [
                "printf 'step,loss\\n0,%d\\n1,2.5\\n' $(\(read)\(shorten) | wc -c) > \(target).csv'"
            ]
        default:
            draft.commands.append("\(read)\(shorten) > \(target)'")
            if !words.isEmpty { draft.commands.append("echo \(words) >> \(target)'") }
            if makes == .executable { draft.commands.append("chmod +x \(target)'") }
            if makes == .uncached { out.options = "cache: false" }
            if makes == .persist { out.options = "persist: true" }
        }
        draft.outs.append(out)
    }
}
