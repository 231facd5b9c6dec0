import Foundation
import TestSupport
import Testing

/// Outs that are links to the cache, handed over between DVC and nlpipe.
@Suite(.enabled(if: Peer.isWanted, "DVC is not installed; 'scripts/peer-dvc.sh' does that"))
struct CacheTypeTests {
    private static let pipeline = """
        stages:
          one:
            cmd: mkdir -p made && cat in.txt > made/a && echo b > made/b
            deps: [in.txt]
            outs: [made]
          two:
            cmd: cat made/a made/b > two.txt
            deps: [made]
            outs: [two.txt]

        """

    private func names(_ side: Side, _ path: String) throws -> Int {
        let place = side.folder.file(path)
        let url = URL(fileURLWithPath: place).resolvingSymlinksInPath()
        let isSymbolic = url.path != URL(fileURLWithPath: place).path
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        return isSymbolic ? 0 : (attributes[.referenceCount] as? Int ?? 1)
    }

    @Test(arguments: ["hardlink", "symlink"], [true, false])
    func oneFindsNothingToDoAfterTheOther(type: String, dvcFirst: Bool) throws {
        try DVCPool.use { driver in
            let dvc = try Side(.dvc, driver: driver)
            let own = Side(takingOver: dvc, driver: driver)
            try dvc.folder.write(
                "[core]\n    no_scm = True\n[cache]\n    type = \(type)\n", to: ".dvc/config")
            try dvc.folder.write(CacheTypeTests.pipeline, to: "dvc.yaml")
            try dvc.folder.write("in\n", to: "in.txt")
            let sides = dvcFirst ? [dvc, own] : [own, dvc]
            func run(_ side: Side, _ arguments: String...) throws -> String {
                let result = try side.run(arguments)
                #expect(result.status == 0, "\(side.kind) \(arguments): \(result.error)")
                return result.out
            }
            _ = try run(sides[0], "repro")
            for path in ["made/a", "made/b", "two.txt"] {
                #expect(try names(dvc, path) == (type == "symlink" ? 0 : 2), "\(path)")
            }
            #expect(try run(sides[1], "status", "--json").contains("{}"))
            try FileManager.default.removeItem(atPath: dvc.folder.file("made"))
            _ = try run(sides[1], "checkout")
            #expect(try names(dvc, "made/a") == (type == "symlink" ? 0 : 2))
            #expect(try run(sides[0], "status", "--json").contains("{}"))
            _ = try run(sides[1], "unprotect", "two.txt")
            #expect(try names(dvc, "two.txt") == 1)
            for side in sides {
                #expect(try run(side, "status", "--json").contains("{}"))
            }
        }
    }
}
