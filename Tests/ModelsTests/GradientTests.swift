import Models
import Tensors
import Testing

/// A random model with layers of different widths, and a batch for it.
struct RandomModel {
    let model: Classifier
    let batch: TokenBatch

    init(seed: UInt64 = 5, dropout: Float = 0.2, deviation: Float = 0.3) throws {
        let config = EncoderConfig(
            vocabularySize: 40, hiddenSize: 24, headSize: 6,
            layers: [
                LayerShape(heads: 4, intermediate: 40), LayerShape(heads: 3, intermediate: 17),
            ], maximumPositions: 40, hiddenDropout: dropout, attentionDropout: dropout)
        model = try Classifier.initial(
            config: config, pooling: .mean, labels: ["a", "b", "c"], seed: seed)
        var generator = SeededGenerator(seed: seed, stream: "weights")
        for index in 0..<model.parameters.buffer.count {
            model.parameters.buffer[index] += deviation * generator.normal()
        }
        batch = TokenBatch(
            [1, 5, 9, 33].map { length in
                (0..<length).map { _ in Int32.random(in: 0..<40, using: &generator) }
            })
    }

    /// Σ logits · coefficients, summed in double.
    func loss(_ coefficients: Tensor, _ dropout: Dropout?, _ compute: Compute) throws -> Double {
        let logits = try model.forward(batch, dropout: dropout, compute: compute).logits
        return zip(logits.values, coefficients.values).reduce(0) {
            $0 + Double($1.0) * Double($1.1)
        }
    }
}

@Suite struct GradientTests {
    // A step of 0.5 % along a random direction; third-order terms and float32 noise stay below 2 %
    // of the gradient's length along it.
    @Test func everyWeightsGradientIsTheLossSlopeUnderDropout() throws {
        let random = try RandomModel()
        let compute = try Compute(threads: 2)
        let dropout = Dropout(seed: 11, step: 3)
        var generator = SeededGenerator(seed: 9, stream: "directions")
        let pass = try random.model.forward(random.batch, dropout: dropout, compute: compute)
        let coefficients = Tensor(
            (0..<pass.logits.count).map { _ in generator.normal() }, shape: pass.logits.shape)
        let gradients = random.model.parameters.twin()
        try random.model.backward(
            pass, dLogits: coefficients, gradients: gradients, compute: compute)
        for name in random.model.parameters.names {
            let weights = random.model.parameters[name]
            let kept = weights.copy()
            let gradient = gradients[name].values
            // Along the gradient's signs the slope is largest, so noise matters least.
            let direction = Tensor(
                gradient.map { $0 < 0 ? -1 : 1 }, shape: weights.shape)
            let step: Float = 2e-3 / Float(weights.count).squareRoot() * 4
            compute.axpy(step, direction, into: weights)
            let above = try random.loss(coefficients, dropout, compute)
            weights.assign(kept)
            compute.axpy(-step, direction, into: weights)
            let below = try random.loss(coefficients, dropout, compute)
            weights.assign(kept)
            let slope = (above - below) / (2 * Double(step))
            let expected = gradient.reduce(0) { $0 + Double(abs($1)) }
            #expect(abs(slope - expected) <= 0.02 * expected + 2e-2, "\(name)")
        }
    }

    @Test func gradientsByQueriesKeysAndValuesReachEveryWeightBelowThem() throws {
        let random = try RandomModel()
        let compute = try Compute(threads: 2)
        let dropout = Dropout(seed: 11, step: 3)
        var generator = SeededGenerator(seed: 9, stream: "directions")
        let pass = try random.model.forward(random.batch, dropout: dropout, compute: compute)
        let attention = pass.queryKeyValue(1)
        let coefficients = Tensor(
            (0..<attention.count).map { _ in generator.normal() }, shape: attention.shape)
        let gradients = random.model.parameters.twin()
        try random.model.backward(
            pass, dLogits: Tensor(zeros: pass.logits.shape), dQueryKeyValue: [1: coefficients],
            gradients: gradients, compute: compute)
        func loss() throws -> Double {
            let pass = try random.model.forward(random.batch, dropout: dropout, compute: compute)
            return zip(pass.queryKeyValue(1).values, coefficients.values).reduce(0) {
                $0 + Double($1.0) * Double($1.1)
            }
        }
        for name in random.model.parameters.names {
            let weights = random.model.parameters[name]
            let kept = weights.copy()
            let gradient = gradients[name].values
            let direction = Tensor(gradient.map { $0 < 0 ? -1 : 1 }, shape: weights.shape)
            let step: Float = 2e-3 / Float(weights.count).squareRoot() * 4
            compute.axpy(step, direction, into: weights)
            let above = try loss()
            weights.assign(kept)
            compute.axpy(-step, direction, into: weights)
            let below = try loss()
            weights.assign(kept)
            let slope = (above - below) / (2 * Double(step))
            let expected = gradient.reduce(0) { $0 + Double(abs($1)) }
            let reached = name.hasPrefix("bert.embeddings") || name.contains("layer.0.")
            #expect((expected > 0) == (reached || name.contains(".1.attention.self.")), "\(name)")
            #expect(abs(slope - expected) <= 0.02 * expected + 5e-2, "\(name)")
        }
    }

