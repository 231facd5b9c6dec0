@testable import ContentStore
import TestSupport
import Testing

/// DVC's way to name and keep content.
///
/// The expected texts were made by DVC's rules, in Python.
@Suite struct LayoutTests {
    private func file(_ path: String, _ text: String) -> Manifest.File {
        .init(path: path, digest: Digest(of: text, .md5), size: text.utf8.count, executable: false)
    }

    @Test func aFolderIsNamedByItsList() {
        let files = [file("b/ü \"q\" 😀.txt", "two\n"), file("a.txt", "one\n")]
        let manifest = Manifest(isFolder: true, files: files, format: .dvc)
        #expect(
            manifest.text == """
                [{"md5": "5bbf5a52328e7439ae6e719dfe712200", "relpath": "a.txt"}, \
                {"md5": "c193497a1a06b2c72230e6146ff47080", \
                "relpath": "b/\\u00fc \\"q\\" \\ud83d\\ude00.txt"}]
                """)
        #expect(manifest.content.digest.name == "622f2f93741355f7c864ee4ba97b3887.dir")
        #expect(manifest.content.size == 8)
        let read = Manifest(text: manifest.text, format: .dvc)
        #expect(read?.files.map(\.path) == manifest.files.map(\.path))
        #expect(read?.content.digest == manifest.content.digest)
    }

    @Test func anEmptyFolderHasAName() {
        let manifest = Manifest(isFolder: true, files: [], format: .dvc)
        #expect(manifest.content.digest.name == "d751713988987e9331980363e24189ce.dir")
        #expect(Manifest(text: "[]", format: .dvc) == manifest)
    }

    @Test(arguments: [
        "", "[", "{}", "[1]", "[{}]", "[] x", #"[{"md5": "x", "relpath": "a"}]"#,
        #"[{"md5": "5bbf5a52328e7439ae6e719dfe712200", "relpath": "../a"}]"#,
        #"[{"md5": "5bbf5a52328e7439ae6e719dfe712200", "relpath": "/a"}]"#,
        #"[{"md5": "5bbf5a52328e7439ae6e719dfe712200", "relpath": "\ud83d"}]"#,
        #"[{"md5": "5bbf5a52328e7439ae6e719dfe712200", "relpath": "\u12"#,
        #"[{"md5": "5bbf5a52328e7439ae6e719dfe712200"}]"#,
        #"[{"md5": "5bbf5a52328e7439ae6e719dfe712200", "relpath": ["a"]}]"#,
    ])
    func aListThatIsNoneIsRefused(_ text: String) {
        #expect(Manifest(text: text, format: .dvc) == nil)
    }

    @Test func moreIsSaidOfAFile() {
        let text = #"""
            [ {"relpath":"a","isexec":true, "size": 4,"md5":"5bbf5a52328e7439ae6e719dfe712200"} ]
            """#
        let file = Manifest(text: text, format: .dvc)?.files.first
        #expect(file?.size == 4)
        #expect(file?.executable == true)
    }

    @Test func aListIsAnObjectOfItsOwn() {
        let list = Digest(of: "[]", .md5).ofList
        #expect(list != Digest(of: "[]", .md5))
        #expect(Digest(name: list.name, .md5) == list)
        #expect(Digest(name: list.hex, .md5) == Digest(of: "[]", .md5))
        #expect(Digest(name: Digest(of: "x").hex + ".dir", .sha256) == nil)
        #expect(Digest(hex: Digest(of: "x").hex, .md5) == nil)
        let store = ObjectStore(folder: "/c", layout: .dvc, fileSystem: LocalFileSystem())
        #expect(store.path(of: list) == "/c/files/md5/d7/51713988987e9331980363e24189ce.dir")
    }

    @Test func contentOfDVCIsItsBytes() {
        let plain = Content(
            digest: Digest(of: "x", .md5), size: 1, form: .file(executable: false))
        let executable = Content(
            digest: Digest(of: "x", .md5), size: 0, form: .file(executable: true))
        #expect(plain == executable)
        let native = Content(digest: Digest(of: "x"), size: 1, form: .file(executable: false))
        var other = native
        other.form = .file(executable: true)
        #expect(native != other)
    }

    @Test func foldersAreKeptAndGivenBack() throws {
        let temporary = try TemporaryFolder()
        let files = LocalFileSystem(durable: false)
        let root = temporary.path
        try files.makeFolder("\(root)/data/in/.dvc")
        try files.makeFolder("\(root)/scratch")
        try files.create("\(root)/data/in/a", Array("one\n".utf8), mode: 0o644)
        try files.create("\(root)/data/in/.dvc/x", [], mode: 0o644)
        try files.create("\(root)/data/run", Array("two\n".utf8), mode: 0o755)
        let store = ObjectStore(folder: "\(root)/cache", layout: .dvc, fileSystem: files)
        let scratch = Scratch(folder: "\(root)/scratch")
        let put = try #require(
            try store.put("\(root)/data", root: root, scratch: scratch))
        #expect(put.files.map(\.path) == ["in/a", "run"])
        #expect(try store.contains(put.content))
        let got = try #require(try store.get(put.content, to: "\(root)/copy"))
        #expect(got.content.digest == put.content.digest)
        #expect(try files.bytes(of: "\(root)/copy/in/a") == Array("one\n".utf8))
        #expect(try store.inventory().count == 3)
    }
}
