import Foundation
import Models
import TestSupport
import Tensors
import Testing

@testable import Compression

/// Four steps of training with learned steps, as PyTorch takes them: see make_steps.py.
private struct Fixture: Decodable {
    struct Step: Decodable {
        let used: [Float]
        let slopes: [Float]
        let gradients: [Float]
        let factors: [Float]
    }

    struct Case: Decodable {
        let bits: Int
        let group: Int
        let start: [Float]
        let scales: [Float]
        let multipliers: [UInt8]
        let steps: [Step]
    }

    let hidden: Int
    let width: Int
    let neurons: Int
    let rate: Float
    let factorRate: Double
    let cases: [Case]

    static func read() throws -> Fixture {
        let file = URL(fileURLWithPath: fixture("compression/steps.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Fixture.self, from: Data(contentsOf: file))
    }

    var config: EncoderConfig {
        EncoderConfig(
            vocabularySize: 10, hiddenSize: hidden, headSize: width,
            layers: [LayerShape(heads: 1, intermediate: neurons)], maximumPositions: 4)
    }
}

private let names = [
    "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "intermediate.dense", "output.dense",
].map { "bert.encoder.layer.0.\($0).weight" }

/// Cuts a list into the layer's matrices.
private func pieces<Value>(_ values: [Value], _ sizes: [Int]) -> [[Value]] {
    var first = 0
    return sizes.map { size in
        defer { first += size }
        return Array(values[first..<first + size])
    }
}

private func difference(_ found: [Float], _ expected: [Float]) -> Float {
    found.count == expected.count
        ? zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}

/// A quantized model of the case's scales and multipliers; codes do not matter.
private func quantized(_ one: Fixture.Case, _ config: EncoderConfig) throws -> QuantizedClassifier {
    let model = try Classifier.initial(
        config: config, pooling: .mean, labels: ["a", "b"], seed: 3)
    let options = QuantizationOptions(weightBits: one.bits, weightGroup: max(2, one.group))
    var weights = try QuantizedWeights(quantizing: model, options: options)
    let shapes = names.map { model.parameters.shape(of: $0) }
    let scales = pieces(one.scales, shapes.map { $0[0] })
    let groups = shapes.map {
        $0[0] * (one.bits == 4 ? NibbleMatrix.groups($0[1], one.group) : 1)
    }
    let multipliers = pieces(one.multipliers, groups)
    for (index, name) in names.enumerated() {
        let (rows, columns) = (shapes[index][0], shapes[index][1])
        let codes = [Int8](repeating: 0, count: rows * columns)
        weights.matrices[name] =
            one.bits == 8
            ? .bytes(
                ByteMatrix(
                    rows: rows, columns: columns, values: .made(codes), scales: scales[index]))
            : .grouped(
                GroupedMatrix(
                    rows: rows, columns: columns, group: one.group, codes: .made(codes),
                    multipliers: multipliers[index], scales: scales[index]))
    }
    return try QuantizedClassifier(weights)
}

@Test(arguments: [1, 3]) func learnedStepsArePyTorchs(threads: Int) throws {
    let fixture = try Fixture.read()
    let compute = try Compute(threads: threads)
    #expect(fixture.cases.map(\.bits) == [8, 4])
    for one in fixture.cases {
        let steps = try LearnedSteps(
            startingAt: quantized(one, fixture.config), rate: fixture.factorRate)
        let trained = Parameters(config: fixture.config, classes: 2)
        let (model, gradients) = (trained.twin(), trained.twin())
        let sizes = names.map { trained[$0].count }
        func fill(_ parameters: Parameters, _ values: [Float]) {
            for (name, values) in zip(names, pieces(values, sizes)) {
                parameters[name].assign(Tensor(values, shape: parameters.shape(of: name)))
            }
        }
        func all(_ parameters: Parameters) -> [Float] { names.flatMap { parameters[$0].values } }
        fill(trained, one.start)
        for (step, expected) in one.steps.enumerated() {
            let place = "\(one.bits) bits, step \(step)"
            steps.write(from: trained, to: model, step: step, of: 4, compute: compute)
            #expect(difference(all(model), expected.used) < 2e-5, "weights: \(place)")
            fill(gradients, expected.slopes)
            steps.pullBack(gradients, trained: trained, step: step, of: 4, compute: compute)
            #expect(difference(all(gradients), expected.gradients) < 1e-6, "slopes: \(place)")
            #expect(
                difference(steps.factors.values, expected.factors) < 1e-4, "factors: \(place)")
            for name in names {
                compute.axpy(-fixture.rate, gradients[name], into: trained[name])
            }
        }
    }
}

@Test(arguments: [8, 4]) func learnedStepsBeginAtTheQuantizedModel(bits: Int) throws {
    let model = try smallClassifier()
    let compute = try Compute(threads: 2)
    let options = QuantizationOptions(weightBits: bits, weightGroup: 8)
    let start = try QuantizedClassifier.quantize(model, options: options)
    let steps = try LearnedSteps(startingAt: start, rate: 1e-3)
    let written = try Classifier(
        config: model.config, pooling: model.pooling, labels: model.labels,
        parameters: model.parameters.copy())
    steps.write(
        from: model.parameters, to: written.parameters, step: 0, of: 1, compute: compute)
    #expect(
        written.parameters.buffer.values == (try start.expanded()).parameters.buffer.values)
    let back = try steps.quantized(written)
    let batch = smallBatch()
    #expect(
        try back.logits(batch, compute: compute).values
            == start.logits(batch, compute: compute).values)
}

