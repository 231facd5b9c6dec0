import Foundation
import TestSupport
import Testing

@testable import History

/// Experiments as references of git.
struct ExperimentTests {
    private static func scene() throws -> (fixture: GitFixture, base: String, tree: WorkingTree) {
        let fixture = try GitFixture()
        let base = try fixture.commit(["a": "1", "sub/b": "2", ".gitignore": "/ignored\n"])
        return (
            fixture, base,
            try WorkingTree(root: fixture.path, scratch: fixture.folder.file(".git/scratch"))
        )
    }

    @Test func aTreeHoldsTheFilesAsTheyAreAndLeavesTheIndexAlone() throws {
        let (fixture, _, tree) = try ExperimentTests.scene()
        try fixture.folder.write("changed", to: "a")
        try fixture.folder.write("new", to: "dep")
        try fixture.folder.write("new", to: "other")
        try fixture.folder.write("new", to: "ignored")
        try fixture.folder.write("staged", to: "staged")
        try fixture.git("add", "staged")
        let before = try fixture.git("status", "--porcelain")
        let name = try tree.tree(
            adding: ["dep", "ignored", "none", "sub"],
            replacing: [.init(path: "sub/b", text: "3"), .init(path: "new/c", text: "4")])
        #expect(try fixture.git("status", "--porcelain") == before)
        #expect(
            try fixture.git("ls-tree", "-r", "--name-only", name).split(separator: "\n")
                == [".gitignore", "a", "dep", "new/c", "staged", "sub/b"])
        #expect(try fixture.git("show", "\(name):a") == "changed")
        #expect(try fixture.git("show", "\(name):sub/b") == "3")
        #expect(try tree.tree(adding: [], forced: ["ignored"]) != tree.tree())
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: fixture.folder.file(".git/scratch")
            ).isEmpty)
    }

    /// Git tells files apart by times in seconds, and trusts none that is as young as its index.
    @Test func aFileWrittenAnewInTheSecondOfTheIndexIsReadAgain() throws {
        let (fixture, _, tree) = try ExperimentTests.scene()
        let file = fixture.folder.file("a")
        func age(_ path: String) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
                ofItemAtPath: path)
        }
        // The time of the last change of an inode cannot be set.
        try fixture.git("config", "core.trustctime", "false")
        try age(file)
        try fixture.git("update-index", "--refresh")
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: Data("2".utf8))
        try handle.close()
        try age(file)
        try age(fixture.folder.file(".git/index"))
        #expect(try fixture.git("show", "\(tree.tree()):a") == "2")
    }

    @Test func theFilesBecomeThoseOfAnotherTree() throws {
        let (fixture, base, tree) = try ExperimentTests.scene()
        try fixture.folder.write("changed", to: "a")
        try fixture.folder.write("untracked", to: "mine")
        let present = try tree.tree()
        let target = try tree.tree(
            basedOn: tree.tree(of: base), replacing: [.init(path: "c/d", text: "5")])
        try tree.update(from: present, to: target)
        #expect(try String(contentsOfFile: fixture.folder.file("a"), encoding: .utf8) == "1")
        #expect(try String(contentsOfFile: fixture.folder.file("c/d"), encoding: .utf8) == "5")
        #expect(FileManager.default.fileExists(atPath: fixture.folder.file("mine")))
        #expect(try tree.differences(present, target) == ["a", "c/d"])
        #expect(try fixture.git("rev-parse", "HEAD") == base)
    }

    @Test func anExperimentIsACommitUnderDVCsReference() throws {
        let (fixture, base, tree) = try ExperimentTests.scene()
        let store = ExperimentStore(folder: fixture.path)
        try fixture.folder.write("2", to: "a")
        let one = try tree.tree()
        guard
            case .made(let made) = try store.keep(
                tree: one, baseline: base, name: "one", message: "a message")
        else {
            Issue.record("not made")
            return
        }
        #expect(made.reference == "refs/exps/\(base.prefix(2))/\(base.dropFirst(2))/one")
        #expect(try fixture.git("rev-parse", made.reference) == made.id)
        #expect(try fixture.git("rev-parse", "\(made.id)^") == base)
        #expect(try fixture.git("log", "-1", "--format=%s", made.id) == "a message")
        // The same files again, whatever they are called.
        #expect(
            try store.keep(tree: one, baseline: base, name: "two", message: "m") == .known(made))
        #expect(
            try store.keep(tree: one, baseline: base, name: nil, message: "m") == .known(made))
        try fixture.folder.write("3", to: "a")
        let other = try tree.tree()
        #expect(throws: RepositoryError.experimentExists("one")) {
            try store.keep(tree: other, baseline: base, name: "one", message: "m")
        }
        guard
            case .made(let replaced) = try store.keep(
                tree: other, baseline: base, name: "one", message: "m", force: true),
            case .made(let named) = try store.keep(
                tree: one, baseline: base, name: nil, message: "m")
        else {
            Issue.record("not made")
            return
        }
        let repository = try Repository(containing: fixture.path)
        #expect(Set(try repository.experiments()) == [replaced, named])
        #expect(try repository.experiment(named.name) == named)
        #expect(try repository.experiment(String(named.id.prefix(8))) == named)
        #expect(try repository.experiment("none") == nil)
        #expect(try repository.resolve(revisionOrExperiment: "one").id == replaced.id)
        try store.rename(replaced, to: "uno", force: false)
        #expect(throws: RepositoryError.experimentExists("uno")) {
            try store.rename(named, to: "uno", force: false)
        }
        try store.remove([(named.reference, named.id)])
        #expect(try repository.experiments().map(\.name) == ["uno"])
        // One that has moved meanwhile stays.
        #expect(throws: RepositoryError.self) { try store.remove([(made.reference, made.id)]) }
    }

    @Test func aNameThatFitsSeveralIsDecidedByHead() throws {
        let (fixture, base, tree) = try ExperimentTests.scene()
        let store = ExperimentStore(folder: fixture.path)
        try fixture.folder.write("2", to: "a")
        _ = try store.keep(tree: tree.tree(), baseline: base, name: "x", message: "m")
        let next = try fixture.commit(["a": "7"])
        _ = try store.keep(tree: tree.tree(of: base), baseline: next, name: "x", message: "m")
        let repository = try Repository(containing: fixture.path)
        #expect(try repository.experiment("x")?.baseline == next)
        try fixture.commit(["a": "8"])
        #expect(throws: RepositoryError.self) { try repository.experiment("x") }
        #expect(
            try repository.experiment("refs/exps/\(base.prefix(2))/\(base.dropFirst(2))/x")?
                .baseline
                == base)
    }

    @Test func experimentsGoToAnotherRepositoryAndBack() throws {
        let (fixture, base, tree) = try ExperimentTests.scene()
        let remote = try TemporaryFolder()
        try fixture.git("init", "-q", "--bare", remote.path)
        try fixture.git("push", "-q", remote.path, "main")
        let store = ExperimentStore(folder: fixture.path)
        let repository = try Repository(containing: fixture.path)
        try fixture.folder.write("2", to: "a")
        _ = try store.keep(tree: tree.tree(), baseline: base, name: "x", message: "m")
        func push(force: Bool = false) throws -> [ExperimentStore.Sent] {
            try store.send(
                try repository.experiments(), to: remote.path,
                there: try store.experiments(of: remote.path), force: force
            ).map(\.outcome)
        }
        #expect(try store.experiments(of: remote.path).isEmpty)
        #expect(try push() == [.moved])
        #expect(try push() == [.present])
        let pushed = try store.experiments(of: remote.path)
        #expect(try pushed == repository.experiments())
        try fixture.folder.write("3", to: "a")
        _ = try store.keep(tree: tree.tree(), baseline: base, name: "x", message: "m", force: true)
        #expect(try push() == [.diverged])
        #expect(
            try store.get(pushed, from: remote.path, force: false).map(\.outcome) == [.diverged])
        #expect(try store.experiments(of: remote.path) == pushed)
        #expect(try store.get(pushed, from: remote.path, force: true).map(\.outcome) == [.moved])
        #expect(try repository.experiments() == pushed)
        try store.remove(pushed, from: remote.path)
        #expect(try store.experiments(of: remote.path).isEmpty)
    }

    @Test func referencesOfOthersAreNoExperiments() throws {
        let (fixture, base, _) = try ExperimentTests.scene()
        for reference in [
            "refs/exps/exec/EXEC_HEAD", "refs/exps/stash", "refs/exps/celery/stash",
            "refs/exps/\(base.prefix(2))/\(base.dropFirst(2))",
        ] {
            try fixture.git("update-ref", reference, base)
        }
        #expect(try Repository(containing: fixture.path).experiments().isEmpty)
    }

    @Test func namesAreReadableAndThoseThatGitRefusesAreNamed() throws {
        var generator = SystemRandomNumberGenerator()
        var taken: Set<String> = []
        for _ in 0..<500 {
            let name = ExperimentNames.fresh(avoiding: taken, using: &generator)
            #expect(Experiment.problem(ofName: name) == nil && name.contains("-"))
            #expect(taken.insert(name).inserted)
        }
        let all = ExperimentNames.adjectives.flatMap { adjective in
            ExperimentNames.animals.map { "\(adjective)-\($0)" }
        }
        #expect(all.count == Set(all).count && all.count > 10_000)
        let late = ExperimentNames.fresh(avoiding: Set(all), using: &generator)
        #expect(late.hasSuffix("-2"))
        for name in [
            "", "a b", "a/b", "-a", ".a", "a.", "a..b", "a.lock", "a~1", "@", "a@{0}", "a\u{7}",
        ] {
            #expect(Experiment.problem(ofName: name) != nil, "\(name)")
        }
    }
}
