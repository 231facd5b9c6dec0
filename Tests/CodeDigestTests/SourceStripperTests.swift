import Foundation
import TestSupport
import Testing

@testable import codedigest

private func strip(_ text: String, as language: SourceStripper.Language = .swift) -> String {
    String(decoding: SourceStripper.strip(Array(text.utf8), as: language), as: UTF8.self)
}

@Test(arguments: [
    ("let a = 1 // one\n\n\n    let b  =\t2\n", "let a = 1\nlet b = 2"),
    ("a /* x /* nested */ y */ b", "a b"),
    ("a/**/b", "a b"),
    ("a /* line\nline */ b", "a\nb"),
    ("let s = \"// not /* a */  comment\" // but this", "let s = \"// not /* a */  comment\""),
    ("\"a \\\" // b\" // c", "\"a \\\" // b\""),
    ("\"\\(f(  \"x // y\"  /* z */ ))  \" // c", "\"\\(f( \"x // y\" ))  \""),
    (
        "\"\"\"\n    a  // b\n\n    \"quoted\" c\n  \"\"\" // d",
        "\"\"\"\n    a  // b\n\n    \"quoted\" c\n  \"\"\""
    ),
    ("#\"a \"b\" \\ // \\#(x /* y */)\"#  // c", "#\"a \"b\" \\ // \\#(x )\"#"),
    ("##\"a\"# // \"## // c", "##\"a\"# // \"##"),
    ("#if DEBUG // d\n#endif", "#if DEBUG\n#endif"),
    ("let r = /https?:\\/\\/x/ // c", "let r = /https?:\\/\\/x/"),
    ("let r = #/a\"  //b/# // c", "let r = #/a\"  //b/#"),
    ("let q = a / b / c // d", "let q = a / b / c"),
    ("f(/[/\"]/)  // c", "f(/[/\"]/)"),
    ("/// doc\nfunc f() {}\r\n", "func f() {}"),
    ("\"unfinished // x\nnext // y", "\"unfinished // x\nnext"),
    ("/* unfinished", ""),
    ("", ""),
])
func swiftLosesCommentsAndLayoutOnly(text: String, expected: String) {
    #expect(strip(text) == expected)
}

@Test(arguments: [
    ("int a; // x \\\n still\nint b;", "int a;\nint b;"),
    ("a /* x /* not nested */ b */", "a b */"),
    ("char q = '\"'; // \"", "char q = '\"';"),
    ("s = \"/* \\\" */\"; /* c */", "s = \"/* \\\" */\";"),
    ("#define A(x) \\\n    x // y\n", "#define A(x) \\\nx"),
])
func cLosesCommentsAndLayoutOnly(text: String, expected: String) {
    #expect(strip(text, as: .c) == expected)
}

@Test func strippedSourcesStayAsTheyAreAndLoseTheirComments() throws {
    let sources = fixture("../../Sources/codedigest/SourceStripper.swift")
    let text = try String(contentsOfFile: sources, encoding: .utf8)
    let once = strip(text)
    #expect(strip(once) == once)
    #expect(!once.contains("///") && once.contains("\"*/\""))
    for end in stride(from: 0, to: text.utf8.count, by: 7) {
        let cut = Array(text.utf8.prefix(end))
        for language in [SourceStripper.Language.swift, .c] {
            #expect(SourceStripper.strip(cut, as: language).count <= cut.count)
        }
    }
}

@Test func theDigestDependsOnPathsBelowTheRootAndOnCode() throws {
    func digest(_ files: [String: String]) throws -> String {
        let folder = try TemporaryFolder()
        let paths = try files.map { try folder.write($0.value, to: $0.key) }
        return try CodeDigestTool.digest(
            of: CodeDigestTool.sources(paths, root: folder.path))
    }
    let base = try digest(["a.swift": "let a = 1 // one", "b/c.h": "int x;"])
    #expect(base.count == 64)
    #expect(try digest(["b/c.h": "int  x; /* y */", "a.swift": "\nlet a = 1\n"]) == base)
    #expect(try digest(["a.swift": "let a = 2", "b/c.h": "int x;"]) != base)
    #expect(try digest(["a.swift": "let a = 1", "c.h": "int x;"]) != base)
    #expect(try digest(["a.swift": "let a = 1int x;", "b/c.h": ""]) != base)
}

@Test func theOutputIsOnlyWrittenWhenItChanges() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("let a = 1", to: "a.swift")
    let out = folder.file("Out.swift")
    try CodeDigestTool.run([out, folder.path, source])
    let first = try inode(out)
    try folder.write("let a = 1 // changed", to: "a.swift")
    try CodeDigestTool.run([out, folder.path, source])
    #expect(try inode(out) == first)
    try folder.write("let a = 2", to: "a.swift")
    try CodeDigestTool.run([out, folder.path, source])
    #expect(try inode(out) != first)
    #expect(throws: CodeDigestError.self) { try CodeDigestTool.run([out, "/elsewhere", source]) }
    #expect(throws: CodeDigestError.self) { try CodeDigestTool.run([]) }
}
