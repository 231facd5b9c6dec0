import Models
import Tensors
import TestSupport
import Testing

@testable import Training

private struct Steps: Decodable {
    struct Step: Decodable {
        let gradients: [Float]
        let norm: Double
        let rate: Double
        let parameters: [Double]
    }
    let names: [String]
    let shapes: [[Int]]
    let start: [Float]
    let rate: Double
    let decay: Double
    let warmup: Double
    let clip: Double
    let steps: [Step]
    let first: [Double]
    let second: [Double]

    func parameters(_ values: [Float]) -> Parameters {
        let parameters = Parameters(zip(names, shapes).map { (name: $0, shape: $1) })
        parameters.buffer.assign(Tensor(values, shape: [values.count]))
        return parameters
    }
}

@Test(arguments: [1, 2, 3]) func `three steps of AdamW equal PyTorch's`(threads: Int) throws {
    let known = try decoded(Steps.self, "adamw.json")
    let compute = try Compute(threads: threads)
    let parameters = known.parameters(known.start)
    var optimizer = AdamW(for: parameters, weightDecay: known.decay, clip: known.clip)
    let schedule = Schedule(peak: known.rate, warmup: known.warmup, steps: known.steps.count)
    for (i, step) in known.steps.enumerated() {
        let rate = schedule.learningRate(i)
        #expect(abs(rate - step.rate) < 1e-15)
        let norm = optimizer.update(
            parameters, gradients: known.parameters(step.gradients), learningRate: rate,
            compute: compute)
        #expect(abs(norm - step.norm) <= 1e-6 * step.norm)
        // float32 arithmetic on both sides in a different order: a few roundings.
        expectClose(
            parameters.buffer.values, step.parameters, absolute: 1e-7, relative: 1e-6,
            "step \(i + 1)")
    }
    expectClose(optimizer.first.values, known.first, absolute: 1e-8, relative: 2e-6, "first")
    // β₂ is rounded to float32, so 1 − β₂ is off by 1.3e-5 of itself; bias correction cancels that.
    expectClose(optimizer.second.values, known.second, absolute: 1e-10, relative: 2e-5, "second")
}

@Test func `updates of a long buffer are equal at any number of threads`() throws {
    let count = 200_003
    let results = try [1, 2, 3].map { threads in
        let parameters = Parameters([(name: "w", shape: [count, 1])])
        let gradients = parameters.twin()
        for i in 0..<count {
            parameters.buffer[i] = Float(i % 97) / 97 - 0.5
            gradients.buffer[i] = Float(i % 89) / 89 - 0.4
        }
        var optimizer = AdamW(for: parameters, weightDecay: 0.01, clip: 1)
        let norm = optimizer.update(
            parameters, gradients: gradients, learningRate: 0.1,
            compute: try Compute(threads: threads))
        return parameters.buffer.values.map(\.bitPattern) + [Float(norm).bitPattern]
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
}

@Test func `gradients that are not finite change nothing`() throws {
    let parameters = Parameters([(name: "w", shape: [2, 2])])
    let gradients = parameters.twin()
    gradients.buffer[3] = .infinity
    var optimizer = AdamW(for: parameters, weightDecay: 0.01, clip: 1)
    let norm = optimizer.update(
        parameters, gradients: gradients, learningRate: 0.1, compute: try Compute(threads: 1))
    #expect(!norm.isFinite)
    #expect(optimizer.steps == 0)
    #expect(parameters.buffer.values == [0, 0, 0, 0])
}
