import Models
import Tensors

/// Turns an encoder with its classifier into a graph: padded ids and a mask in, logits out.
///
/// Batch and sequence are free dimensions. Padding changes no sentence: masked tokens get no
/// attention and no share of the mean.
struct EncoderGraph {
    let config: EncoderConfig
    let pooling: Pooling
    let classes: Int
    let weights: any EncoderWeights
    let dense: any DenseNodes

    /// What the graph reads, in Hugging Face's names and order.
    static func inputs(of config: EncoderConfig) -> [String] {
        ["input_ids", "attention_mask"] + (config.typeVocabularySize > 0 ? ["token_type_ids"] : [])
    }

    /// All nodes and weights; throws what the weights throw.
    func made(name: String) throws -> ProtoGraph {
        var graph = GraphBuilder(name: name)
        for input in EncoderGraph.inputs(of: config) {
            graph.declareInput(input, [.free("batch"), .free("sequence")])
        }
        let mask = graph.node(
            "Cast", ["attention_mask"], name: "mask",
            [.int("to", ProtoTensor.Element.float.rawValue)])
        var state = try embeddings(&graph)
        let hidden = graph.node("Sub", [graph.number(1), mask], name: "hidden")
        let far = graph.node("Mul", [hidden, graph.number(-1e9)], name: "hidden.far")
        let bias = graph.node("Unsqueeze", [far, graph.integers(1, 2)], name: "hidden.bias")
        for layer in config.layers.indices {
            state = try LayerGraph(encoder: self, layer: layer).add(state, mask: bias, to: &graph)
        }
        let pooled = pool(state, mask: mask, &graph)
        let head = try weights.floats("classifier.weight")
        let matrix = graph.constant(
            "classifier.weight", head.values, [classes, config.hiddenSize])
        let offset = graph.constant(
            "classifier.bias", try weights.floats("classifier.bias").values, [classes])
        graph.node("Gemm", [pooled, matrix, offset], name: "logits", [.int("transB", 1)])
        graph.declareOutput("logits", [.free("batch"), .fixed(classes)])
        return graph.graph
    }

    /// Adds `norm(x)` with the weights `name` of the checkpoint.
    func norm(_ x: String, _ name: String, to graph: inout GraphBuilder) throws -> String {
        let gamma = try weights.floats("\(name).weight")
        let beta = try weights.floats("\(name).bias")
        return graph.node(
            "LayerNormalization",
            [
                x, graph.constant("\(name).weight", gamma.values, gamma.shape),
                graph.constant("\(name).bias", beta.values, beta.shape),
            ], name: name, [.int("axis", -1), .float("epsilon", config.layerNormEpsilon)])
    }

    private func embeddings(_ graph: inout GraphBuilder) throws -> String {
        let prefix = "bert.embeddings"
        let words = try rows(
            "\(prefix).word_embeddings.weight", name: "words", &graph
        ) { $0.node("Gather", [$1, "input_ids"], name: $2) }
        let length = graph.node(
            "Shape", ["input_ids"], name: "length", [.int("start", 1), .int("end", 2)])
        let positions = try rows(
            "\(prefix).position_embeddings.weight", name: "positions", &graph
        ) { $0.node("Slice", [$1, $0.integers(0), length, $0.integers(0)], name: $2) }
        var total = graph.node("Add", [words, positions], name: "embeddings.sum")
        if config.typeVocabularySize > 0 {
            let table = try weights.floats("\(prefix).token_type_embeddings.weight")
            let types = graph.node(
                "Gather",
                [
                    graph.constant(
                        "\(prefix).token_type_embeddings.weight", table.values, table.shape),
                    "token_type_ids",
                ], name: "types")
            total = graph.node("Add", [total, types], name: "embeddings.total")
        }
        return try norm(total, "\(prefix).LayerNorm", to: &graph)
    }

    /// Rows of a table as floats; `take` adds the node that takes them, from codes and scales alike.
    private func rows(
        _ weight: String, name: String, _ graph: inout GraphBuilder,
        take: (inout GraphBuilder, _ table: String, _ name: String) -> String
    ) throws -> String {
        let table = try weights.table(weight)
        switch table.values {
        case .floats(let values):
            let constant = graph.constant(weight, values, [table.rows, table.columns])
            return take(&graph, constant, name)
        case .codes(let codes, let scales, let group):
            let groups = scales.count / max(1, table.rows)
            guard groups == 1 || table.columns == groups * group else {
                // Groups of two lengths are no shape: the floats that the codes stand for.
                let values = codes.indices.map { index in
                    let (row, column) = index.quotientAndRemainder(dividingBy: table.columns)
                    return scales[row * groups + column / group] * Float(codes[index])
                }
                let constant = graph.constant(weight, values, [table.rows, table.columns])
                return take(&graph, constant, name)
            }
            let inGroups = groups == 1 ? [table.rows, table.columns] : [table.rows, groups, group]
            let perGroup = groups == 1 ? [table.rows, 1] : [table.rows, groups, 1]
            let matrix = graph.constant(weight, codes, inGroups)
            let scale = graph.constant("\(weight)_scale", scales, perGroup)
            let taken = take(&graph, matrix, "\(name).codes")
            let floats = graph.node(
                "Cast", [taken], name: "\(name).floats",
                [.int("to", ProtoTensor.Element.float.rawValue)])
            let factors = take(&graph, scale, "\(name).scale")
            guard groups > 1 else { return graph.node("Mul", [floats, factors], name: name) }
            let product = graph.node("Mul", [floats, factors], name: "\(name).groups")
            let shape = graph.integers(0, 0, table.columns)
            return graph.node("Reshape", [product, shape], name: name)
        }
    }

    private func pool(_ state: String, mask: String, _ graph: inout GraphBuilder) -> String {
        switch pooling {
        case .cls:
            return graph.node("Gather", [state, graph.index(0)], name: "pooled", [.int("axis", 1)])
        case .mean:
            let weight = graph.node("Unsqueeze", [mask, graph.integers(2)], name: "pool.weight")
            let seen = graph.node("Mul", [state, weight], name: "pool.seen")
            func sum(_ x: String, _ name: String) -> String {
                graph.node(
                    "ReduceSum", [x, graph.integers(1)], name: name, [.int("keepdims", 0)])
            }
            let total = sum(seen, "pool.total")
            let tokens = graph.node(
                "Max", [sum(weight, "pool.count"), graph.number(1)], name: "pool.tokens")
            return graph.node("Div", [total, tokens], name: "pooled")
        }
    }
}
