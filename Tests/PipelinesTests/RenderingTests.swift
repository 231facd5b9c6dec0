import Testing

@testable import Pipelines

@Suite struct RenderingTests {
    let definition = Definition(
        """
        stages:
          fetch: {cmd: fetch, outs: [raw, encoder]}
          preprocess: {cmd: p, deps: [raw/reviews.csv, encoder], outs: [prepared]}
          finetune: {cmd: f, deps: [prepared, encoder], outs: [models/teacher]}
          distill: {cmd: d, deps: [prepared, models/teacher], outs: [models/student]}
          quantize: {cmd: q, deps: [prepared, models/student], outs: [models/int8]}
          evaluate: {cmd: e, deps: [prepared, models], metrics: [metrics/evaluate.json]}
          package: {cmd: k, deps: [models/int8, metrics/evaluate.json], outs: [package]}
        """)

    @Test func theTextShowsRailsThatLeadOnAndThatEnd() throws {
        #expect(
            try GraphRenderer(definition.graph()).text() == """
                ● fetch
                ├─● preprocess
                └─┼─● finetune
                  ├─┼─● distill
                  ├─│─┼─● quantize
                  └─┴─┴─┼─● evaluate
                        │ │
                        └─● package

                """)
    }

    @Test func aChainStaysInItsColumn() throws {
        let chain = Definition(
            """
            stages:
              a: {cmd: a, outs: [x]}
              b: {cmd: b, deps: [x], outs: [y]}
              c: {cmd: c, deps: [y]}
              alone: {cmd: d}
            """)
        #expect(try GraphRenderer(chain.graph()).text() == "● a\n│\n● b\n│\n● c\n● alone\n")
    }

    @Test func mermaidAndDotNameNodesAndEdges() throws {
        let graph = try definition.graph()
        #expect(
            GraphRenderer(graph, stages: ["fetch", "preprocess"]).mermaid()
                == "flowchart TD\n\tnode1[\"fetch\"]\n\tnode2[\"preprocess\"]\n\tnode1-->node2\n")
        #expect(
            GraphRenderer(graph, stages: ["fetch", "preprocess"], outs: true).dot() == """
                strict digraph {
                "raw";
                "encoder";
                "prepared";
                "raw" -> "prepared";
                "encoder" -> "prepared";
                }

                """)
    }
}
