import ContentStore
import Engine
import Foundation
import Pipelines
import TestSupport
import Testing

/// Projects whose outs are links to the cache.
struct LinkedOutTests {
    private static let outs = ["one/out.txt", "two/folder/one", "three.txt", "beside/out.txt"]
    private static let all = outs + ["metrics/metric.json"]

    private func project(_ types: LinkType...) throws -> TestProject {
        let test = try TestProject()
        test.layout = .native.linking(types)
        try test.chain()
        return test
    }

    /// The names that an out has, and whether it is a symbolic link.
    private func link(_ test: TestProject, _ path: String) throws -> (names: Int, symbolic: Bool) {
        let files = LocalFileSystem()
        let place = test.folder.file(path)
        return (
            try files.status(place)?.names ?? 0, try files.linkStatus(place)?.kind == .link
        )
    }

    private func isLinked(_ test: TestProject, _ path: String) throws -> Bool {
        let link = try link(test, path)
        return link.names > 1 || link.symbolic
    }

    /// Writes into the very file, as a program does that does not care for modes.
    private func overwrite(_ test: TestProject, _ path: String, with text: String) throws {
        let place = test.folder.file(path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: place)
        try Data(text.utf8).write(to: URL(fileURLWithPath: place))
    }

    private func damaged(_ test: TestProject) throws -> Int {
        guard try test.exists(".nlpipe/cache/damaged") else { return 0 }
        return try LocalFileSystem().list(test.folder.file(".nlpipe/cache/damaged")).count
    }

    @Test(arguments: [LinkType.hardlink, .symlink])
    func cachedOutsAreLinksAndNothingRunsAgain(type: LinkType) async throws {
        let test = try project(type)
        try await test.run()
        for path in LinkedOutTests.outs { #expect(try isLinked(test, path), "\(path)") }
        #expect(try !isLinked(test, "metrics/metric.json"), "git keeps it")
        #expect(try await test.run().stages(.upToDate).count == 4)
        try test.remove("two")
        #expect(try await test.run().stages(.restored) == ["second"])
        #expect(try isLinked(test, "two/folder/one"))
        #expect(try await test.run(force: true).stages(.ran).count == 4)
        #expect(try damaged(test) == 0, "no run writes through a link")
    }

    @Test func checkoutRelinksAfterAChangeOfTheType() async throws {
        let test = try project(.copy)
        try await test.run()
        let stages = try test.request().stages
        for type in [LinkType.hardlink, .symlink] {
            test.layout = .native.linking([type])
            let report = try Checkout(project: test.project).run(stages)
            #expect(report.relinked.isEmpty)
            #expect(
                try Checkout(project: test.project).run(stages, relinking: true).relinked.count
                    == 5)
            for path in LinkedOutTests.outs {
                #expect(try link(test, path).symbolic == (type == .symlink))
                #expect(try isLinked(test, path))
            }
        }
        test.layout = .native
        _ = try Checkout(project: test.project).run(stages, relinking: true)
        for path in LinkedOutTests.outs { #expect(try !isLinked(test, path)) }
        #expect(try await test.run().stages(.upToDate).count == 4)
    }

    @Test(arguments: [LinkType.hardlink, .symlink])
    func whatIsUnprotectedCanBeEditedWithoutHarm(type: LinkType) async throws {
        let test = try project(type)
        try await test.run()
        let outs = ["one/out.txt", "two/folder", "metrics/metric.json"]
        #expect(try Unprotect(project: test.project).run(outs) == ["one/out.txt", "two/folder"])
        #expect(try Unprotect(project: test.project).run(outs) == [])
        #expect(try await test.run().stages(.upToDate).count == 4)
        try test.write("edited", to: "one/out.txt")
        #expect(try await test.run().stages(.restored) == ["first"])
        #expect(try isLinked(test, "one/out.txt"))
        #expect(try damaged(test) == 0)
    }

    @Test(arguments: [LinkType.hardlink, .symlink])
    func anEditThroughALinkIsNoticedAndTheObjectMadeAgain(type: LinkType) async throws {
        let test = try project(type)
        try await test.run()
        let right = try test.read("one/out.txt")
        try overwrite(test, "one/out.txt", with: String(right.reversed()))
        let summary = try await test.run()
        #expect(summary.stages(.ran) == ["first"])
        #expect(try test.read("one/out.txt") == right)
        #expect(try damaged(test) == 1)
        #expect(try await test.run().stages(.upToDate).count == 4)
    }

    /// Also where the type was changed since and the out is still a link.
    @Test(arguments: [LinkType.hardlink, .symlink], [true, false])
    func aPersistedOutIsNotWrittenThrough(type: LinkType, changesType: Bool) async throws {
        let test = try TestProject()
        test.layout = .native.linking([type])
        try test.write("in", to: "in.txt")
        test.stage(
            "grow", commands: ["cat in.txt >> log.txt"], deps: ["in.txt"],
            outs: [test.out("log.txt", persist: true)])
        try await test.run()
        #expect(try isLinked(test, "log.txt"))
        if changesType { test.layout = .native }
        try test.write("more", to: "in.txt")
        try await test.run()
        #expect(try test.read("log.txt") == "inmore")
        #expect(try isLinked(test, "log.txt") == !changesType)
        let store = ObjectStore(
            folder: test.folder.file(".nlpipe/cache"), fileSystem: LocalFileSystem())
        let found = try await store.verify(options: .init())
        #expect(found.objects == 2)
        #expect(found.damaged.isEmpty)
    }

    /// Whatever happens to outs, a run leaves the same files and the same lock as with copies.
    @Test(arguments: [[LinkType.hardlink], [.symlink], [.reflink, .hardlink, .copy]], 1...8)
    func linksChangeNothingButTheLinks(types: [LinkType], seed: Int) async throws {
        var random = SeededRandom(UInt64(seed))
        let linked = try project()
        linked.layout = .native.linking(types)
        let tests = [linked, try project(.copy)]
        for step in 0..<8 {
            let path = LinkedOutTests.outs[random.number(0...3)]
            let (value, choice) = (random.number(0...2), random.number(0...6))
            for test in tests {
                switch choice {
                case 0, 1: try test.params(first: "\(value)", second: "y")
                case 2: try test.params(first: "1", second: "\(value)")
                case 3: try? test.remove(path)
                case 4 where try test.exists(path):
                    try test.remove(path)
                    try test.write("edited \(value)", to: path)
                case 5 where try test.exists(path):
                    // Of the same length now and then.
                    try overwrite(test, path, with: value == 0 ? "x" : try test.read(path) + "x")
                case 6:
                    _ = try Checkout(project: test.project).run(
                        try test.request().stages, force: value == 0, relinking: value > 0)
                default: break
                }
                try await test.run(force: value == 2 && choice == 1)
                #expect(try await test.run().stages(.upToDate).count == 4)
            }
            for path in LinkedOutTests.all {
                #expect(try linked.read(path) == tests[1].read(path), "\(path), step \(step)")
            }
            #expect(try linked.lock().text == tests[1].lock().text)
        }
    }
}
