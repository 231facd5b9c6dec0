import Compression
import Models

/// Products of activations and weights that both went through 8 bits: QuantizeLinear and
/// DequantizeLinear around a MatMul, which runtimes join into one product of integers.
struct StaticDense: DenseNodes {
    let ranges: [ActivationSite: ActivationRange]

    func add(
        _ weights: DenseWeights, to x: String, at site: ActivationSite, name: String,
        in graph: inout GraphBuilder
    ) throws -> String {
        guard case .codes(let codes, let scales) = weights.values else {
            throw ONNXError.wrongWeights(layer: name)
        }
        guard let range = ranges[site] else { throw ONNXError.noRange(site: site.name) }
        let scale = graph.constant("\(site.name).scale", [range.scale], [])
        let zero = graph.constant("\(site.name).zero", [range.zero], [])
        let levels = graph.node("QuantizeLinear", [x, scale, zero], name: "\(site.name).levels")
        let inputs = graph.node(
            "DequantizeLinear", [levels, scale, zero], name: "\(site.name).values")
        let outputs = weights.outputs
        let matrix = graph.node(
            "DequantizeLinear",
            [
                graph.constant("\(name).weight", codes, [weights.inputs, outputs]),
                graph.constant("\(name).weight_scale", scales, [outputs]),
                graph.constant(
                    "\(name).weight_zero", [Int8](repeating: 0, count: outputs), [outputs]),
            ], name: "\(name).weights", [.int("axis", 1)])
        let product = graph.node("MatMul", [inputs, matrix], name: "\(name).product")
        return graph.addBias(weights, to: product, name: name)
    }
}
