import Testing

@testable import Pipelines

/// A file of rules, then paths (a `/` at the end marks a folder) that are left out and that are not.
private struct Case: Sendable, CustomTestStringConvertible {
    var rules: String
    var ignored: [String] = []
    var kept: [String] = []
    var testDescription: String { rules }
}

/// One case for every rule of git's manual, gitignore(5), and for what git does beside it.
private let cases = [
    Case(rules: "\n\n   \n", kept: ["a", " "]),
    Case(rules: "# a\n#b", kept: ["a", "# a", "#b"]),
    Case(rules: "\\#b", ignored: ["#b"], kept: ["b"]),
    Case(rules: "a  ", ignored: ["a"], kept: ["a  "]),
    Case(rules: "a\\  ", ignored: ["a "], kept: ["a", "a  "]),
    Case(rules: "a\\\\  ", ignored: ["a\\"], kept: ["a\\ "]),
    Case(rules: "a\r\nb\r\n", ignored: ["a", "b"], kept: ["a\r"]),
    Case(rules: "\u{FEFF}a", ignored: ["a"]),
    Case(
        rules: "*.log\n!keep.log", ignored: ["a.log", "x/a.log"], kept: ["keep.log", "x/keep.log"]),
    Case(rules: "!keep.log\n*.log", ignored: ["keep.log"]),
    Case(rules: "\\!a", ignored: ["!a"], kept: ["a"]),
    Case(rules: "out\n!out/a", ignored: ["out/a", "out/"]),
    Case(rules: "out/*\n!out/a", ignored: ["out/b"], kept: ["out/a", "out/"]),
    Case(
        rules: "/*\n!/foo\n/foo/*\n!/foo/bar", ignored: ["a", "foo/b"],
        kept: ["foo/bar", "foo/bar/x"]),
    Case(rules: "frotz", ignored: ["frotz", "a/frotz", "frotz/x", "a/b/frotz/"], kept: ["frotzz"]),
    Case(rules: "/frotz", ignored: ["frotz", "frotz/x"], kept: ["a/frotz"]),
    Case(rules: "frotz/", ignored: ["frotz/", "a/frotz/", "frotz/x"], kept: ["frotz", "a/frotz"]),
    Case(rules: "doc/frotz/", ignored: ["doc/frotz/"], kept: ["a/doc/frotz/", "doc/frotz"]),
    Case(rules: "doc/frotz", ignored: ["doc/frotz"], kept: ["a/doc/frotz"]),
    Case(rules: "/doc/frotz", ignored: ["doc/frotz"], kept: ["a/doc/frotz"]),
    Case(
        rules: "foo/*", ignored: ["foo/test.json", "foo/bar/hello.c"], kept: ["foo/", "a/foo/b"]),
    Case(rules: "*.c", ignored: ["a.c", "x/y/a.c"], kept: ["a.ch"]),
    Case(rules: "/*.c", ignored: ["a.c"], kept: ["x/a.c"]),
    Case(rules: "a?c", ignored: ["abc"], kept: ["ac", "a/c"]),
    Case(rules: "[a-c].x", ignored: ["b.x"], kept: ["d.x"]),
    Case(rules: "**/foo", ignored: ["foo", "a/foo", "a/b/foo/c"], kept: ["afoo"]),
    Case(rules: "**/foo/bar", ignored: ["foo/bar", "a/foo/bar"], kept: ["foo/a/bar"]),
    Case(rules: "abc/**", ignored: ["abc/a", "abc/a/b"], kept: ["abc/", "x/abc/a"]),
    Case(rules: "a/**/b", ignored: ["a/b", "a/x/b", "a/x/y/b"], kept: ["x/a/b", "ab"]),
    Case(rules: "a**b", ignored: ["ab", "axxb", "d/axb"], kept: ["a/b"]),
    Case(rules: "**", ignored: ["a", "a/b"]),
    Case(rules: "**/", ignored: ["a/", "a/b"], kept: ["a"]),
    Case(rules: "a\\", kept: ["a", "a\\"]),
    Case(rules: "[a", kept: ["a", "[a"]),
    Case(rules: "/", kept: ["a", "a/"]),
    Case(rules: "!", kept: ["a", "!"]),
    Case(rules: " a", ignored: [" a"], kept: ["a"]),
    Case(
        rules: "!.git\n!.nlpipe/",
        ignored: [".git/", ".nlpipe/cache", "sub/.git/x", ".hg/", ".dvc/"]),
    Case(rules: "é*", ignored: ["éa"], kept: ["e"]),
]

@Test(arguments: cases)
private func aFileOfRulesWorksAsInGit(rules: Case) {
    var ignore = IgnoreRules()
    ignore.add(rules.rules)
    func isIgnored(_ path: String) -> Bool {
        ignore.isIgnored(path, isFolder: path.hasSuffix("/"))
    }
    for path in rules.ignored { #expect(isIgnored(path), "\(path)") }
    for path in rules.kept { #expect(!isIgnored(path), "\(path)") }
}

@Test func rulesOfInnerFoldersComeLastAndReachNoFurther() {
    var ignore = IgnoreRules()
    #expect(ignore.isEmpty)
    ignore.add("*.tmp\n/top")
    ignore.add("!keep.tmp\n/top\nx/y", folder: "sub/deep")
    #expect(ignore.isIgnored("sub/deep/a.tmp", isFolder: false))
    #expect(!ignore.isIgnored("sub/deep/keep.tmp", isFolder: false))
    #expect(!ignore.isIgnored("sub/deep/more/keep.tmp", isFolder: false))
    #expect(ignore.isIgnored("sub/keep.tmp", isFolder: false))
    #expect(ignore.isIgnored("sub/deep/top", isFolder: false))
    #expect(!ignore.isIgnored("sub/top", isFolder: false))
    #expect(ignore.isIgnored("sub/deep/x/y/z", isFolder: false))
    #expect(!ignore.isIgnored("sub/deeper/top", isFolder: false))
}
