@testable import ContentStore
import Testing

struct ByNameTests {
    @Test func entriesComeInTheOrderOfTheirBytes() {
        var random = SystemRandomNumberGenerator()
        let letters: [Character] = ["a", "b", ".", "\u{E9}", "\u{1F600}", "~", "\u{1}"]
        for _ in 0..<200 {
            let names = Set(
                (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    String(
                        (1...Int.random(in: 1...11, using: &random)).map { _ in
                            letters[Int.random(in: 0..<letters.count, using: &random)]
                        })
                })
            let status = FileStatus(
                kind: .file, device: 1, inode: 1, size: 0,
                modified: FileTime(seconds: 0, nanoseconds: 0),
                changed: FileTime(seconds: 0, nanoseconds: 0), executable: false)
            let sorted = ByName(names.shuffled().map { FolderEntry(name: $0, status: status) })
                .map(\.name)
            #expect(
                sorted == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
                "\(names)")
        }
    }
}
