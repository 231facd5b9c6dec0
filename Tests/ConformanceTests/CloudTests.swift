import Foundation
import TestSupport
import Testing

/// `status -c` in every state, beside real DVC.
@Suite(.enabled(if: Peer.isWanted, "DVC is not installed; 'scripts/peer-dvc.sh' does that"))
struct CloudTests {
    private static let pipeline = """
        stages:
          one:
            cmd: cat raw > one && echo '{"n":1}' > m.json
            deps: [raw]
            outs: [one]
            metrics: [{m.json: {cache: false}}]
          two:
            cmd: mkdir two && cp one two/a && echo b > two/b && echo x > two/x
            deps: [one]
            outs: [two]
          three:
            cmd: mkdir three && echo c > three/c
            outs: [three]

        """

    @Test func cacheAndRemoteAreComparedTheSame() throws {
        try DVCPool.use { driver in
            let sides = [
                try Side(.dvc, driver: driver), try Side(.shared, driver: driver),
                try Side(.native),
            ]
            var answers: [[String]] = []
            for side in sides {
                let store = try TemporaryFolder()
                let remote = store.file("remote")
                var found: [String] = []
                func note(_ arguments: [String]) throws {
                    let answer = try side.json(["status", "-c"] + arguments)
                    let quiet = try side.run(["status", "-c", "-q"] + arguments).status
                    found.append("\(arguments) \(answer) \(quiet)")
                }
                func remove(_ path: String) throws {
                    try FileManager.default.removeItem(atPath: path)
                }
                try side.apply([.write("raw", "raw\n"), .pipeline(Self.pipeline)])
                let added = try side.run(["remote", "add", "-d", "r", remote])
                #expect(added.status == 0, "\(side.kind): \(added.error)")
                #expect(try side.repro([]).effect.succeeded)
                for arguments in [[], ["one"], ["two"], ["-r", "r"]] { try note(arguments) }
                #expect(try side.run(["push"]).status == 0)
                try note([])
                let native = side.kind == .native
                try remove(side.folder.file(native ? ".nlpipe/cache/objects" : ".dvc/cache/files"))
                for arguments in [["one"], ["two"]] { try note(arguments) }
                answers.append(found)
            }
            #expect(answers[0] == answers[1])
            // The list of a folder is an object of its own to both, and named alike.
            #expect(answers[0] == answers[2])
        }
    }
}
