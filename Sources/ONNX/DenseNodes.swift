import Models

/// How the dense layers of a graph compute.
protocol DenseNodes {
    /// Adds the nodes of `x · W + b` and returns the name of the result.
    func add(
        _ weights: DenseWeights, to x: String, at site: ActivationSite, name: String,
        in graph: inout GraphBuilder
    ) throws -> String
}

/// Products of float32.
struct FloatDense: DenseNodes {
    func add(
        _ weights: DenseWeights, to x: String, at site: ActivationSite, name: String,
        in graph: inout GraphBuilder
    ) throws -> String {
        guard case .floats(let values) = weights.values else {
            throw ONNXError.wrongWeights(layer: name)
        }
        let matrix = graph.constant(
            "\(name).weight", values, [weights.inputs, weights.outputs])
        let product = graph.node("MatMul", [x, matrix], name: "\(name).product")
        return graph.addBias(weights, to: product, name: name)
    }
}

/// Sums of integers over inputs that become 8 bits with a scale and a zero point for each token: the
/// arithmetic of `QuantizedClassifier`, to the same integers.
struct TokenDense: DenseNodes {
    func add(
        _ weights: DenseWeights, to x: String, at site: ActivationSite, name: String,
        in graph: inout GraphBuilder
    ) throws -> String {
        guard case .codes(let codes, let scales) = weights.values else {
            throw ONNXError.wrongWeights(layer: name)
        }
        let outputs = weights.outputs
        let tokens = quantize(x, name: site.name, in: &graph)
        let matrix = graph.constant("\(name).weight", codes, [weights.inputs, outputs])
        let sums = graph.node(
            "MatMulInteger", [tokens.bytes, matrix], name: "\(name).sums")
        // The sums over (byte - zero) are those over the bytes, less zero times the column's codes.
        let columns = graph.constant("\(name).columns", weights.columnSums, [outputs])
        let shift = graph.node("Mul", [tokens.zero, columns], name: "\(name).shift")
        let exact = graph.node("Sub", [sums, shift], name: "\(name).exact")
        let floats = graph.node(
            "Cast", [exact], name: "\(name).floats",
            [.int("to", ProtoTensor.Element.float.rawValue)])
        let byToken = graph.node("Mul", [floats, tokens.scale], name: "\(name).by_token")
        let scale = graph.constant("\(name).weight_scale", scales, [outputs])
        let product = graph.node("Mul", [byToken, scale], name: "\(name).product")
        return graph.addBias(weights, to: product, name: name)
    }

    /// A token's least and largest value, with 0 between them, become 0 and 255.
    private func quantize(
        _ x: String, name: String, in graph: inout GraphBuilder
    ) -> (bytes: String, scale: String, zero: String) {
        let (nothing, most) = (graph.number(0), graph.number(255))
        func limit(_ reduce: String, _ combine: String, _ part: String) -> String {
            let extreme = graph.node(
                reduce, [x], name: "\(name).\(part)_value", [.ints("axes", [-1])])
            return graph.node(combine, [extreme, nothing], name: "\(name).\(part)")
        }
        let low = limit("ReduceMin", "Min", "low")
        let high = limit("ReduceMax", "Max", "high")
        // A token of nothing but zeros keeps a range, or it would be divided by nothing.
        let range = graph.node("Sub", [high, low], name: "\(name).range")
        let width = graph.node("Max", [range, graph.number(1e-30)], name: "\(name).width")
        let scale = graph.node("Div", [width, most], name: "\(name).scale")
        let inverse = graph.node("Div", [most, width], name: "\(name).inverse")
        let below = graph.node("Mul", [low, inverse], name: "\(name).below")
        let floor = graph.node("Round", [below], name: "\(name).floor")
        let zero = graph.node("Neg", [floor], name: "\(name).zero_value")
        let spread = graph.node("Mul", [x, inverse], name: "\(name).spread")
        let rounded = graph.node("Round", [spread], name: "\(name).rounded")
        let raised = graph.node("Add", [rounded, zero], name: "\(name).raised")
        let clipped = graph.node("Clip", [raised, nothing, most], name: "\(name).clipped")
        func cast(_ value: String, _ type: ProtoTensor.Element, _ part: String) -> String {
            graph.node("Cast", [value], name: "\(name).\(part)", [.int("to", type.rawValue)])
        }
        return (cast(clipped, .uint8, "bytes"), scale, cast(zero, .int32, "zero"))
    }
}

extension GraphBuilder {
    /// Adds a dense layer's bias; the result has the layer's name.
    mutating func addBias(_ weights: DenseWeights, to product: String, name: String) -> String {
        let bias = constant("\(name).bias", weights.bias, [weights.outputs])
        return node("Add", [product, bias], name: name)
    }
}
