import ContentStore
import Engine
import Testing

struct CheckoutTests {
    @Test func outsAreRestoredAndUnsavedEditsAreKept() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        let checkout = Checkout(project: try test.project)
        let stages = try test.request().stages
        #expect(try checkout.run(stages).unchanged.count == 6)
        try test.remove("two")
        try test.write("edited", to: "one/out.txt")
        let report = try checkout.run(stages)
        #expect(report.added == ["two/folder", "two/volatile.txt"])
        #expect(report.kept == ["one/out.txt"])
        #expect(try test.read("one/out.txt") == "edited")
        let forced = try checkout.run(stages, force: true)
        #expect(forced.modified == ["one/out.txt"])
        #expect(try test.read("one/out.txt").hasPrefix("1;"))
        test.registry = .init([Forbidden.self])
        #expect(try await test.run().stages(.upToDate).count == 4)
    }

    @Test func whatIsNotInTheCacheIsReportedAndTheRestIsDone() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        let digest = try #require(
            try test.lock().entries["first"]?.content(of: "one/out.txt")?.digest.hex)
        try test.remove(".nlpipe/cache/objects/\(digest.prefix(2))/\(digest.dropFirst(2))")
        for path in ["one", "two", "three.txt"] { try test.remove(path) }
        let report = try Checkout(project: test.project).run(test.request().stages)
        #expect(report.missing == ["one/out.txt"])
        #expect(
            report.added
                == ["metrics/metric.json", "two/folder", "two/volatile.txt", "three.txt"]
                .filter { $0 != "metrics/metric.json" })
    }
}
