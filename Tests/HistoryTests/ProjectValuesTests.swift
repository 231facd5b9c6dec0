import Pipelines
import Testing
import TestSupport

@testable import History

@Suite struct ProjectValuesTests {
    private let first = """
        stages:
          a:
            cmd: make ${name}
            params: [train.rate]
            metrics: [{m/a.json: {cache: false}}]
        """
    private let second = """
        stages:
          a:
            run: a-module-of-the-past
            params: [train]
            metrics: [{m: {cache: false}}]
        """

    private func history() throws -> GitFixture {
        let fixture = try GitFixture()
        try fixture.commit([
            "pipeline.yml": first, "params.yaml": "name: x\ntrain: {rate: 1, epochs: 2}\n",
            "m/a.json": "{\"v\": 1}", "m/b.json": "{\"v\": 10}",
        ])
        try fixture.commit([
            "pipeline.yml": second, "params.yaml": "name: y\ntrain: {rate: 1.5, epochs: 2}\n",
            "m/a.json": "{\"v\": 2}",
        ])
        return fixture
    }

    private func values(_ fixture: GitFixture, _ revision: String) throws -> ProjectValues {
        let repository = try Repository(containing: fixture.path)
        return try ProjectValues(
            files: try repository.files(of: repository.resolve(revision), below: fixture.path))
    }

    @Test func metricsAreThoseThatTheRevisionItselfDeclares() throws {
        let fixture = try history()
        let old = try values(fixture, "HEAD~1").metrics()
        #expect(old.map(\.path) == ["m/a.json"])
        #expect(old.first?.entries == [.init(key: "v", value: .int(1))])
        let new = try values(fixture, "HEAD").metrics()
        #expect(new.map(\.path) == ["m/a.json", "m/b.json"])
        let now = try ProjectValues(files: WorkspaceFiles(root: fixture.path)).metrics()
        #expect(now == new)
    }

    @Test func paramsCanBeNarrowedToThoseThatStagesName() throws {
        let fixture = try history()
        let old = try values(fixture, "HEAD~1")
        #expect(
            try old.params().flatMap(\.entries).map(\.key) == [
                "name", "train.rate", "train.epochs",
            ])
        #expect(try old.params(used: true).flatMap(\.entries).map(\.key) == ["train.rate"])
        let new = try values(fixture, "HEAD")
        #expect(
            try new.params(used: true).flatMap(\.entries).map(\.key)
                == ["train.rate", "train.epochs"])
    }

    @Test func aRevisionWithoutAPipelineHasNoValues() throws {
        let fixture = try GitFixture()
        try fixture.commit(["a": "1"])
        let values = try self.values(fixture, "HEAD")
        #expect(try values.metrics().isEmpty)
        #expect(try values.params().isEmpty)
    }
}
