import TestSupport
import Testing

@testable import Pipelines

@Test(arguments: [
    ("*.csv", ["a.csv", ".csv"], ["a.tsv", "a.csv/b", "x/a.csv", "a.csvx"]),
    ("data/*.csv", ["data/a.csv"], ["data/x/a.csv", "data", "a.csv"]),
    ("data/**/*.csv", ["data/a.csv", "data/x/a.csv", "data/x/y/a.csv"], ["data", "x/data/a.csv"]),
    ("**/a", ["a", "x/a", "x/y/a"], ["ab", "a/b", ""]),
    ("a/**", ["a/b", "a/b/c"], ["a", "b/a"]),
    ("**", ["a", "a/b"], [""]),
    ("a/**/b/**/c", ["a/b/c", "a/x/b/y/z/c", "a/b/b/c"], ["a/c", "a/b", "a/b/c/d"]),
    ("a**b", ["ab", "axb", "axxb"], ["a/b"]),
    ("**/**/a", ["a", "x/y/a"], ["b"]),
    ("?", ["a", "é", "あ"], ["", "ab", "/"]),
    ("[a-c]x", ["ax", "cx"], ["dx", "x", "-x"]),
    ("[!a-c]x", ["dx", "-x"], ["ax"]),
    ("[^a]", ["b"], ["a"]),
    ("[]a]", ["]", "a"], ["b"]),
    ("[!]a]", ["b"], ["]", "a"]),
    ("[a-]", ["a", "-"], ["b"]),
    ("[-a]", ["a", "-"], ["b"]),
    ("[\\]]", ["]"], ["\\"]),
    ("[z-a]", [], ["a", "z", "-"]),
    ("[[:digit:]x]", ["7", "x"], ["d", ":"]),
    ("[[:upper:][:space:]]", ["A", " "], ["a"]),
    ("[[:nothing:]]", [], ["n"]),
    ("\\*\\?\\[", ["*?["], ["a?["]),
    ("\\a", ["a"], ["\\a"]),
    ("a[/]b", [], ["a/b"]),
    ("./a", [], ["a"]),
])
func aPatternMatchesWholePaths(pattern: String, matching: [String], others: [String]) {
    let glob = Glob(pattern)
    for path in matching { #expect(glob?.matches(path) == true, "\(pattern) \(path)") }
    for path in others { #expect(glob?.matches(path) != true, "\(pattern) \(path)") }
}

@Test(arguments: ["", "/", "a\\", "[a", "a[", "[]", "[!", "[[:digit:]", "[a\\", "a/[b/c]"])
func whatIsNoPatternIsNil(text: String) {
    #expect(Glob(text) == nil)
}

@Test func wildcardsAreSeenUnlessEscaped() {
    #expect(["a*", "?", "x[", "\\\\*"].allSatisfy(Glob.isPattern))
    #expect(!["a", "", "\\*", "\\[a]", "a\\?b", "]"].contains(where: Glob.isPattern))
}

@Test(arguments: [
    ("data/*.csv", "data", true), ("data/*.csv", "data/a.csv", true),
    ("data/*.csv", "data/a.csv/part", true), ("data/*.csv", "data/a.txt", false),
    ("data/*.csv", "dat", false), ("data/*.csv", "other/a.csv", false),
    ("**/x", "any/folder", false), ("**/x", "any/x/y", true), ("**", "a", true),
    ("a/**/x", "a/b/c", true), ("a/**/x", "b", false),
    ("a/**", "a", true), ("a/**", "a/b/c", true), ("*/b", "a", false), ("*/b", "a/b/c", true),
    ("*/b", "a/c", false),
])
func aPatternReachesOutsThatItMayMatchOrLookInto(pattern: String, path: String, expected: Bool) {
    #expect(Glob(pattern)?.reaches(path) == expected)
}

@Test func theBaseEndsBeforeTheFirstWildcard() {
    #expect(Glob("data/raw/*.csv")?.base == "data/raw")
    #expect(Glob("data\\*/x/**/a")?.base == "data*/x")
    #expect(Glob("*.csv")?.base == "")
    #expect(Glob("a/b")?.base == "a")
}

@Test func patternsMadeToTakeLongDoNot() {
    let seconds = processorTime {
        let stars = Glob(String(repeating: "*a", count: 500) + "b")
        #expect(stars?.matches(String(repeating: "a", count: 5000)) == false)
        let folders = Glob(String(repeating: "**/a/", count: 200) + "b")
        #expect(folders?.matches(String(repeating: "a/", count: 1000) + "c") == false)
        #expect(folders?.reaches(String(repeating: "a/", count: 1000) + "c") == false)
    }
    #expect(seconds < 60)
}

@Test func aSlashWithAnAccentIsStillASlash() {
    #expect(throws: PathRules.Problem.self) { try PathRules.normalise(".git/\u{301}x", in: "") }
    #expect(throws: PathRules.Problem.self) { try PathRules.normalise("/\u{301}x", in: "") }
    #expect(throws: PathRules.Problem.self) { try PathRules.normalise("a/../.GIT/x", in: "sub") }
    #expect(throws: PathRules.Problem.self) { try PathRules.normalise("sub/.git/hooks", in: "") }
    #expect(Glob("*")?.matches("a/\u{301}b") == false)
}
