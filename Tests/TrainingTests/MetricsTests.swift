import Testing
import Training

@Test func `metrics are sorted, rounded JSON`() {
    var metrics = Metrics()
    metrics.set("b", 1.0 / 3)
    metrics.set("a", 12)
    metrics.set("c", -0.0000001)
    metrics.set("d", Double.nan)
    #expect(
        metrics.json == "{\n  \"a\": 12,\n  \"b\": 0.333333,\n  \"c\": 0.0,\n  \"d\": null\n}\n")
}
