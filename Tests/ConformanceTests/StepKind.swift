/// The kinds of edits.
enum StepKind: String, CaseIterable {
    case editSource, sameSize, rewritten, growFolder, editParam, editGroup, unusedParam, reformat
    case comment, command, deleteOut, damageOut, deleteAll, force, single, downstream, noRunCache
    case failure, missingSource, addDep, missingParam, brokenDefinition, unusedFile

    /// Whether a frozen stage may come to be made again, which DVC refuses or leaves out.
    var mayRunFrozen: Bool {
        switch self {
        case .deleteOut, .damageOut, .deleteAll, .noRunCache, .force, .command, .failure: true
        default: false
        }
    }

    func steps(of project: GeneratedProject, using chance: inout Chance) -> [Step] {
        let drafts = project.drafts
        let params = GeneratedProject.params
        func step(
            _ changes: [Step.Change], _ arguments: String..., difference: KnownDifference? = nil
        ) -> Step {
            Step(
                name: rawValue, changes: changes, arguments: arguments, difference: difference)
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
            return [step([.pipeline("# a comment\n" + project.pipeline + "# the end\n")])]
        case .command:
            let index = Int.random(in: drafts.indices, using: &chance)
            return [step([.pipeline(project.pipeline { $0[index].commands[0] += " " })])]
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
            let failing = project.pipeline { $0[index].commands.append("false") }
            return [step([.pipeline(failing)]), step([.pipeline(project.pipeline)])]
        case .missingSource:
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
                step([.pipeline(project.pipeline { $0[index].deps.append("README.md") })]),
                step([.pipeline(project.pipeline)], difference: .removedDepRuns),
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
                step([.pipeline(project.pipeline + "  bad: {cmd: x, nonsense: 1}\n")]),
                step([.pipeline(project.pipeline)]),
            ]
        case .unusedFile: return [step([.write("README.md", "still not an input\n")])]
        }
    }
}
