import Foundation
import Testing
import TestSupport

@testable import History

@Suite struct RepositoryTests {
    @Test func revisionsResolveAsGitResolvesThem() throws {
        let fixture = try GitFixture()
        let first = try fixture.commit(["a.txt": "1"], message: "first\n\nbody")
        let second = try fixture.commit(["a.txt": "2"])
        try fixture.git("tag", "-a", "v1", "-m", "tagged", first)
        let repository = try Repository(containing: fixture.path)
        #expect(try repository.head()?.id == second)
        for revision in ["HEAD~1", "v1", "v1^{commit}", String(first.prefix(8)), "main^"] {
            #expect(try repository.resolve(revision).id == first, "\(revision)")
        }
        #expect(try repository.resolve("v1").summary == "first")
        #expect(
            try repository.ancestors(of: repository.resolve("HEAD"), limit: 9).map(\.id)
                == [second, first])
    }

    @Test func filesOfACommitAreReadFromAnyFolderOfTheProject() throws {
        let fixture = try GitFixture()
        try fixture.commit(["sub/m/b.json": "old", "sub/m/a.json": "", "top.txt": "t"])
        try fixture.commit(["sub/m/b.json": "new"])
        let repository = try Repository(containing: fixture.path)
        let files = try repository.files(
            of: repository.resolve("HEAD~1"), below: fixture.folder.file("sub"))
        #expect(try files.text("m/b.json") == "old")
        #expect(try files.text("m/a.json") == "")
        #expect(try files.text("m/absent.json") == nil)
        #expect(try files.text("m") == nil)
        #expect(try files.text("top.txt") == nil)
        #expect(try files.list("m") == ["m/a.json", "m/b.json"])
        #expect(try files.list("m/b.json") == ["m/b.json"])
        #expect(try files.list("absent") == [])
    }

    @Test func workspaceFilesListAndReadLikeThoseOfACommit() throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "m/b.json")
        try folder.write("y", to: "m/deep/a.json")
        let files = WorkspaceFiles(root: folder.path)
        #expect(try files.list("m") == ["m/b.json", "m/deep/a.json"])
        #expect(try files.list("m/b.json") == ["m/b.json"])
        #expect(try files.list("absent") == [])
        #expect(try files.text("m/b.json") == "x")
        #expect(try files.text("m") == nil)
    }

    @Test func unknownRevisionsAreNamed() throws {
        let fixture = try GitFixture()
        let repository = try Repository(containing: fixture.path)
        #expect(try repository.head() == nil)
        #expect(throws: RepositoryError.unknownRevision("HEAD", shallow: false)) {
            try repository.resolve("HEAD")
        }
        try fixture.commit(["a": "1"])
        for revision in ["foo", "HEAD~1", "", "..", "HEAD:a:b", "@{5}"] {
            #expect(throws: RepositoryError.unknownRevision(revision, shallow: false)) {
                try repository.resolve(revision)
            }
        }
        #expect(throws: RepositoryError.notACommit("HEAD:a")) { try repository.resolve("HEAD:a") }
        #expect(
            RepositoryError.unknownRevision("foo", shallow: false).description
                == "revision 'foo' is not known")
    }

    @Test func aShallowCloneSaysWhyHistoryEnds() throws {
        let fixture = try GitFixture()
        try fixture.commit(["a": "1"])
        try fixture.commit(["a": "2"])
        let clone = try TemporaryFolder()
        try fixture.git("clone", "-q", "--depth", "1", "file://\(fixture.path)", clone.file("c"))
        let repository = try Repository(containing: clone.file("c"))
        #expect(throws: RepositoryError.unknownRevision("HEAD~1", shallow: true)) {
            try repository.resolve("HEAD~1")
        }
        #expect(try repository.ancestors(of: repository.resolve("HEAD"), limit: 5).count == 1)
    }

    @Test func aFolderOutsideGitAndASHA256RepositoryAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: RepositoryError.notARepository(folder: folder.path)) {
            try Repository(containing: folder.path)
        }
        let fixture = try GitFixture()
        try fixture.git("init", "-q", "--object-format=sha256", "other")
        let error = #expect(throws: RepositoryError.self) {
            try Repository(containing: fixture.folder.file("other"))
        }
        guard case .unsupported = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func worktreesDetachedHeadsAndSparseCheckoutsAreRead() throws {
        let fixture = try GitFixture()
        let first = try fixture.commit(["a": "1", "d/b": "1"])
        try fixture.commit(["a": "2"])
        let tree = try TemporaryFolder()
        try fixture.git("worktree", "add", "-q", "--detach", tree.file("w"), first)
        try fixture.git("sparse-checkout", "set", "d", at: tree.file("w"))
        let repository = try Repository(containing: tree.file("w"))
        #expect(try repository.head()?.id == first)
        let files = try repository.files(
            of: repository.resolve("main"), below: tree.file("w/d"))
        #expect(try files.text("b") == "1")
    }

    @Test func dirtMeansTrackedFilesUnlessAskedForAll() throws {
        let fixture = try GitFixture()
        try fixture.commit(["a": "1", ".gitignore": "ignored\n"])
        let repository = try Repository(containing: fixture.path)
        try fixture.folder.write("x", to: "ignored")
        #expect(try !repository.isDirty(untracked: true))
        #expect(try repository.patchID() == nil)
        try fixture.folder.write("x", to: "stranger")
        #expect(try !repository.isDirty())
        #expect(try repository.isDirty(untracked: true))
        try fixture.folder.write("two", to: "a")
        #expect(try repository.isDirty())
        let patch = try repository.patchID()
        #expect(patch?.count == 40)
        try fixture.folder.write("three", to: "a")
        #expect(try repository.patchID() != patch)
    }
}
