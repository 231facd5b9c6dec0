@testable import ContentStore
import Glibc
import TestSupport
import Testing

struct ScatteringTests {
    private let files = LocalFileSystem(durable: false)

    @Test func aFolderMayBeMarkedOnAnyFileSystem() throws {
        let folder = try TemporaryFolder()
        try folder.write("1", to: "data/a")
        for path in [folder.path, folder.file("data/a"), folder.file("absent")] {
            files.scatter(path)
            files.scatter(path)
        }
        #expect(try files.list(folder.path) == ["data"])
        #expect(try files.bytes(of: folder.file("data/a")) == [UInt8(ascii: "1")])
    }

    @Test func twoScratchFoldersNameNothingAlike() throws {
        let (one, other) = (Scratch(folder: "/f"), Scratch(folder: "/f"))
        let names = (0..<100).flatMap { _ in [one.next(), other.next()] }
        #expect(Set(names).count == names.count)
    }

    @Test func manyCopiesLeaveNoFolderBehind() throws {
        let folder = try TemporaryFolder()
        for number in 0..<40 { try folder.write("\(number)", to: "data/\(number)") }
        let store = ObjectStore(
            folder: folder.file("cache"), layout: .native, fileSystem: files)
        try files.makeFolder(folder.file("tmp"))
        let scratch = Scratch(folder: folder.file("tmp"))
        let tree = try #require(
            try FileTree(at: folder.file("data"), root: folder.path, fileSystem: files))
        let manifest = try store.put(tree, at: folder.file("data"), scratch: scratch)
        #expect(manifest.files.count == 40)
        #expect(try files.list(folder.file("tmp")).isEmpty)
    }
}
