@testable import ContentStore
import Synchronization
import TestSupport
import Testing

/// Objects that get into the workspace by links.
struct LinkTests {
    /// Refuses some kinds of links with an error.
    final class Refusing: ForwardingFileSystem {
        let base: any FileSystem = LocalFileSystem(durable: false)
        let refused = Mutex<[LinkType: Int32]>([:])

        func link(_ source: String, to path: String, as type: LinkType, mode: UInt32) throws {
            if let code = refused.withLock({ $0[type] }) {
                throw FileError.failed(action: "link", path: path, code: code)
            }
            try base.link(source, to: path, as: type, mode: mode)
        }
    }

    private let folder: TemporaryFolder
    private let files = Refusing()
    private let scratch: Scratch

    init() throws {
        folder = try TemporaryFolder()
        scratch = Scratch(folder: folder.file("tmp"))
        try files.makeFolder(scratch.folder)
        try folder.write("one", to: "data/a")
        try folder.write("two", to: "data/b/c")
        try folder.write("", to: "data/empty")
        try folder.write("run", to: "plain")
        try files.copy(folder.file("plain"), to: folder.file("data/run"), mode: 0o755) { _ in }
    }

    private func store(_ types: LinkType...) -> ObjectStore {
        ObjectStore(
            folder: folder.file("cache"), layout: .native.linking(types), fileSystem: files)
    }

    private func workspace(cache: String? = nil) throws -> Workspace {
        let layout = cache.map { Layout.native.keeping(cache: $0) } ?? .native
        let state = StateCache(path: folder.file("state"), fileSystem: files)
        return try Workspace(
            root: folder.path, layout: layout, fileSystem: files, state: state)
    }

    private func put(_ store: ObjectStore) throws -> Manifest {
        try #require(
            try store.put(folder.file("data"), root: folder.path, scratch: scratch))
    }

    @Test(arguments: [LinkType.hardlink, .symlink])
    func filesAreLinksAndReadOnlyButForExecutablesAndEmptyOnes(type: LinkType) throws {
        let store = store(type, .copy)
        let manifest = try put(store)
        #expect(
            try store.get(manifest.content, to: folder.file("back"), linking: true) == manifest)
        for (path, digest) in manifest.files.map({ ($0.path, $0.digest) }) {
            let place = folder.file("back/\(path)")
            let object = try #require(try files.status(store.path(of: digest)))
            let isLink = path != "run" && path != "empty"
            #expect(try (files.status(place)?.inode == object.inode) == isLink)
            #expect(try (files.linkStatus(place)?.kind == .link) == (isLink && type == .symlink))
            #expect(try files.status(place)?.executable == (path == "run"))
        }
        let workspace = try workspace(cache: folder.file("cache"))
        #expect(try workspace.content(at: "back") == manifest.content)
        #expect(try workspace.isLinked(at: "back"))
        #expect(try workspace.unprotect("back", scratch: scratch))
        #expect(try !workspace.isLinked(at: "back"))
        #expect(try !workspace.unprotect("back", scratch: scratch))
        #expect(try workspace.content(at: "back") == manifest.content)
        try folder.write("edited", to: "back/a")
        #expect(try store.get(manifest.content, to: folder.file("again")) == manifest)
    }

    @Test func whatIsNotAskedForByLinkIsACopy() throws {
        let store = store(.hardlink)
        let manifest = try put(store)
        _ = try store.get(manifest.content, to: folder.file("back"))
        #expect(try !workspace().isLinked(at: "back"))
    }

    @Test(arguments: [Int32(18), 95, 1, 31])  // EXDEV, EOPNOTSUPP, EPERM, EMLINK
    func whatCannotBeLinkedComesByTheNextWay(code: Int32) throws {
        files.refused.withLock { $0 = [.reflink: code, .hardlink: code] }
        let store = store(.reflink, .hardlink, .symlink)
        let manifest = try put(store)
        _ = try store.get(manifest.content, to: folder.file("back"), linking: true)
        #expect(try files.linkStatus(folder.file("back/a"))?.kind == .link)
        files.refused.withLock { $0[.symlink] = code }
        let error = try #require(throws: LinkError.self) {
            try store.get(manifest.content, to: folder.file("more"), linking: true)
        }
        #expect(error.tried.count == 3)
        #expect("\(error)".contains("add 'copy'"))
    }

    @Test func anErrorThatIsNotAboutLinksIsTold() throws {
        files.refused.withLock { $0 = [.hardlink: 28] }  // ENOSPC
        let store = store(.hardlink, .copy)
        let manifest = try put(store)
        #expect(throws: FileError.self) {
            try store.get(manifest.content, to: folder.file("back"), linking: true)
        }
    }

    /// An edit through a link is an edit of the object.
    @Test(arguments: [LinkType.hardlink, .symlink])
    func anObjectThatWasEditedThroughALinkIsSetAside(type: LinkType) throws {
        let store = store(type)
        let manifest = try put(store)
        _ = try store.get(manifest.content, to: folder.file("back"), linking: true)
        try overwrite(folder.file("back/a"), with: "six")
        #expect(try workspace().content(at: "back") != manifest.content)
        #expect(try store.get(manifest.content, to: folder.file("more"), linking: true) == nil)
        #expect(try files.linkStatus(folder.file("more")) == nil)
        #expect(try files.list(store.damagedFolder).count == 1)
        #expect(try put(store) == manifest, "and is made again")
        #expect(
            try store.get(manifest.content, to: folder.file("more"), linking: true) == manifest)
    }
}
