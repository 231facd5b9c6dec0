@testable import ContentStore
import TestSupport
import Testing

struct ManifestTextTests {
    private static let digest = Digest(of: "x").hex

    @Test(arguments: [
        "", " ", "\(digest)", "\(digest) 1 - ", "\(digest) 1 -a", "\(digest)  - a",
        "\(digest) +1 - a", "\(digest) -1 - a", "\(digest) 1_0 - a", "\(digest) 1 X a",
        "\(digest) 1 x", "\(digest) 9223372036854775808 - a", "\(digest)1 - a",
        "\(digest.uppercased()) 1 - a", "\(digest.dropLast()) 1 - ab", "\(digest) 1 - a\\",
        "\(digest) 1 - a\\t",
    ])
    func aLineThatIsNoneMakesNoManifest(line: String) {
        #expect(Manifest(text: "nlpipe folder 1\n\(line)\n") == nil)
    }

    @Test func onlyWholeLinesOfTextCount() throws {
        let line = "\(Self.digest) 9223372036854775807 x a b"
        let manifest = try #require(Manifest(text: "nlpipe folder 1\n\(line)\n"))
        #expect(manifest.files.map(\.path) == ["a b"])
        #expect(manifest.files.map(\.size) == [.max])
        #expect(Manifest(text: "nlpipe folder 1\n\(line)") == nil)
        #expect(Manifest(text: "nlpipe folder 2\n\(line)\n") == nil)
        #expect(Manifest(bytes: Array("nlpipe folder 1\n\(line)".utf8) + [0xff, 0x0a]) == nil)
        #expect(Manifest(text: "nlpipe folder 1\n")?.files.isEmpty == true)
    }

    @Test func whatIsWrittenIsWhatTheFormatSaysAndIsReadBack() throws {
        var random = SystemRandomNumberGenerator()
        let parts = ["a", "ü", "\u{301}", "\n", "\\", " ", "x y", "0123456789abcdef", "\r"]
        for _ in 0..<200 {
            let files = (0..<Int.random(in: 0...6, using: &random)).map { number in
                let name = (0..<Int.random(in: 0...5, using: &random))
                    .map { _ in parts.randomElement(using: &random) ?? "" }.joined()
                return Manifest.File(
                    path: "\(name)\(number)", digest: Digest(of: "\(number)\(name)"),
                    size: Int.random(in: 0...(.max), using: &random), executable: .random())
            }
            let manifest = Manifest(isFolder: true, files: files)
            let lines = manifest.files.map { file in
                "\(file.digest.hex) \(file.size ?? 0) \(file.executable ? "x" : "-") "
                    + "\(PathText.escape(file.path))\n"
            }
            #expect(manifest.text == "nlpipe folder 1\n" + lines.joined())
            #expect(Manifest(bytes: manifest.bytes) == manifest)
        }
    }

    @Test func pathsAreInTheOrderOfTheirBytes() {
        let parts = [
            "", "a", "b", "\u{e9}", "e\u{301}", "\u{10000}", "\u{ff61}", "/", "aaaaaaaaaaaaaaaa",
        ]
        let paths = parts.flatMap { one in parts.map { one + $0 } }
        for one in paths {
            for other in paths {
                #expect(
                    ManifestText.precedes(one, other)
                        == one.utf8.lexicographicallyPrecedes(other.utf8), "\(one) \(other)")
            }
        }
    }
}
