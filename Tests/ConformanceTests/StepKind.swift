/// The kinds of edits.
enum StepKind: String, CaseIterable {
    case editSource, sameSize, rewritten, growFolder, editParam, editGroup, unusedParam, reformat
    case comment, command, deleteOut, damageOut, deleteAll, force, single, downstream, noRunCache
    case failure, missingSource, addDep, missingParam, brokenDefinition, unusedFile
    case keepGoing, ignoring, connected, wholeProject, recursive, matching

    /// Whether a frozen stage may come to be made again, which DVC refuses or leaves out.
    var mayRunFrozen: Bool {
        switch self {
        case .deleteOut, .damageOut, .deleteAll, .noRunCache, .force, .command, .failure,
            .keepGoing, .ignoring:
            true
        default: false
        }
    }

    func steps(of project: GeneratedProject, using chance: inout Chance) -> [Step] {
        let drafts = project.drafts
        let params = GeneratedProject.params
        let usual = project.seed % 8 == 6 ? [] : project.everything
        func step(
            _ changes: [Step.Change], _ arguments: String..., difference: KnownDifference? = nil
        ) -> Step {
            // Some of the projects of several files are always brought up to date as a whole.
            let scope = arguments.contains { $0.hasPrefix("-") && $0 != "--force" } ? [] : usual
            return Step(
                name: rawValue, changes: changes, arguments: arguments + scope,
                difference: difference)
        }
        switch self {
        case .editSource:
            let path = chance.pick(["data/a.txt", "data/b.txt", "data/odd name ü.txt"])
            return [step([.write(path, "edited \(project.seed)\n")])]
        case .sameSize:
            return [step([.write("data/a.txt", "ALPHA\n"), .write("data/b.txt", "BETA\n")])]
        case .rewritten:
            return [
                step(
                    ["data/a.txt", "data/b.txt", "folder/one.txt"].compactMap { path in
                        project.files[path].map { .write(path, $0) }
                    })
            ]
        case .growFolder:
            return [
                step([.write("folder/new.txt", "new\n"), .remove("folder/two.txt")]),
                step([.remove("folder/new.txt"), .write("folder/two.txt", "2\n")]),
            ]
        case .editParam:
            return [
                step([.write("params.yaml", params.replacing("lr: 0.1", with: "lr: 0.2"))]),
                step([.write("conf.json", "{\"opt\": {\"k\": 5, \"m\": \"x\"}, \"other\": 2}\n")]),
            ]
        case .editGroup:
            return [
                step([
                    .write("params.yaml", params.replacing("depth: 2", with: "depth: 4")),
                    .write("conf.toml", "[opt]\nk = 1\nm = \"y\"\n"),
                ])
            ]
        case .unusedParam:
            return [
                step([
                    .write("params.yaml", params.replacing("unused: 7", with: "unused: 8")),
                    .write("conf.json", "{\"opt\": {\"k\": 1, \"m\": \"x\"}, \"other\": 3}\n"),
                ])
            ]
        case .reformat:
            return [
                step([
                    .write(
                        "params.yaml",
                        "# other words\n"
                            + params.replacing("epochs: 3", with: "epochs:   3.0")
                            .replacing("[1, 2, 3]", with: "[1,2,3]")),
                    .write("conf.json", "{\"other\": 2, \"opt\": {\"m\": \"x\", \"k\": 1}}\n"),
                ])
            ]
        case .comment:
            return [
                step(
                    project.pipelines.map {
                        .pipeline("# a comment\n\($0.text)# the end\n", folder: $0.folder)
                    })
            ]
        case .command:
            let index = Int.random(in: drafts.indices, using: &chance)
            return [step(project.definition { $0[index].commands[0] += " " })]
        case .deleteOut, .damageOut:
            guard !project.outs.isEmpty else { return [] }
            let path = chance.pick(project.outs).path
            if self == .deleteOut { return [step([.remove(path)])] }
            return [step([.remove(path), .write(path, "damaged\n")])]
        case .deleteAll: return [step(project.outs.map { .remove($0.path) })]
        case .force: return [step([], "--force")]
        case .single:
            return [
                step(
                    [.write("data/a.txt", "single\n"), .write("data/b.txt", "single\n")], "-s",
                    chance.pick(project.targets)), step([]),
            ]
        case .downstream:
            return [
                step(
                    [.write("data/a.txt", "down\n"), .write("data/b.txt", "down\n")],
                    "--downstream", chance.pick(project.targets)), step([]),
            ]
        case .noRunCache:
            return [step(project.outs.map { .remove($0.path) }, "--no-run-cache")]
        case .failure:
            let index = Int.random(in: drafts.indices, using: &chance)
            let failing = project.definition { $0[index].commands.append("false") }
            return [step(failing), step(project.definition())]
        case .missingSource:
            // Tracked data that are missing: `KnownDifference.missingDataAreRestored`.
            guard project.tracked.isEmpty else { return [] }
            return [
                step(
                    [.remove("data/a.txt"), .remove("data/b.txt")], difference: .definitionFirst),
                step([
                    .write("data/a.txt", "alpha\n"), .write("data/b.txt", "beta\n"),
                ]),
            ]
        case .addDep:
            guard let index = drafts.indices.first(where: { !drafts[$0].deps.isEmpty }) else {
                return []
            }
            return [
                step(project.definition { $0[index].deps.append("README.md") }),
                step(project.definition(), difference: .removedDepRuns),
            ]
        case .missingParam:
            return [
                step(
                    [.write("params.yaml", params.replacing("lr: 0.1\n", with: ""))],
                    difference: .definitionFirst),
                step([.write("params.yaml", params)]),
            ]
        case .brokenDefinition:
            return [
                step([.pipeline(project.pipelines[0].text + "  bad: {cmd: x, nonsense: 1}\n")]),
                step(project.definition()),
            ]
        case .unusedFile: return [step([.write("README.md", "still not an input\n")])]
        case .keepGoing, .ignoring:
            let index = Int.random(in: drafts.indices, using: &chance)
            let failing = project.definition { $0[index].commands.append("false") }
            let edits = [
                Step.Change.write("data/a.txt", "\(rawValue)\n"),
                .write("data/b.txt", "\(rawValue)\n"),
            ]
            return [
                step(failing + edits, self == .keepGoing ? "-k" : "--ignore-errors"),
                step(project.definition()),
            ]
        case .connected:
            return [
                step(
                    [.write("data/a.txt", "p\n"), .write("data/b.txt", "p\n")], "-p",
                    chance.pick(project.targets)), step([]),
            ]
        case .wholeProject:
            return [step([.write("data/a.txt", "P\n"), .write("folder/one.txt", "P\n")], "-P")]
        case .recursive:
            let folder = project.isSpread ? GeneratedProject.otherFolder : "."
            return [
                step([.write("data/a.txt", "R\n"), .write("data/b.txt", "R\n")], "-R", folder),
                step([]),
            ]
        case .matching:
            return [
                step(
                    [.write("data/a.txt", "g\n"), .write("folder/two.txt", "g\n")], "--glob",
                    "s[0-1]*"), step([]),
            ]
        }
    }
}
