import Models
import TestSupport
import Tensors
import Testing

/// A tiny checkpoint and what PyTorch computes with it.
struct ModelFixture {
    let model: Classifier
    let expected: SafeTensors
    let batch: TokenBatch

    init(_ name: String) throws {
        model = try Checkpoint.load(fixture("models/\(name)"))
        expected = try SafeTensors(contentsOf: fixture("models/\(name)/expected.safetensors"))
        let ids = try expected.int32("ids")
        let offsets = try expected.int64("offsets").map { Int($0) }
        batch = TokenBatch(zip(offsets, offsets.dropFirst()).map { Array(ids[$0..<$1]) })
    }

    /// The gradients that the fixture's loss gives, with its two injected hidden gradients.
    func gradients(
        threads: Int = 1, gates: GateGradients? = nil
    ) throws -> (pass: ForwardPass, gradients: Parameters) {
        let compute = try Compute(threads: threads)
        let pass = try model.forward(batch, dropout: nil, compute: compute)
        let gradients = model.parameters.twin()
        try model.backward(
            pass, dLogits: expected.float32("dlogits"),
            dHidden: [0: expected.float32("inject/0"), 2: expected.float32("inject/2")],
            gradients: gradients, gates: gates, compute: compute)
        return (pass, gradients)
    }

    /// The name that the fixture's checkpoint has for a weight.
    func source(_ name: String) -> String? {
        let short = name.hasPrefix("bert.") ? String(name.dropFirst(5)) : name
        let distil = short.replacing("encoder.layer", with: "distilbert.transformer.layer")
            .replacing("attention.self.query", with: "attention.q_lin")
            .replacing("attention.self.key", with: "attention.k_lin")
            .replacing("attention.self.value", with: "attention.v_lin")
            .replacing("attention.output.dense", with: "attention.out_lin")
            .replacing("attention.output.LayerNorm", with: "sa_layer_norm")
            .replacing("intermediate.dense", with: "ffn.lin1")
            .replacing("output.dense", with: "ffn.lin2")
            .replacing(".output.LayerNorm", with: ".output_layer_norm")
        return [name, short, distil, "distilbert.\(short)"].map { "gradient/\($0)" }
            .first(where: expected.has)
    }
}

/// Compares element by element: |found - expected| <= absolute + relative |expected|.
func expectClose(
    _ found: [Float], _ expected: [Float], absolute: Float, relative: Float, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
    let bad = zip(found, expected).enumerated().first { _, pair in
        !(abs(pair.0 - pair.1) <= absolute + relative * abs(pair.1))
    }
    if let (index, pair) = bad {
        Issue.record(
            "\(what)[\(index)] is \(pair.0), expected \(pair.1)", sourceLocation: sourceLocation)
    }
}

let fixtures = ["bert", "bert_cls", "distilbert"]

@Suite struct FixtureTests {
    // The fixtures are computed in double precision; ours sum up to 50 float32 products of size 1.
    @Test(arguments: fixtures) func hiddenStatesAndLogitsAreThoseOfTransformers(name: String) throws
    {
        let fixture = try ModelFixture(name)
        let compute = try Compute(threads: 2)
        let pass = try fixture.model.forward(fixture.batch, dropout: nil, compute: compute)
        for layer in 0...2 {
            expectClose(
                pass.hidden(layer).values, try fixture.expected.float32("hidden/\(layer)").values,
                absolute: 1e-5, relative: 1e-5, "hidden \(layer)")
        }
        let logits = try fixture.expected.float32("logits").values
        expectClose(pass.logits.values, logits, absolute: 1e-5, relative: 1e-5, "logits")
        let inferred = try fixture.model.logits(fixture.batch, compute: compute)
        #expect(inferred.values == pass.logits.values)
    }

    // Gradients are sums over 32 tokens of products of up to 20: errors of some 1e-5 add up.
    @Test(arguments: fixtures) func everyGradientIsThatOfPyTorch(name: String) throws {
        let fixture = try ModelFixture(name)
        let (_, gradients) = try fixture.gradients()
        for name in gradients.names {
            let source = try #require(fixture.source(name), "\(name)")
            expectClose(
                gradients[name].values, try fixture.expected.float32(source).values,
                absolute: 1e-4, relative: 1e-4, name)
        }
    }

    @Test(arguments: fixtures) func gateGradientsAreSumsOfAbsoluteValuesBySequence(name: String)
        throws
    {
        let fixture = try ModelFixture(name)
        let gates = GateGradients(config: fixture.model.config)
        _ = try fixture.gradients(gates: gates)
        for layer in 0..<2 {
            expectClose(
                gates.absolute.heads[layer], try fixture.expected.float32("heads/\(layer)").values,
                absolute: 1e-4, relative: 1e-4, "heads \(layer)")
            expectClose(
                gates.absolute.neurons[layer],
                try fixture.expected.float32("neurons/\(layer)").values,
                absolute: 1e-4, relative: 1e-4, "neurons \(layer)")
        }
    }

    @Test func gradientsAddUp() throws {
        let fixture = try ModelFixture("bert")
        let compute = try Compute(threads: 1)
        let once = try fixture.gradients().gradients
        let twice = once.copy()
        let pass = try fixture.model.forward(fixture.batch, dropout: nil, compute: compute)
        try fixture.model.backward(
            pass, dLogits: Tensor(zeros: pass.logits.shape), gradients: twice, compute: compute)
        #expect(twice.buffer.values == once.buffer.values)
    }
}
