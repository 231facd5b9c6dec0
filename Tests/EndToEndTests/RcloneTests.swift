import Foundation
import TestSupport
import Testing

/// Remotes that rclone reaches.
///
/// Where rclone is missing these tests say so and are skipped; `scripts/s3.sh` does the same with a
/// server that speaks S3.
@Suite(.enabled(if: TestTool.hasRclone, "rclone is not installed: apt-get install rclone"))
struct RcloneTests {
    private let store: TemporaryFolder
    private let project: ToyProject

    init() throws {
        store = try TemporaryFolder()
        project = try ToyProject()
        _ = try project.nlpipe("repro")
        try project.commit()
    }

    private func clone() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try Program.git("clone", "-q", project.path, ".", in: folder.path)
        return folder
    }

    /// Pushes, gets everything back in a clone, damages, mends.
    private func exchange(
        _ place: String, _ environment: [String: String], damage: (_ object: String) throws -> Void
    ) throws {
        func nlpipe(_ words: String..., at path: String? = nil) throws -> Program.Result {
            try Program.nlpipe(words, in: path ?? project.path, environment: environment)
        }
        _ = try nlpipe("remote", "add", "-f", "-d", "store", place)
        try project.commit()
        let new = try nlpipe("status", "-c", "--json").out
        #expect(new == #"{"sorted.txt":"new"}"# + "\n")
        let pushed = try nlpipe("push", "--json")
        #expect(pushed.status == 0, "\(pushed.error)")
        #expect(pushed.out.contains(#""damaged":[]"#) && pushed.out.contains(#""pushed":2"#))
        #expect(!pushed.out.contains(#""runs":0"#))
        #expect(try nlpipe("push").out == "Everything is up to date.\n")
        #expect(try nlpipe("status", "-c").out == "Cache and remote 'store' are in sync.\n")
        let clone = try clone()
        let absent = try nlpipe("status", "-c", "--json", at: clone.path).out
        #expect(absent == #"{"sorted.txt":"deleted"}"# + "\n")
        let pulled = try nlpipe("pull", at: clone.path)
        #expect(pulled.status == 0, "\(pulled.error)")
        #expect(pulled.out == "A sorted.txt\n1 file added, 2 files fetched\n")
        let repro = try nlpipe("repro", at: clone.path)
        #expect(repro.lines.last == "everything is up to date")

        let cache = "\(project.path)/.nlpipe/cache"
        let object = try #require(
            FileManager.default.subpathsOfDirectory(atPath: cache).sorted().first {
                $0.utf8.count > 60
            })
        try damage(object)
        let other = try self.clone()
        let broken = try nlpipe("fetch", "--json", at: other.path)
        #expect(broken.status == 1 && broken.out.contains(object), "\(broken.out)")
        #expect(try nlpipe("push", "--verify", "--json").out.contains(#""pushed":1"#))
        #expect(try nlpipe("fetch", at: other.path).status == 0)
    }

    @Test func aNamedRemoteOfRcloneIsPushedToAndFetchedFrom() throws {
        let environment = ["RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_MINE_TYPE": "local"]
        try exchange("mine:\(store.file("objects"))", environment) { object in
            let path = store.file("objects/\(object)")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            try FileManager.default.removeItem(atPath: path)
            try Data(bytes.reversed()).write(to: URL(fileURLWithPath: path))
        }
    }

    /// Run entries travel too: what was made elsewhere, and is no longer what the lock names, is
    /// restored and does not run.
    @Test func runsOfProjectsOfDVCTravel() throws {
        let environment = ["RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_MINE_TYPE": "local"]
        let folder = try TemporaryFolder()
        try folder.write(
            "[core]\n    remote = store\n['remote \"store\"']\n    url = mine:\(store.path)/r\n",
            to: ".dvc/config")
        try folder.write("/cache\n/tmp\n", to: ".dvc/.gitignore")
        try folder.write(
            """
            stages:
              one: {cmd: cp raw.txt one && echo ran >> log.txt, deps: [raw.txt], outs: [one]}

            """, to: "dvc.yaml")
        try folder.write("/one\n/log.txt\n", to: ".gitignore")
        try Program.git("init", "-q", in: folder.path)
        func nlpipe(_ words: String..., at path: String? = nil) throws -> Program.Result {
            try Program.nlpipe(words, in: path ?? folder.path, environment: environment)
        }
        for text in ["first", "second"] {
            try folder.write(text, to: "raw.txt")
            #expect(try nlpipe("repro").status == 0)
            let pushed = try nlpipe("push", "--json")
            #expect(pushed.status == 0, "\(pushed.error)")
            #expect(pushed.out.contains(#""runs":1"#), "\(pushed.out)")
            #expect(try nlpipe("push", "--json").out.contains(#""runs":0"#))
        }
        try Program.git("add", "-A", in: folder.path)
        try Program.git("commit", "-q", "-m", "second", in: folder.path)
        let clone = try TemporaryFolder()
        try Program.git("clone", "-q", folder.path, ".", in: clone.path)
        let pulled = try nlpipe("pull", "--json", at: clone.path)
        #expect(pulled.status == 0 && pulled.out.contains(#""runs":1"#), "\(pulled.error)")
        try clone.write("first", to: "raw.txt")
        let made = try nlpipe("repro", "--pull", at: clone.path)
        #expect(made.status == 0, "\(made.error)")
        #expect(try String(contentsOfFile: clone.file("one"), encoding: .utf8) == "first")
        #expect(!FileManager.default.fileExists(atPath: clone.file("log.txt")))
    }

    @Test func otherCommitsAreFetchedAndPulled() throws {
        let environment = ["RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_MINE_TYPE": "local"]
        func nlpipe(_ words: String..., at path: String? = nil) throws -> Program.Result {
            try Program.nlpipe(words, in: path ?? project.path, environment: environment)
        }
        _ = try nlpipe("remote", "add", "-d", "store", "mine:\(store.file("objects"))")
        try project.folder.write("c\n", to: "raw.txt")
        #expect(try nlpipe("repro").status == 0)
        try project.commit()
        #expect(try nlpipe("push", "-A").status == 0)
        for (verb, flags) in [("fetch", ["-A"]), ("pull", ["--rev", "HEAD~1"])] {
            let clone = try clone()
            #expect(try nlpipe(verb, at: clone.path).status == 0)
            let more = try Program.nlpipe(
                [verb, "--json"] + flags, in: clone.path, environment: environment)
            #expect(more.out.contains(#""fetched":2"#), "\(verb): \(more.out) \(more.error)")
            #expect(try nlpipe("status", "-c", "-A", "--json", at: clone.path).out == "{}\n")
        }
    }
}