/// What training computes is what the integer kernels compute, but for the roundings of float sums.
@Test func readingThroughBytesGivesTheIntegerModelsLogits() throws {
    let model = try smallClassifier()
    let compute = try Compute(threads: 2)
    let start = try QuantizedClassifier.quantize(model)
    let steps = try LearnedSteps(startingAt: start, rate: 1e-3)
    let written = try start.expanded()
    let batch = smallBatch()
    let integers = try start.logits(batch, compute: compute)
    let reading = try #require(steps.reading(compute: compute))
    let simulated = try written.forward(
        batch, dropout: nil, compute: compute, reading: reading
    ).logits
    let plain = try written.logits(batch, compute: compute)
    let far = largestDifference(plain, integers)
    #expect(largestDifference(simulated, integers) < far / 10)
    #expect(far > 1e-3, "rounding has to show")
}

@Test func throughBytesKeepsWhatEightBitsHold() throws {
    let compute = try Compute(threads: 2)
    for columns in [1, 15, 16, 17, 64, 100] {
        let x = randomTensor(7, columns)
        let found = compute.throughBytes(x)
        for row in 0..<7 {
            let values = x.row(row).values
            let (low, high) = (min(values.min() ?? 0, 0), max(values.max() ?? 0, 0))
            let step = (high - low) / 255
            #expect(
                zip(values, found.row(row).values).allSatisfy { abs($0 - $1) <= 0.502 * step })
            let levels = found.row(row).values.map { $0 / step }
            #expect(levels.allSatisfy { abs($0 - $0.rounded()) < 0.01 })
        }
    }
}

@Test func gradientsThroughAReadingAreThoseByWhatIsRead() throws {
    let model = try smallClassifier()
    let compute = try Compute(threads: 1)
    let batch = smallBatch(count: 3)
    func gradients(_ reading: ((ActivationSite, Tensor) -> Tensor)?) throws -> Parameters {
        let pass = try model.forward(batch, dropout: nil, compute: compute, reading: reading)
        let slope = Tensor((0..<9).map { Float($0 % 4) - 1.5 }, shape: [3, 3])
        let found = model.parameters.twin()
        try model.backward(pass, dLogits: slope, gradients: found, compute: compute)
        return found
    }
    let plain = try gradients(nil)
    #expect(try gradients { $1 }.buffer.values == plain.buffer.values)
    // Twice the input of the last dense layer: half its weights give the same model.
    let last = ActivationSite(layer: 1, place: .wide)
    let name = "bert.encoder.layer.1.output.dense.weight"
    let weights = model.parameters[name]
    for index in 0..<weights.count { weights[index] /= 2 }
    let doubled = try gradients { site, x in
        guard site == last else { return x }
        return Tensor(x.values.map { $0 * 2 }, shape: x.shape)
    }
    for other in model.parameters.names where other != name {
        // Straight through: what lies below sees half of the slope by this layer alone, so only the
        // last layer's own gradients are equal.
        guard other.hasPrefix("classifier") || other.contains("layer.1.output") else { continue }
        #expect(largestDifference(doubled[other], plain[other]) < 1e-5, "\(other)")
    }
    let expected = plain[name].values.map { $0 * 2 }
    #expect(
        zip(doubled[name].values, expected).allSatisfy { abs($0 - $1) < 1e-4 },
        "the weights' gradient is by what was read")
}
