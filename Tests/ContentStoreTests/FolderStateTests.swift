@testable import ContentStore
import Glibc
import TestSupport
import Testing

struct FolderStateTests {
    private let folder: TemporaryFolder
    private let files = StateCacheTests.CountingFileSystem()

    init() throws {
        folder = try TemporaryFolder()
        for name in ["data/a", "data/b/c", "data/b/d", "data/e/f/g"] {
            try folder.write(name, to: name)
        }
        files.ahead.withLock { $0 = 3_000_000_000 }
    }

    private func open(_ root: String? = nil) throws -> (StateCache, Workspace) {
        let root = root ?? folder.path
        let state = StateCache(path: "\(root)/.nlpipe/state", fileSystem: files)
        return (state, try Workspace(root: root, fileSystem: files, state: state))
    }

    /// What is at the folder, and how many files were read to find out.
    private func look(_ workspace: Workspace) throws -> (content: Content?, reads: Int) {
        files.reads.withLock { $0 = 0 }
        let content = try workspace.content(at: "data")
        return (content, files.reads.withLock { $0 })
    }

    /// Looks at the folder once and keeps what was learned.
    private func learn() throws -> Content? {
        try files.makeFolder(folder.file(".nlpipe"))
        let (state, workspace) = try open()
        let content = try workspace.content(at: "data")
        try state.save(root: folder.path, temporary: folder.file(".nlpipe/new"))
        return content
    }

    @Test func everyDamageOfAFoldersStateIsNoticed() throws {
        let tree = try #require(
            try FileTree(at: folder.file("data"), root: folder.path, fileSystem: files))
        let digests = tree.leaves.map { Digest(of: $0.path) }
        let state = FolderState(
            content: Content(digest: Digest(of: "x"), size: 7, form: .folder(files: 4)),
            files: zip(tree.leaves, digests).enumerated().map { index, entry in
                FolderState.File(
                    path: entry.0.path, status: index == 1 ? nil : .init(entry.0.status),
                    executable: index == 2, digest: entry.1)
            })
        let bytes = state.bytes
        #expect(FolderState(bytes: bytes, .sha256) == state)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(FolderState(bytes: damaged, .sha256) == nil)
            #expect(FolderState(bytes: Array(bytes[..<index]), .sha256) == nil)
        }
    }

    @Test func onlyWhatChangedOfAFolderIsRead() throws {
        let before = try learn()
        let (_, workspace) = try open()
        #expect(try look(workspace) == (before, 0))
        try folder.write("other", to: "data/b/d")
        try folder.write("new", to: "data/b/aa")
        let (_, later) = try open()
        let changed = try look(later)
        #expect(changed.content != before && changed.reads == 2)
        try files.remove(folder.file("data/b/aa"))
        try folder.write("data/b/d", to: "data/b/d")
        let back = try look(later)
        #expect(back.content == before && back.reads <= 2)
    }

    @Test func aTouchedFileIsReadAgainAndTheContentStays() throws {
        let before = try learn()
        let descriptor = try Descriptor(folder.file("data/a"), O_WRONLY, action: "open")
        descriptor.setModified(FileTime(seconds: 1_000_000, nanoseconds: 5))
        let (_, workspace) = try open()
        #expect(try look(workspace) == (before, 1))
    }

    /// A copy of a project has the same times and sizes, and other files.
    @Test func aCopyOfAProjectTrustsNothingAndSeesTheSame() throws {
        let before = try learn()
        let copy = try TemporaryFolder()
        for path in ["data/a", "data/b/c", "data/b/d", "data/e/f/g"] {
            try files.makeFolder(copy.file(path).folder)
            try files.base.copy(folder.file(path), to: copy.file(path), mode: 0o644) { _ in }
        }
        try files.makeFolder(copy.file(".nlpipe/state-folders"))
        let name = Digest(of: "data").hex
        for path in [".nlpipe/state-folders/\(name)"] {
            try files.base.copy(folder.file(path), to: copy.file(path), mode: 0o644) { _ in }
        }
        // Same size, same time of change of the bytes, other bytes.
        let time = try #require(try files.status(copy.file("data/a"))).modified
        try copy.write("atad/a", to: "data/a")
        let descriptor = try Descriptor(copy.file("data/a"), O_WRONLY, action: "open")
        descriptor.setModified(time)
        let (_, workspace) = try open(copy.path)
        let seen = try look(workspace)
        #expect(seen.content != before && seen.reads == 4)
    }

    @Test func aFolderIsWalkedOnceUntilFilesMayHaveChanged() throws {
        let (_, workspace) = try open()
        let before = try workspace.glance(at: "data")
        try folder.write("other", to: "data/a")
        #expect(try workspace.glance(at: "data") == before)
        workspace.mayChange()
        #expect(try workspace.glance(at: "data") != before)
        #expect(try workspace.glance(at: "absent") == nil)
    }

    @Test func theOrderOfAWalkDependsOnNamesAlone() throws {
        for index in 0..<40 { try folder.write("x", to: "data/many/\(index % 7)/\(index)") }
        let first = try FileTree(at: folder.file("data"), root: folder.path, fileSystem: files)
        let local = LocalFileSystem(durable: false)
        let second = try FileTree(at: folder.file("data"), root: folder.path, fileSystem: local)
        #expect(first?.leaves.map(\.path) == second?.leaves.map(\.path))
        #expect(first?.leaves.count == 44)
    }
}
