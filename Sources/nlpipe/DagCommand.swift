import ArgumentParser
import ParamValues
import Pipelines

struct DagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dag", abstract: "Draws the graph of stages.",
        discussion: """
            Edges point from the stage that makes a path to the stage that reads it. With targets
            only they and what they need are drawn.

            EXAMPLES
              nlpipe dag
              nlpipe dag --md >> README.md
              nlpipe dag --dot evaluate | dot -Tsvg -o dag.svg
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @Flag(help: "A Mermaid flow chart.")
    var mermaid = false
    @Flag(help: "A Graphviz digraph.")
    var dot = false
    @Flag(help: "A Mermaid flow chart in a Markdown code block.")
    var md = false
    @Flag(help: "Print one JSON object: nodes, and edges between them.")
    var json = false
    @Flag(name: .shortAndLong, help: "Draw paths instead of stages.")
    var outs = false
    @Flag(help: "With targets: also draw everything else that is connected with them.")
    var full = false
    @Flag(help: "Draw the stages of a 'foreach' or 'matrix' as one.")
    var collapseForeachMatrix = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if [mermaid, dot, md, json].filter({ $0 }).count > 1 {
            throw ValidationError("'--mermaid', '--dot', '--md' and '--json' exclude each other")
        }
        if outs && collapseForeachMatrix {
            throw ValidationError("'--outs' and '--collapse-foreach-matrix' exclude each other")
        }
    }

    func run() throws {
        let opened = try OpenProject(global)
        var stages = try opened.stages(targets, single: !targets.isEmpty).map(\.name)
        if !targets.isEmpty {
            stages =
                full
                ? opened.graph.connected(with: stages) : upstream(of: stages, in: opened.graph)
        }
        let renderer = GraphRenderer(
            opened.graph, stages: targets.isEmpty ? nil : stages, outs: outs,
            collapsed: collapseForeachMatrix)
        guard !json else {
            return Console().out.json([
                "nodes": .texts(renderer.nodes),
                "edges": .list(renderer.edges.map { .texts([$0.from, $0.to]) }),
            ])
        }
        var text = dot ? renderer.dot() : mermaid || md ? renderer.mermaid() : renderer.text()
        while text.last == "\n" { text.removeLast() }
        Console().out.line(md ? "```mermaid\n\(text)\n```" : text)
    }

    /// `stages` and what they read from, frozen or not: the graph shows what there is.
    private func upstream(of stages: [String], in graph: Graph) -> [String] {
        var found: Set<String> = []
        var open = stages
        while let name = open.popLast() {
            if found.insert(name).inserted { open += graph.parents(of: name) }
        }
        return Array(found)
    }
}
