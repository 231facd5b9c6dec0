import Testing

@testable import Pipelines

@Test func plotsOfTheTopLevelSayWhatIsDrawnAndHow() throws {
    let pipeline = try Definition(
        """
        plots:
          - plots/a.csv
          - "${folder}/b.json": {x: step, y: [acc, loss], title: t, template: smooth, x_label: X}
          - roc:
              x: {roc.csv: fpr}
              y: {roc.csv: [tpr, best], other.csv: tpr}
              y_label: Y
              header: false
          - images:
        """, params: "folder: out\n"
    ).read()
    #expect(pipeline.plots.map(\.name) == ["plots/a.csv", "out/b.json", "roc", "images"])
    #expect(pipeline.plots.map(\.path) == ["plots/a.csv", "out/b.json", nil, "images"])
    #expect(
        pipeline.plots[1].options
            == PlotOptions(
                x: [.init(columns: ["step"])], y: [.init(columns: ["acc", "loss"])], title: "t",
                template: "smooth", xLabel: "X"))
    #expect(
        pipeline.plots[2].options
            == PlotOptions(
                x: [.init(file: "roc.csv", columns: ["fpr"])],
                y: [
                    .init(file: "roc.csv", columns: ["tpr", "best"]),
                    .init(file: "other.csv", columns: ["tpr"]),
                ], yLabel: "Y", header: false))
    #expect(pipeline.plots[2].location == SourceLocation(file: "pipeline.yml", line: 4, column: 5))
    let map = try Definition("plots: {a.csv: {x: s}, b.csv: }").read()
    #expect(map.plots.map(\.path) == ["a.csv", "b.csv"])
}

@Test func optionsOfOutsAreKept() throws {
    let pipeline = try Definition(
        """
        stages:
          s:
            cmd: x
            outs:
              - model: {push: false, remote: store, type: model, labels: [a, b], desc: d, meta: [1]}
              - plain
            plots: [p.csv: {x: step, y: acc, header: false, cache: false}, q.csv]
        """
    ).read()
    let outs = try #require(pipeline.stages.first?.outs)
    #expect(!outs[0].push && outs[0].remote == "store" && outs[0].plot == nil)
    #expect(
        outs[0].annotations
            == Annotations(
                description: "d", type: "model", labels: ["a", "b"], meta: .list([.int(1)])))
    #expect(outs[1].push && outs[1].remote == nil && outs[1].annotations == Annotations())
    #expect(
        outs[2].plot
            == PlotOptions(
                x: [.init(columns: ["step"])], y: [.init(columns: ["acc"])], header: false))
    #expect(!outs[2].cache)
    #expect(outs[3].plot == PlotOptions())
}

@Test func topLevelListsAndArtifactsMayHaveTemplates() throws {
    let pipeline = try Definition(
        """
        params: ["${name}.yaml"]
        metrics: "${files}"
        artifacts: {m: {path: "${name}.bin", desc: "${kept}", meta: {a: "${kept}"}, labels: [x]}}
        """, params: "name: best\nfiles: [a.json, b.json]\n"
    ).read()
    #expect(pipeline.paramsFiles == ["best.yaml"])
    #expect(pipeline.metrics == ["a.json", "b.json"])
    let artifact = try #require(pipeline.artifacts.first)
    #expect(artifact.path == "best.bin" && artifact.description == "${kept}")
    #expect(artifact.meta.canonicalText == "{\"a\":\"${kept}\"}" && artifact.labels == ["x"])
}

@Test func aStageWithoutInputsAndOutsIsACallback() throws {
    let stages = try Definition(
        """
        stages:
          yes: {cmd: x}
          reads: {cmd: x, deps: [a]}
          makes: {cmd: x, outs: [b]}
          asks: {cmd: x, env: [HOME]}
          wants: {cmd: x, params: [a]}
        """
    ).read().stages
    #expect(stages.map(\.isCallback) == [true, false, false, false, false])
}
