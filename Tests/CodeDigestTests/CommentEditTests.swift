import Foundation
import TestSupport
import Testing

@testable import codedigest

/// The sources of this package themselves, with edits that mean nothing and edits that do.
struct CommentEditTests {
    private static let root = fixture("../..")

    /// Every source file of the folders that stages are made of, by path.
    private static func sources() throws -> [String] {
        try ["stages", "Sources/Models", "Sources/Training", "Sources/CKernels"].flatMap { folder in
            let found = FileManager.default.enumerator(atPath: "\(root)/\(folder)")
            return try #require(found).compactMap { $0 as? String }
                .filter { name in [".swift", ".c", ".h"].contains { name.hasSuffix($0) } }
                .map { "\(folder)/\($0)" }
        }.sorted()
    }

    private static func code(_ text: String, of path: String) -> [UInt8] {
        SourceStripper.strip(Array(text.utf8), as: path.hasSuffix(".swift") ? .swift : .c)
    }

    /// Comments and layout at every place of a text where code cannot be inside a literal.
    private static func meaningless(_ text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // A line with a quote, a backslash or a block comment may be part of something longer.
        let isPlain = !["\"\"\"", "\\\n", "/*"].contains(where: text.contains)
        let ends = lines.map { line in
            line.contains("//") || line.isEmpty ? String(line) : "\(line)  // why"
        }.joined(separator: "\n")
        let wide = lines.map { line in
            line.isEmpty || line.first == "#" ? String(line) : "\t  \(line)"
        }.joined(separator: "\n")
        return ["// about\n\n\(text)", "/* about\n   it */\n\(text)", "\(text)\n\n// the end\n"]
            + (isPlain ? [ends, wide, lines.joined(separator: "\n\n")] : [])
    }

    @Test func editsOfCommentsAndLayoutChangeNoDigest() throws {
        var edits = 0
        for path in try Self.sources() {
            let text = try String(contentsOfFile: "\(Self.root)/\(path)", encoding: .utf8)
            let code = Self.code(text, of: path)
            for edited in Self.meaningless(text) {
                #expect(Self.code(edited, of: path) == code, "\(path)")
                edits += 1
            }
        }
        #expect(edits >= 200)
    }

    @Test func anEditOfCodeIsToldByItsFile() throws {
        let folder = try TemporaryFolder()
        let paths = try ["a.swift", "b/c.h", "b/d.c"].map { name in
            try folder.write("int x = 1;\n", to: name)
        }
        func generated() throws -> [Substring] {
            try CodeDigestTool.run([folder.file("Out.swift"), folder.path] + paths)
            return try String(contentsOfFile: folder.file("Out.swift"), encoding: .utf8)
                .split(separator: "\n")
        }
        let before = try generated()
        try folder.write("/* one */ int x  = 1;\n", to: "b/c.h")
        #expect(try generated() == before)
        try folder.write("int x = 2;\n", to: "b/c.h")
        let after = try generated()
        let changed = zip(before, after).filter { $0 != $1 }.map { String($1) }
        #expect(changed.count == 2)
        #expect(changed.first?.contains("static let value = ") == true)
        #expect(changed.last?.contains("\"b/c.h\": \"") == true)
        #expect(before.count == after.count)
    }
}
