import Models
import Tensors

/// The nodes of one encoder layer; mirrors `EncoderLayer`.
struct LayerGraph {
    let encoder: EncoderGraph
    let layer: Int

    private var shape: LayerShape { encoder.config.layers[layer] }
    private var prefix: String { "bert.encoder.layer.\(layer)" }

    /// Adds the layer; `mask` is 0 for tokens that are seen and far below for others.
    func add(_ state: String, mask: String, to graph: inout GraphBuilder) throws -> String {
        let context = try attention(state, mask: mask, &graph)
        let mixed = try dense(["attention.output.dense"], context, .context, &graph)
        let middleSum = graph.node(
            "Add", [mixed, state], name: "\(prefix).attention.output.residual")
        let middle = try encoder.norm(
            middleSum, "\(prefix).attention.output.LayerNorm", to: &graph)
        let wide = try dense(["intermediate.dense"], middle, .middle, &graph)
        let activated = activate(wide, &graph)
        let narrow = try dense(["output.dense"], activated, .wide, &graph)
        let sum = graph.node("Add", [narrow, middle], name: "\(prefix).output.residual")
        return try encoder.norm(sum, "\(prefix).output.LayerNorm", to: &graph)
    }

    private func dense(
        _ names: [String], _ x: String, _ place: ActivationSite.Place, _ graph: inout GraphBuilder,
        as name: String? = nil
    ) throws -> String {
        try encoder.dense.add(
            try encoder.weights.dense(names.map { "\(prefix).\($0)" }), to: x,
            at: ActivationSite(layer: layer, place: place), name: "\(prefix).\(name ?? names[0])",
            in: &graph)
    }

    /// Softmax(q k' / √size) v, heads side by side.
    private func attention(
        _ state: String, mask: String, _ graph: inout GraphBuilder
    ) throws -> String {
        let name = "\(prefix).attention.self"
        let (heads, size) = (shape.heads, encoder.config.headSize)
        let all = try dense(
            ["attention.self.query", "attention.self.key", "attention.self.value"], state, .input,
            &graph, as: "attention.self.query_key_value")
        let parts = graph.nodes(
            "Split", [all], name: "\(name).split",
            outputs: ["query", "key", "value"].map { "\(name).\($0)" }, [.int("axis", 2)])
        func perHead(_ part: String, _ order: [Int]) -> String {
            let cut = graph.node(
                "Reshape", [part, graph.integers(0, 0, heads, size)], name: "\(part).cut")
            return graph.node(
                "Transpose", [cut], name: "\(part).heads", [.ints("perm", order)])
        }
        let query = perHead(parts[0], [0, 2, 1, 3])
        let key = perHead(parts[1], [0, 2, 3, 1])
        let value = perHead(parts[2], [0, 2, 1, 3])
        let raw = graph.node("MatMul", [query, key], name: "\(name).products")
        let scaled = graph.node(
            "Mul", [raw, graph.number(1 / Float(size).squareRoot())], name: "\(name).scores")
        let masked = graph.node("Add", [scaled, mask], name: "\(name).masked")
        let shares = graph.node(
            "Softmax", [masked], name: "\(name).probabilities", [.int("axis", -1)])
        let mixed = graph.node("MatMul", [shares, value], name: "\(name).mixed")
        let back = graph.node(
            "Transpose", [mixed], name: "\(name).back", [.ints("perm", [0, 2, 1, 3])])
        return graph.node(
            "Reshape", [back, graph.integers(0, 0, heads * size)], name: "\(name).context")
    }

    private func activate(_ x: String, _ graph: inout GraphBuilder) -> String {
        let name = "\(prefix).intermediate"
        func step(_ operation: String, _ inputs: [String], _ part: String) -> String {
            graph.node(operation, inputs, name: "\(name).\(part)")
        }
        /// x · (1 + y) / 2
        func half(_ y: String) -> String {
            let one = step("Add", [y, graph.number(1)], "gate")
            let product = step("Mul", [x, one], "twice")
            return step("Mul", [product, graph.number(0.5)], "activation")
        }
        switch encoder.config.activation {
        case .relu: return step("Relu", [x], "activation")
        case .gelu:
            let part = step("Div", [x, graph.number(Float(2).squareRoot())], "scaled")
            return half(step("Erf", [part], "erf"))
        case .geluTanh:
            let square = step("Mul", [x, x], "square")
            let cube = step("Mul", [square, x], "cube")
            let small = step("Mul", [cube, graph.number(0.044715)], "small")
            let sum = step("Add", [x, small], "sum")
            let factor = graph.number((2 / Float.pi).squareRoot())
            return half(step("Tanh", [step("Mul", [sum, factor], "scaled")], "tanh"))
        }
    }
}
