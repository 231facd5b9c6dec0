@testable import ContentStore
import Foundation
import Synchronization
import TestSupport
import Testing

struct AbsenceTests {
    /// Counts the looks at single paths.
    private final class LookingFileSystem: ForwardingFileSystem {
        let base: any FileSystem = LocalFileSystem(durable: false)
        let looks = Mutex(0)

        func linkStatus(_ path: String) throws -> FileStatus? {
            looks.withLock { $0 += 1 }
            return try base.linkStatus(path)
        }
    }

    private let folder: TemporaryFolder
    private let files = LookingFileSystem()
    private let workspace: Workspace

    init() throws {
        folder = try TemporaryFolder()
        let state = StateCache(path: folder.file(".nlpipe/state"), fileSystem: files)
        workspace = try Workspace(root: folder.path, fileSystem: files, state: state)
    }

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.file(path), withDestinationPath: target)
    }

    private func looks(_ body: () throws -> Void) rethrows -> Int {
        files.looks.withLock { $0 = 0 }
        try body()
        return files.looks.withLock { $0 }
    }

    @Test func manyPathsAtWhichNothingIsCostOneList() throws {
        let paths = (0..<100).map { "out/\($0).txt" } + (0..<40).map { "none/\($0)" }
        try folder.write("7", to: "out/7.txt")
        try folder.write("other", to: "out/other")
        let count = try looks {
            try workspace.lookForAbsent(among: paths)
            for path in paths where path != "out/7.txt" {
                #expect(try workspace.glance(at: path) == nil)
            }
        }
        #expect(count == 0)
        #expect(try workspace.glance(at: "out/7.txt") != nil)
        try folder.write("8", to: "out/8.txt")
        #expect(try workspace.glance(at: "out/8.txt") == nil)
        workspace.mayChange()
        #expect(try workspace.glance(at: "out/8.txt") != nil)
    }

    @Test func pathsOfTheRootAndFewPathsAreRight() throws {
        try folder.write("1", to: "f1")
        try workspace.lookForAbsent(among: (0..<40).map { "f\($0)" } + ["a/b", "f1/c"])
        #expect(try workspace.glance(at: "f0") == nil)
        #expect(try workspace.glance(at: "f1") != nil)
        #expect(try workspace.glance(at: "a/b") == nil)
    }

    /// Some file systems find a name that is written with other capitals.
    @Test func aNameOfOtherCapitalsIsLookedAt() throws {
        try folder.write("1", to: "out/Name7")
        let paths = (0..<40).map { "out/name\($0)" }
        try workspace.lookForAbsent(among: paths)
        #expect(try looks { _ = try workspace.glance(at: "out/name7") } > 0)
        #expect(try looks { _ = try workspace.glance(at: "out/name8") } == 0)
    }

    @Test func aLinkThatLeadsNowhereIsNotNothing() throws {
        let paths = (0..<40).map { "out/\($0)" }
        try folder.write("1", to: "out/1")
        try link("out/3", to: "gone")
        try workspace.lookForAbsent(among: paths)
        // However often it is asked about.
        for _ in 0..<2 {
            #expect(try workspace.quickGlance(at: "out/3") == nil)
            #expect(try workspace.glance(at: "out/3") == nil)
        }
        #expect(try workspace.quickGlance(at: "out/4") == .some(nil))
    }

    @Test func whatIsInSeveralFoldersIsSeenAtOnceAsOneByOne() throws {
        let local = LocalFileSystem(durable: false)
        try folder.write("1", to: "top/a/file")
        try folder.write("1", to: "top/plain")
        try link("top/link", to: "a/file")
        try link("top/broken", to: "gone")
        let paths = ["a", "a/file", "plain", "link", "broken", "absent", "plain/x", "./a/file"]
        let seen = try local.statuses(of: paths, in: folder.file("top"))
        #expect(seen == (try paths.map { try local.linkStatus(folder.file("top/\($0)")) }))
        #expect(seen == (try files.statuses(of: paths, in: folder.file("top"))))
        #expect(seen.map { $0 != nil } == [true, true, true, true, true, false, false, true])
        let none: [FileStatus?] = [nil, nil]
        #expect(try local.statuses(of: ["a", "b"], in: folder.file("none")) == none)
        #expect(try local.statuses(of: ["a", "b"], in: folder.file("top/plain")) == none)
    }
}