    @Test func statesThatAreAskedForAreThoseOfAPass() throws {
        let random = try RandomModel()
        let compute = try Compute(threads: 1)
        let pass = try random.model.forward(random.batch, dropout: nil, compute: compute)
        let states = try random.model.states(
            random.batch, hidden: [0, 1, 2], queryKeyValue: [0, 1], compute: compute)
        for layer in 0...2 {
            expectClose(
                try #require(states.hidden[layer]).values, pass.hidden(layer).values,
                absolute: 1e-5, relative: 1e-5, "hidden \(layer)")
        }
        for layer in 0...1 {
            expectClose(
                try #require(states.queryKeyValue[layer]).values,
                pass.queryKeyValue(layer).values, absolute: 1e-5, relative: 1e-5, "qkv \(layer)")
        }
        let few = try random.model.states(
            random.batch, hidden: [1], queryKeyValue: [], compute: compute)
        #expect(few.hidden.keys.sorted() == [1] && few.queryKeyValue.isEmpty)
        #expect(few.hidden[1]?.values == states.hidden[1]?.values)
        #expect(throws: ModelError.self) {
            try random.model.states(
                random.batch, hidden: [3], queryKeyValue: [], compute: compute)
        }
        #expect(throws: ModelError.self) {
            try random.model.states(
                random.batch, hidden: [], queryKeyValue: [2], compute: compute)
        }
        let other = Tensor(zeros: [1, 1])
        #expect(throws: ModelError.self) {
            try random.model.backward(
                pass, dLogits: pass.logits, dQueryKeyValue: [0: other],
                gradients: random.model.parameters.twin(), compute: compute)
        }
    }

    @Test func threadsDoNotChangeABit() throws {
        let random = try RandomModel()
        var results: [[Float]] = []
        for threads in 1...3 {
            let compute = try Compute(threads: threads)
            let pass = try random.model.forward(
                random.batch, dropout: Dropout(seed: 1, step: 0), compute: compute)
            let gradients = random.model.parameters.twin()
            try random.model.backward(
                pass, dLogits: pass.logits, gradients: gradients, compute: compute)
            results.append(pass.logits.values + gradients.buffer.values)
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test func dropoutDiffersByStepAndSeedAndRepeats() throws {
        let random = try RandomModel()
        let compute = try Compute(threads: 1)
        func logits(_ seed: UInt64, _ step: Int) throws -> [Float] {
            try random.model.forward(
                random.batch, dropout: Dropout(seed: seed, step: step), compute: compute
            ).logits.values
        }
        #expect(try logits(1, 0) == logits(1, 0))
        #expect(try logits(1, 0) != logits(1, 1))
        #expect(try logits(1, 0) != logits(2, 0))
    }

    @Test func aSequencesLogitsDoNotDependOnItsBatch() throws {
        let random = try RandomModel()
        let compute = try Compute(threads: 1)
        let together = try random.model.logits(random.batch, compute: compute)
        for sequence in 0..<random.batch.count {
            let alone = TokenBatch([Array(random.batch.ids[random.batch.range(sequence)])])
            expectClose(
                try random.model.logits(alone, compute: compute).values,
                together.row(sequence).values, absolute: 1e-5, relative: 1e-5, "\(sequence)")
        }
    }
}
