import Foundation
import TestSupport
import Testing

/// `gc -p` of projects that share a cache, beside real DVC.
@Suite(.enabled(if: Peer.isWanted, "DVC is not installed; 'scripts/peer-dvc.sh' does that"))
struct SharedCacheTests {
    private static let pipeline = """
        stages:
          one: {cmd: mkdir -p made && cat raw > made/a && echo b > made/b, deps: [raw], outs: [made]}
          two: {cmd: cat made/* > two, deps: [made], outs: [two]}

        """

    /// What is in the cache after every step, and what each project gets out of it in the end.
    private func story(_ kind: Side.Kind, _ driver: DVCDriver) throws -> [String] {
        let cache = try TemporaryFolder()
        let sides = try (0..<3).map { _ in try Side(kind, driver: driver) }
        var found: [String] = []
        func note() throws {
            let files = try FileManager.default.subpathsOfDirectory(
                atPath: cache.file("files")
            ).filter { $0.utf8.count > 30 }
            found.append(files.sorted().joined(separator: " "))
        }
        for (number, side) in sides.enumerated() {
            try side.folder.write(
                "[core]\n    no_scm = True\n[cache]\n    dir = \(cache.path)\n", to: ".dvc/config")
            try side.apply([.write("raw", "raw \(number)\n"), .pipeline(Self.pipeline)])
            #expect(try side.repro([]).effect.succeeded)
        }
        try sides[0].apply([.write("raw", "other\n")])
        #expect(try sides[0].repro([]).effect.succeeded)
        try note()
        for others in [[sides[1], sides[2]], [sides[2]], []] {
            let named = others.isEmpty ? [] : ["-p"] + others.map(\.folder.path)
            let result = try sides[0].run(["gc", "-w", "-f"] + named)
            #expect(result.status == 0, "\(kind): \(result.error)")
            try note()
        }
        return found
    }

    @Test func theSameObjectsStay() throws {
        try DVCPool.use { driver in
            let stories = try [Side.Kind.dvc, .shared].map { try story($0, driver) }
            #expect(stories[0] == stories[1])
            #expect(Set(stories[0]).count == 4)
        }
    }
}
