import Foundation
import TestSupport
import Testing

/// Remotes, collection and verification from the command line.
@Suite struct RemoteCommandTests {
    private let store: TemporaryFolder
    private let project: ToyProject

    /// A project that was run and committed, with a default remote.
    init() throws {
        store = try TemporaryFolder()
        project = try ToyProject()
        _ = try project.nlpipe("repro")
        _ = try project.nlpipe("remote", "add", "-d", "store", store.file("objects"))
        try project.commit()
    }

    private func clone() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try Program.git("clone", "-q", project.path, ".", in: folder.path)
        return folder
    }

    /// Damages one of the files below a folder, and returns its path.
    private func damage(below folder: String) throws -> String {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        let object = try #require(names.sorted().first { $0.utf8.count > 60 })
        let path = "\(folder)/\(object)"
        try FileManager.default.removeItem(atPath: path)
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func aCloneHasTheOutsAfterAPullAndRunsNothing() throws {
        let pushed = try project.nlpipe("push")
        #expect(pushed.out == "2 files pushed\n" && pushed.status == 0)
        #expect(try project.nlpipe("push").out == "Everything is up to date.\n")
        let clone = try clone()
        let fetched = try Program.nlpipe(["fetch", "--json"], in: clone.path)
        #expect(fetched.out.contains(#""fetched":2,"missing":[]"#))
        let pulled = try Program.nlpipe(["pull"], in: clone.path)
        #expect(pulled.out == "A sorted.txt\n1 file added\n" && pulled.status == 0)
        #expect(try Program.nlpipe(["pull"], in: clone.path).out == "Everything is up to date.\n")
        let repro = try Program.nlpipe(["repro"], in: clone.path)
        #expect(repro.lines.last == "everything is up to date")
    }

    @Test func aDamagedRemoteIsReportedAndMended() throws {
        #expect(try project.nlpipe("push", "prepare").out == "1 file pushed\n")
        #expect(try project.nlpipe("push", "-d", "count").out == "1 file pushed\n")
        try FileManager.default.removeItem(atPath: store.file("objects"))
        #expect(try project.nlpipe("push", "prepare").out == "1 file pushed\n")
        let path = try damage(below: store.file("objects/objects"))
        let clone = try clone()
        let pulled = try Program.nlpipe(["pull", "prepare"], in: clone.path)
        #expect(pulled.status == 1)
        #expect(
            pulled.firstError
                == "error: out 'sorted.txt' is neither in the cache nor in remote 'store'")
        #expect(pulled.error.contains("'\(path)' is damaged: left out"))
        #expect(try project.nlpipe("push", "--verify").out == "2 files pushed\n")
        #expect(try Program.nlpipe(["pull"], in: clone.path).status == 0)
    }

    @Test func remotesAreListedChangedAndRemoved() throws {
        #expect(
            try project.nlpipe("remote", "list").out
                == "store\t\(store.file("objects"))\t(default)\n")
        _ = try project.nlpipe("remote", "add", "--local", "usb", "../usb")
        #expect(try Program.git("status", "--short", in: project.path).isEmpty)
        let list = try project.nlpipe("remote", "list", "--json").out
        #expect(list.contains(#""usb":{"default":false,"url":"../usb"}"#))
        #expect(try project.nlpipe("remote", "modify", "store", "url", "../other").status == 0)
        #expect(try project.nlpipe("remote", "add", "store", "/x").status == 2)
        #expect(try project.nlpipe("remote", "remove", "usb").status == 2)
        #expect(try project.nlpipe("remote", "remove", "--local", "usb").status == 0)
        #expect(try project.nlpipe("remote", "default", "stor").status == 2)
        #expect(try project.nlpipe("remote", "remove", "store").status == 0)
        #expect(try project.nlpipe("remote", "default").out == "No default remote set\n")
        let push = try project.nlpipe("push")
        #expect(push.status == 2)
        #expect(
            push.firstError
                == "error: no remote is named, and the project has no default remote")
    }

    @Test func relativeFoldersAreThoseOfTheFolderThatOneIsIn() throws {
        try project.folder.write("", to: "a/b/file")
        for (url, kept) in [("../../../up", "../up"), ("c", "a/b/c"), ("..", "a"), ("/x", "/x")] {
            let added = try Program.nlpipe(
                ["remote", "add", "-f", "r", url], in: project.folder.file("a/b"))
            #expect(added.status == 0)
            #expect(try project.nlpipe("remote", "list").out.hasPrefix("r\t\(kept)\n"))
        }
    }

    @Test func whatIsNotNeededGoesAfterAYes() throws {
        try project.folder.write("z\na\n", to: "raw.txt")
        _ = try project.nlpipe("repro")
        let size = try project.nlpipe("cache", "size").out
        #expect(try project.nlpipe("gc").status == 2)
        let unasked = try project.nlpipe("gc", "-w")
        #expect(unasked.status == 2 && unasked.error.contains("-f removes without asking"))
        #expect(try project.nlpipe("gc", "--keep-runs", "2", "-f").out == "Nothing to remove.\n")
        let dry = try project.nlpipe("gc", "-w", "--dry").out
        #expect(dry.hasPrefix("Would remove 1 object and 2 runs ("))
        #expect(try project.nlpipe("cache", "size").out == size)
        #expect(try project.nlpipe("gc", "-w", "-f").out.hasPrefix("Removed 1 object and 2 runs ("))
        #expect(try project.nlpipe("repro").lines.last == "everything is up to date")
    }

    @Test func aDamagedObjectIsFoundOnce() throws {
        let cache = try project.nlpipe("cache", "dir").lines.first ?? ""
        let path = try damage(below: cache)
        let found = try project.nlpipe("cache", "verify")
        #expect(found.status == 1)
        #expect(found.firstError.hasPrefix("error: '\(path)' was damaged: moved to "))
        let again = try project.nlpipe("-C", ".", "cache", "verify")
        #expect(again.status == 0 && again.out.hasPrefix("1 file verified, "))
    }
}
