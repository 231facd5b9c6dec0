import Foundation
import StageKit
import TestSupport
import Testing

@Test func `metrics are sorted JSON, rounded, with names escaped`() throws {
    var metrics = Metrics()
    metrics.set("b", 1.0 / 3)
    metrics.set("a", 12)
    metrics.set("c", -0.000_000_1)
    metrics.set("d", Double.nan)
    metrics.set("rows_\"so so\"", 2)
    let folder = try TemporaryFolder()
    try metrics.write(to: folder.file("m.json"))
    let expected = """
        {
          "a" : 12,
          "b" : 0.333333,
          "c" : 0,
          "d" : null,
          "rows_\\"so so\\"" : 2
        }

        """
    #expect(try String(contentsOfFile: folder.file("m.json"), encoding: .utf8) == expected)
}
