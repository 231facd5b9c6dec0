@testable import Pipelines
import Testing

struct ConfigTests {
    private func problems(_ tracked: String?, _ local: String? = nil) -> String {
        do {
            _ = try ConfigReader.read(tracked: tracked, local: local)
            return ""
        } catch { return "\(error)" }
    }

    @Test func theLocalFileGoesBeforeTheTrackedOne() throws {
        let config = try ConfigReader.read(
            tracked: "default_remote: a\nremotes:\n  a: {url: /one}\n  b: {url: two}\n",
            local: "default_remote: c\nremotes: {a: {url: 'file:///three'}, c: {url: ../four}}\n")
        #expect(config.defaultRemote == "c")
        #expect(config.remotes.map(\.name) == ["a", "b", "c"])
        let places = config.remotes.map { $0.address(root: "/root") }
        #expect(places == [.folder("/three"), .folder("/root/two"), .folder("/root/../four")])
        #expect(try config.remote(nil).name == "c")
        #expect(try config.remote("b").url == "two")
        #expect(try ConfigReader.read(tracked: nil, local: "") == ProjectConfig())
    }

    @Test func everythingThatIsWrongIsSaidAtOnce() {
        #expect(
            problems(
                "remote: 1\ndefault_remote: stoer\nremotes:\n  store: {url: 'ftp://b', ur: x}\n")
                    == """
                    .nlpipe/config.yml:1:1: error: unknown key 'remote' in the configuration
                      1 | remote: 1
                        | ^
                      expected: remotes, default_remote, cache
                    hint: did you mean 'remotes'?

                    .nlpipe/config.yml:2:17: error: 'default_remote' names 'stoer', which is no remote
                      2 | default_remote: stoer
                        |                 ^
                      expected: store
                    hint: did you mean 'store'?

                    .nlpipe/config.yml:4:16: error: the 'url' of remote 'store' has an unknown scheme
                      4 |   store: {url: 'ftp://b', ur: x}
                        |                ^
                      expected: \(RemoteAddress.expected)

                    .nlpipe/config.yml:4:27: error: unknown key 'ur' in remote 'store'
                      4 |   store: {url: 'ftp://b', ur: x}
                        |                           ^
                      expected: \(ConfigReader.remoteKeys.joined(separator: ", "))
                    hint: did you mean 'url'?
                    """)
    }

    @Test(arguments: [
        ("[a]", "the top level has the wrong type"), ("remotes: [a]", "'remotes' has the wrong"),
        ("remotes: {a: /x}", "remote 'a' has the wrong type"),
        ("remotes: {a: {}}", "remote 'a' needs a 'url'"),
        ("remotes: {a: {url: 3}}", "the 'url' of remote 'a' has the wrong type"),
        ("remotes: {a: {url: ''}}", "the 'url' of remote 'a' is empty"),
        ("remotes: {a: {url: ~/x}}", "begins with '~'"),
        ("remotes: {a: {url: 'file://host/x'}}", "names a folder of another machine"),
        ("remotes: {-a: {url: /x}}", "has a name that no command can call"),
        ("default_remote: 3", "'default_remote' has the wrong type"),
        ("remotes: {a: {url: /x}, a: {url: /y}}", "'a'"),
    ])
    func aFaultIsNamed(text: String, message: String) {
        #expect(problems(text).contains(message))
        #expect(problems(nil, text).hasPrefix(".nlpipe/config.local.yml:1:"))
    }

    @Test func aRemoteThatDoesNotExistIsNamedWithAGuess() throws {
        let config = try ConfigReader.read(tracked: "remotes: {store: {url: /x}}", local: nil)
        #expect(throws: DefinitionError.self) { try config.remote(nil) }
        do { _ = try config.remote("stor") } catch {
            #expect("\(error)".hasSuffix("hint: did you mean 'store'?"))
        }
    }

    private static let written = """
        # Ours.
        remotes:
          # The big one.
          store:
            url: /mnt/store

        default_remote: store

        """

    @Test func anEditKeepsCommentsAndLayout() throws {
        let file = ProjectConfig.file
        let first = try ConfigEdit.adding(remote: "a", url: "/it's", to: "", file: file)
        #expect(first == "remotes:\n  a:\n    url: '/it''s'\n")
        #expect(
            try ConfigEdit.choosing(remote: "a", in: first, file: file)
                == first + "default_remote: 'a'\n")
        #expect(try ConfigEdit.removing(remote: "a", from: first, file: file) == "")
        let two = try ConfigEdit.adding(
            remote: "b", url: "../b", to: ConfigTests.written, file: file)
        #expect(
            two == """
                # Ours.
                remotes:
                  # The big one.
                  store:
                    url: /mnt/store
                  b:
                    url: '../b'

                default_remote: store

                """)
        #expect(try ConfigEdit.removing(remote: "b", from: two, file: file) == ConfigTests.written)
        let moved = try ConfigEdit.adding(
            remote: "store", url: "/new", to: ConfigTests.written, file: file)
        #expect(moved == ConfigTests.written.replacing("/mnt/store", with: "'/new'"))
        let none = try ConfigEdit.choosing(remote: nil, in: ConfigTests.written, file: file)
        #expect(none == ConfigTests.written.replacing("default_remote: store\n", with: ""))
    }

    @Test func whatLinesDoNotTellIsRefusedAndNotDamaged() {
        for text in ["remotes: {a: {url: /x}}\n", "{remotes: {a: {url: /x}}}\n"] {
            #expect(throws: DefinitionError.self) {
                try ConfigEdit.adding(remote: "b", url: "/y", to: text, file: ProjectConfig.file)
            }
        }
        for (name, url) in [("a b", "/x"), ("a", "ftp://b"), ("a", "")] {
            #expect(throws: DefinitionError.self) {
                try ConfigEdit.adding(remote: name, url: url, to: "", file: ProjectConfig.file)
            }
        }
    }
}
