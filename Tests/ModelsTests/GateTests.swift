import Foundation
import Models
import TestSupport
import Testing

/// What PyTorch finds at gates: see make_gates.py.
private struct Gates: Decodable {
    let name: String
    let heads: [[Float]]
    let neurons: [[Float]]
    let layers: [[Float]]
    let absoluteLayers: [[Float]]

    static func all() throws -> [Gates] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            [Gates].self,
            from: Data(contentsOf: URL(fileURLWithPath: fixture("models/gates.json"))))
    }
}

@Test(arguments: [1, 3]) func squaresAndLayerGatesArePyTorchs(threads: Int) throws {
    let cases = try Gates.all()
    #expect(cases.map(\.name) == ["bert", "bert_cls"])
    for one in cases {
        let fixture = try ModelFixture(one.name)
        let gates = GateGradients(config: fixture.model.config)
        _ = try fixture.gradients(threads: threads, gates: gates)
        for layer in 0..<2 {
            for (what, found, expected) in [
                ("heads", gates.squares.heads[layer], one.heads[layer]),
                ("neurons", gates.squares.neurons[layer], one.neurons[layer]),
                ("layer", [gates.squares.layers[layer]], one.layers[layer]),
                ("layer, absolute", [gates.absolute.layers[layer]], one.absoluteLayers[layer]),
            ] {
                expectClose(
                    found, expected, absolute: 2e-4, relative: 5e-4,
                    "\(one.name) \(layer) \(what)")
            }
        }
    }
}
