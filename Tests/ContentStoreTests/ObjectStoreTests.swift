@testable import ContentStore
import TestSupport
import Testing

struct ObjectStoreTests {
    let folder: TemporaryFolder
    private let files = LocalFileSystem(durable: false)
    private let store: ObjectStore
    private let scratch: Scratch
    private let workspace: Workspace

    init() throws {
        folder = try TemporaryFolder()
        store = ObjectStore(folder: folder.file("cache"), fileSystem: files)
        scratch = Scratch(folder: folder.file("tmp"))
        let state = StateCache(path: folder.file("state"), fileSystem: files)
        workspace = try Workspace(root: folder.path, fileSystem: files, state: state)
        try files.makeFolder(scratch.folder)
    }

    private func put(_ path: String) throws -> Manifest {
        try #require(
            try store.put(
                folder.file(path), root: workspace.resolvedRoot, scratch: scratch))
    }

    private func sample() throws {
        try folder.write("1", to: "data/a b")
        try folder.write("2", to: "data/sub/ü\n\\x")
        try files.copy(folder.file("data/a b"), to: folder.file("data/run"), mode: 0o755) { _ in }
        try files.makeFolder(folder.file("data/empty"))
    }

    @Test func aFolderComesBackAsItWas() throws {
        try sample()
        let manifest = try put("data")
        #expect(try workspace.content(at: "data") == manifest.content)
        #expect(try store.contains(manifest.content))
        #expect(try store.get(manifest.content, to: folder.file("back")) == manifest)
        #expect(try workspace.content(at: "back") == manifest.content)
        #expect(try files.status(folder.file("back/run"))?.executable == true)
        #expect(manifest.content.form == .folder(files: 3))
        #expect(manifest.content.size == 3)
        #expect(try files.list(scratch.folder).isEmpty)
    }

    @Test func anObjectOfAnotherSizeIsNotThere() throws {
        try sample()
        let manifest = try put("data")
        let object = store.path(of: try #require(manifest.files.first).digest)
        try files.remove(object)
        try files.create(object, Array("longer than it was".utf8), mode: 0o444)
        #expect(try !store.contains(manifest.content))
    }

    @Test func everyChangeOfAFolderChangesItsDigestAndEmptyFoldersDoNotCount() throws {
        try sample()
        var seen: Set<Content?> = [try workspace.content(at: "data")]
        try files.remove(folder.file("data/empty"))
        #expect(seen.contains(try workspace.content(at: "data")))
        try files.rename(folder.file("data/a b"), to: folder.file("data/a c"))
        #expect(seen.insert(try workspace.content(at: "data")).inserted)
        try folder.write("3", to: "data/a c")
        #expect(seen.insert(try workspace.content(at: "data")).inserted)
        try files.remove(folder.file("data/run"))
        #expect(seen.insert(try workspace.content(at: "data")).inserted)
        try folder.write("1", to: "data/run")
        #expect(seen.insert(try workspace.content(at: "data")).inserted)
    }

    @Test func everyFlippedByteAndEveryCutOfAnObjectIsAMiss() throws {
        try sample()
        let manifest = try put("data")
        let digests = manifest.files.map(\.digest) + [manifest.content.digest]
        for digest in Set(digests) {
            let object = store.path(of: digest)
            let bytes = try files.bytes(of: object)
            for index in bytes.indices {
                var flipped = bytes
                flipped[index] ^= 0x10
                for damaged in [flipped, Array(bytes[..<index])] {
                    try files.remove(object)
                    try files.create(object, damaged, mode: 0o444)
                    #expect(try store.get(manifest.content, to: folder.file("back")) == nil)
                    #expect(try files.linkStatus(folder.file("back")) == nil)
                }
            }
            #expect(try put("data") == manifest)
        }
        #expect(try store.get(manifest.content, to: folder.file("back")) == manifest)
    }

    @Test(arguments: ["../x", "/x", "a//b", "a/./b", "", "a/..", "../\u{301}x", "/\u{301}x"])
    func aManifestThatLeadsOutOfItsFolderIsNotOne(path: String) {
        let text = "nlpipe folder 1\n\(Digest(of: "")) 0 - \(path)\n"
        #expect(Manifest(text: text) == nil)
    }

    /// To `Character` "\r\n" is no newline, and a blank or a slash before an accent is another letter.
    @Test func namesThatHideSeparatorsFromCharactersComeBack() throws {
        for name in ["cr\r", "\u{301}accent", "in/\u{301}side/x", "b\u{301} \u{301}"] {
            try folder.write(name, to: "data/\(name)")
        }
        let manifest = try put("data")
        #expect(manifest.files.count == 4)
        #expect(Manifest(text: manifest.text) == manifest)
        #expect(try store.get(manifest.content, to: folder.file("back")) == manifest)
    }

    @Test func linksAreFollowedInsideAndRefusedOutside() throws {
        let outside = try TemporaryFolder()
        try outside.write("secret", to: "file")
        try folder.write("1", to: "data/a")
        try folder.write("1", to: "plain/a")
        try folder.write("1", to: "plain/b")
        try link("a", "data/b")
        #expect(try workspace.content(at: "data") == workspace.content(at: "plain"))
        try link(outside.path, "data/c")
        #expect(throws: FileError.self) { try workspace.content(at: "data") }
        #expect(throws: FileError.self) { try workspace.content(at: "data/c/file") }
        try link(".", "loop/self")
        #expect(throws: FileError.self) { try workspace.content(at: "loop") }
        try link("nothing", "broken/link")
        #expect(throws: FileError.self) { try workspace.content(at: "broken") }
    }

    @Test func pipesAreAnErrorAndNotAHang() throws {
        try folder.write("1", to: "data/a")
        try makePipe("data/pipe")
        #expect(throws: FileError.notAFileOrFolder(path: folder.file("data/pipe"))) {
            try workspace.content(at: "data")
        }
    }

    @Test func aFolderReplacesAFolderAndAFileAFolder() throws {
        try sample()
        try folder.write("new", to: "tmp/made/file")
        try workspace.place(folder.file("tmp/made"), at: "data", scratch: scratch)
        #expect(try files.list(folder.file("data")) == ["file"])
        try folder.write("file", to: "tmp/single")
        try workspace.place(folder.file("tmp/single"), at: "data", scratch: scratch)
        #expect(try files.bytes(of: folder.file("data")) == Array("file".utf8))
        #expect(try files.list(scratch.folder).isEmpty)
    }
}
