import Models
import Tensors
import Testing

@testable import Training

private func model(_ vocabulary: Int) throws -> Classifier {
    try .initial(
        config: EncoderConfig(
            vocabularySize: vocabulary, hiddenSize: 24, headSize: 6,
            layers: [LayerShape(heads: 4, intermediate: 40)], maximumPositions: 12),
        pooling: .mean, labels: ["a", "b"], seed: 4)
}

/// Random sequences whose pieces are rarely the same from batch to batch.
private func batch(_ step: Int, vocabulary: Int) -> TokenBatch {
    var random = SeededGenerator(seed: 8, stream: "batch \(step)")
    return TokenBatch(
        (0..<4).map { _ in
            (0..<Int.random(in: 1...9, using: &random)).map { _ in
                // Small ids often, large ones seldom.
                Int32(Float(vocabulary - 1) * random.uniform() * random.uniform())
            }
        })
}

/// Losses' slopes and weights of some steps, with full gradients or with those of the batch.
private func run(lazily: Bool, threads: Int, steps: Int) throws -> [UInt32] {
    let compute = try Compute(threads: threads)
    let model = try model(300)
    var optimizer = AdamW(for: model.parameters, weightDecay: 0.01, clip: 0.5)
    let full = model.parameters.twin()
    let gradients = StepGradients(config: model.config, classes: 2)
    var norms: [Double] = []
    for step in 0..<steps {
        let batch = batch(step, vocabulary: 300)
        if lazily { optimizer.catchUp(batch.words, model.parameters, compute: compute) }
        let pass = try model.forward(
            batch, dropout: Dropout(seed: 1, step: step), compute: compute)
        let rate = 1e-3 * Double(steps - step) / Double(steps)
        if lazily {
            try model.backward(pass, dLogits: pass.logits, writing: gradients, compute: compute)
            norms.append(
                optimizer.update(
                    model.parameters, gradients: gradients, learningRate: rate, compute: compute))
        } else {
            full.buffer.fill(0)
            try model.backward(pass, dLogits: pass.logits, gradients: full, compute: compute)
            norms.append(
                optimizer.update(
                    model.parameters, gradients: full, learningRate: rate, compute: compute))
        }
    }
    optimizer.catchUp(nil, model.parameters, compute: compute)
    return [model.parameters.buffer, optimizer.first, optimizer.second].flatMap {
        $0.values.map(\.bitPattern)
    } + norms.map { UInt32(truncatingIfNeeded: $0.bitPattern) }
}

@Suite struct LazyUpdateTests {
    @Test func `updating only the rows of a batch gives the bits of updating all`() throws {
        let dense = try run(lazily: false, threads: 1, steps: 60)
        for threads in 1...3 {
            #expect(try run(lazily: true, threads: threads, steps: 60) == dense)
        }
    }

    @Test func `after the first step no step asks the system for memory`() throws {
        let compute = try Compute(threads: 2)
        let model = try model(300)
        let batches = (0..<20).map { batch($0, vocabulary: 300) }
        let largest = batches.map(\.tokenCount).max() ?? 0
        let longest = batches.flatMap { batch in (0..<batch.count).map(batch.length) }.max() ?? 0
        compute.reserve(
            model.scratchFloats(tokens: largest, longest: longest, sequences: 4))
        let gradients = StepGradients(config: model.config, classes: 2)
        var reservations: [Int] = []
        for (step, batch) in batches.enumerated() {
            let pass = try model.forward(
                batch, dropout: Dropout(seed: 1, step: step), compute: compute)
            try model.backward(pass, dLogits: pass.logits, writing: gradients, compute: compute)
            reservations.append(compute.reservations)
        }
        #expect(Set(reservations) == [reservations[0]])
    }
}