/// What nlpipe says where rclone is missing, or told in a file what it should not be.
@Suite struct RcloneRefusalTests {
    @Test func withoutRcloneTheMessageSaysWhatIsMissing() throws {
        let project = try ToyProject()
        _ = try project.nlpipe("repro")
        _ = try project.nlpipe("remote", "add", "-d", "store", "s3://bucket/path")
        let folder = try TemporaryFolder()
        let result = try Program.nlpipe(
            ["push"], in: project.path, environment: ["PATH": folder.path])
        #expect(result.status == 1)
        #expect(result.error.contains("rclone, which is not installed"))
        #expect(result.error.contains("hint: 'apt-get install rclone'"))
    }

    @Test func secretsDoNotGetIntoTheTrackedFile() throws {
        let project = try ToyProject()
        _ = try project.nlpipe("remote", "add", "store", "s3://bucket/path")
        let refused = try project.nlpipe(
            "remote", "modify", "store", "secret_access_key", "very-secret")
        #expect(refused.status == 2)
        #expect(refused.error.contains("does not belong into a file that git tracks"))
        #expect(!refused.error.contains("very-secret"))
        let kept = try project.nlpipe(
            "remote", "modify", "--local", "store", "secret_access_key", "very-secret")
        #expect(kept.status == 0, "\(kept.error)")
        for url in ["ssh://me:word@host/path", ":s3,secret_access_key=x:b", "ftp://host/x"] {
            #expect(try project.nlpipe("remote", "add", "other", url).status == 2)
        }
    }
}
