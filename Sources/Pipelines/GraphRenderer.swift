/// Draws a graph as text: edges point from the stage that makes a path to the one that reads it.
public struct GraphRenderer: Sendable {
    /// What is drawn, in running order.
    public let nodes: [String]
    /// For every node, the nodes before it, ascending by position in `nodes`.
    private let parents: [[Int]]

    /// Creates a renderer.
    ///
    /// - Parameters:
    ///   - stages: names of the stages to draw; nil for all.
    ///   - outs: draws the paths that stages make instead of the stages.
    ///   - collapsed: draws the stages that one `foreach` or `matrix` makes as one; not with `outs`.
    public init(
        _ graph: Graph, stages: [String]? = nil, outs: Bool = false, collapsed: Bool = false
    ) {
        let chosen = stages.map(Set.init)
        let drawn = graph.runningOrder.filter { chosen?.contains($0.name) ?? true }
        if collapsed, !outs {
            (nodes, parents) = GraphRenderer.collapsed(drawn, of: graph)
            return
        }
        var owners: [(name: String, stage: Stage)] = []
        for stage in drawn {
            owners += outs ? stage.outs.map { ($0.path, stage) } : [(stage.name, stage)]
        }
        nodes = owners.map(\.name)
        let positions = Dictionary(nodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
        parents = owners.map { _, stage in
            let before = outs ? graph.outs(readBy: stage) : graph.parents(of: stage.name)
            return Set(before.compactMap { positions[$0] }).sorted()
        }
    }

    /// Groups in the place of their stages, in running order of the first of each.
    private static func collapsed(
        _ stages: [Stage], of graph: Graph
    ) -> (nodes: [String], parents: [[Int]]) {
        var groups: [String: String] = [:]
        for (group, members) in graph.pipeline.groups {
            for member in members { groups[member] = group }
        }
        var nodes: [String] = []
        var positions: [String: Int] = [:]
        var parents: [Set<Int>] = []
        for stage in stages {
            let name = groups[stage.name] ?? stage.name
            if positions[name] == nil {
                positions[name] = nodes.count
                nodes.append(name)
                parents.append([])
            }
        }
        for stage in stages {
            guard let own = positions[groups[stage.name] ?? stage.name] else { continue }
            let before = graph.parents(of: stage.name).compactMap { positions[groups[$0] ?? $0] }
            parents[own].formUnion(before.filter { $0 != own })
        }
        // Members that lie on both sides of another stage would make a circle: what comes later in
        // the drawing is not drawn before.
        return (nodes, parents.enumerated().map { own, all in all.filter { $0 < own }.sorted() })
    }

    /// From what makes to what reads.
    public var edges: [(from: String, to: String)] {
        nodes.indices.flatMap { own in parents[own].map { (nodes[$0], nodes[own]) } }
    }

    /// A Mermaid flow chart of DVC's shape.
    public func mermaid() -> String {
        var lines = ["flowchart TD"]
        for (position, name) in nodes.enumerated() {
            let label = name.replacing("\"", with: "#quot;")
            lines.append("\tnode\(position + 1)[\"\(label)\"]")
        }
        for (position, before) in parents.enumerated() {
            lines += before.map { "\tnode\($0 + 1)-->node\(position + 1)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A Graphviz digraph.
    public func dot() -> String {
        func label(_ position: Int) -> String {
            "\"" + nodes[position].replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                + "\""
        }
        var lines = ["strict digraph {"]
        lines += nodes.indices.map { "\(label($0));" }
        for (position, before) in parents.enumerated() {
            lines += before.map { "\(label($0)) -> \(label(position));" }
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// A drawing for terminals: one line per node in running order, with rails from what it reads.
    ///
    /// `├` and `┼` are rails that lead on, `└` and `┴` rails that end; `│` is only crossed.
    public func text() -> String {
        var drawing = RailDrawing(parents: parents)
        return nodes.indices.map { drawing.rows(for: $0, label: nodes[$0]) }.joined()
    }
}

/// The rails of `GraphRenderer.text`: one column for every node that something below still reads.
private struct RailDrawing {
    let parents: [[Int]]
    private var unread: [Int]
    /// The node whose rail is in a column; nil where the column is free.
    private var columns: [Int?] = []

    init(parents: [[Int]]) {
        self.parents = parents
        unread = [Int](repeating: 0, count: parents.count)
        for before in parents {
            for parent in before { unread[parent] += 1 }
        }
    }

    /// The lines that end with the node's own, drawn below those of the nodes before it.
    mutating func rows(for node: Int, label: String) -> String {
        let joined = Set(parents[node])
        let rails = columns.indices.filter { columns[$0].map(joined.contains) ?? false }
        for parent in joined { unread[parent] -= 1 }
        var text = ""
        let own: Int
        if let last = rails.last, last == columns.count - 1, ends(last) {
            text += line(upTo: columns.count) { columns[$0] == nil ? " " : "│" } + "\n"
            own = last
        } else {
            own = columns.count
            columns.append(nil)
        }
        let first = rails.first ?? own
        for column in 0..<own {
            let joins = joined.contains(columns[column] ?? -1)
            let crossed = column > first
            let symbol: String
            switch (joins, ends(column), crossed) {
            case (true, false, false): symbol = "├"
            case (true, false, true): symbol = "┼"
            case (true, true, false): symbol = "└"
            case (true, true, true): symbol = "┴"
            case (false, _, _): symbol = columns[column] != nil ? "│" : crossed ? "─" : " "
            }
            text += symbol + (column >= first ? "─" : " ")
        }
        settle(node, at: own)
        return text + "● \(label)\n"
    }

    private func ends(_ column: Int) -> Bool { columns[column].map { unread[$0] == 0 } ?? true }

    private mutating func settle(_ node: Int, at own: Int) {
        columns[own] = node
        for column in columns.indices where ends(column) { columns[column] = nil }
        while let last = columns.last, last == nil { columns.removeLast() }
    }

    private func line(upTo count: Int, _ symbol: (Int) -> String) -> String {
        var text = (0..<count).map(symbol).joined(separator: " ")
        while text.last == " " { text.removeLast() }
        return text
    }
}
