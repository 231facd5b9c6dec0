import Foundation
import Testing
import TestSupport

@testable import History

@Suite struct TrackedPathsTests {
    @Test func whatGitTracksAndIgnoresIsKnownFromAnyFolderOfTheProject() throws {
        let fixture = try GitFixture()
        try fixture.commit([
            "sub/kept/file": "1", "sub/kept-not": "1", "file": "1",
            ".gitignore": "*.bin\nmodels/\n", "sub/.gitignore": "/out\n",
        ])
        try fixture.folder.write("1", to: "sub/new/file")
        let sub = fixture.folder.file("sub")
        let repository = try Repository(containing: sub)
        for path in ["kept", "kept/file", "kept-not"] {
            #expect(try repository.isTracked(path, below: sub), "\(path)")
        }
        for path in ["kep", "new", "new/file", "file", "nothing"] {
            #expect(try !repository.isTracked(path, below: sub), "\(path)")
        }
        for path in ["out", "a.bin", "deep/b.bin", "models", "new/models", "out/below"] {
            #expect(try repository.isIgnored(path, below: sub), "\(path)")
        }
        for path in ["new", "new/out", "outs"] {
            #expect(try !repository.isIgnored(path, below: sub), "\(path)")
        }
    }

    @Test func aWorktreeHasAnIndexOfItsOwn() throws {
        let fixture = try GitFixture()
        try fixture.commit(["a": "1"])
        let place = try TemporaryFolder()
        let tree = place.file("tree")
        try fixture.git("worktree", "add", "-q", tree)
        try fixture.git("rm", "-q", "--cached", "a")
        let repository = try Repository(containing: fixture.path)
        #expect(try !repository.isTracked("a", below: fixture.path))
        #expect(try Repository(containing: tree).isTracked("a", below: tree))
    }
}
