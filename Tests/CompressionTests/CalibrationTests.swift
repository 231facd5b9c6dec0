import Models
import Tensors
import Testing

@testable import Compression

/// Normal values with a few far ones, as activations have them.
private func values(outliers: Int) -> Tensor {
    var generator = SeededGenerator(seed: 9, stream: "activations")
    var values = (0..<40_000).map { _ in generator.normal() }
    for index in 0..<outliers { values[index * 997] = index.isMultiple(of: 2) ? 60 : -55 }
    return Tensor(values, shape: [values.count])
}

private func histogram(_ x: Tensor) -> ActivationHistogram {
    let values = x.values
    var histogram = ActivationHistogram(low: values.min() ?? 0, high: values.max() ?? 0)
    histogram.add(x)
    return histogram
}

/// The mean squared error that a range really makes.
private func error(_ range: ActivationRange, _ x: Tensor) throws -> Double {
    let levels = range.through(x, compute: try Compute(threads: 1))
    return zip(x.values, levels.values).reduce(0) {
        $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
    } / Double(x.count)
}

@Test func aRangeHoldsZeroExactly() throws {
    let compute = try Compute(threads: 1)
    for (low, high) in [(-1, 3), (2, 5), (-4, -1), (0, 0), (-1e-30, 1e-30)] as [(Float, Float)] {
        let range = ActivationRange(low: low, high: high)
        #expect(range.scale > 0)
        #expect(range.limits.contains(0))
        let zero = range.through(Tensor([0, -0.0], shape: [2]), compute: compute)
        #expect(zero.values == [0, 0])
    }
    let widest = ActivationRange(
        low: -.greatestFiniteMagnitude, high: .greatestFiniteMagnitude)
    #expect(widest.scale.isFinite && (127...128).contains(widest.zero))
    #expect(ActivationRange(low: 2, high: 5).zero == 0)
    #expect(ActivationRange(low: -4, high: -1).zero == 255)
}

@Test func whatWentThroughARangeStaysAsItIs() throws {
    let compute = try Compute(threads: 2)
    let x = randomTensor(40, 33)
    let range = ActivationRange(low: -2, high: 2.5)
    let once = range.through(x, compute: compute)
    #expect(once.values != x.values)
    #expect(range.through(once, compute: compute).values == once.values)
    let inside = x.values.filter(range.limits.contains)
    let kept = range.through(Tensor(inside, shape: [inside.count]), compute: compute).values
    #expect(zip(inside, kept).allSatisfy { abs($0 - $1) <= range.scale * 0.5001 })
}

@Test func minmaxKeepsEverything() {
    let x = values(outliers: 6)
    let range = CalibrationMethod.minmax.range(histogram(x), percentile: 99)
    #expect(abs(range.limits.lowerBound - -55) < range.scale)
    #expect(abs(range.limits.upperBound - 60) < range.scale)
}

@Test func percentileLeavesOutAsManyAsItSays() {
    let x = values(outliers: 6)
    let range = CalibrationMethod.percentile.range(histogram(x), percentile: 99.9)
    let out = x.values.count { !range.limits.contains($0) }
    #expect(out <= 60)
    #expect(range.limits.upperBound < 6 && range.limits.lowerBound > -6)
    let all = CalibrationMethod.percentile.range(histogram(x), percentile: 100)
    #expect(all == CalibrationMethod.minmax.range(histogram(x), percentile: 100))
}

@Test func theRangeOfLeastErrorHasLessThanTheOthers() throws {
    for outliers in [0, 6] {
        let x = values(outliers: outliers)
        let found = try error(
            CalibrationMethod.mse.range(histogram(x), percentile: 99.9), x)
        let others = try CalibrationMethod.allCases.filter { $0 != .mse }.map {
            try error($0.range(histogram(x), percentile: 99.9), x)
        }
        #expect(others.allSatisfy { found <= $0 * 1.02 }, "\(outliers) outliers")
    }
}

@Test func theErrorOfAHistogramIsNearTheErrorOfItsValues() throws {
    let x = values(outliers: 2)
    let counted = histogram(x)
    for kept in [0..<2048, 600..<1500, 900..<1300] {
        let estimate = SquaredErrors(counted).sum(keeping: kept) / Double(x.count)
        let exact = try error(counted.range(kept), x)
        #expect(abs(estimate - exact) < 0.05 * exact + 1e-6, "\(kept)")
    }
}

@Test func entropyCutsFarValuesAndKeepsTheBulk() {
    let x = values(outliers: 6)
    let range = CalibrationMethod.entropy.range(histogram(x), percentile: 99.9)
    #expect(range.limits.upperBound < 40 && range.limits.lowerBound > -40)
    #expect(range.limits.upperBound > 2 && range.limits.lowerBound < -2)
    let even = values(outliers: 0)
    let kept = CalibrationMethod.entropy.range(histogram(even), percentile: 99.9)
    #expect(even.values.count { kept.limits.contains($0) } > even.count * 98 / 100)
}

@Test(arguments: CalibrationMethod.allCases)
func aSiteOfOneValueHasARange(method: CalibrationMethod) {
    for value: Float in [0, 3, -3, 1e-38, .greatestFiniteMagnitude, -1e38] {
        let x = Tensor([value, value], shape: [2])
        let range = method.range(histogram(x), percentile: 99)
        #expect(range.scale.isFinite && range.scale > 0)
        #expect(abs(value) < 1e-30 || range.limits.contains(value * 0.99))
    }
}

@Test(arguments: CalibrationMethod.allCases)
func aCalibratedModelIsNearItsFloatForm(method: CalibrationMethod) throws {
    let compute = try Compute(threads: 1)
    let classifier = try smallClassifier()
    let integers = try QuantizedClassifier.quantize(classifier)
    let batches = (1..<5).map { smallBatch(count: 24, seed: $0) }
    let model = try StaticClassifier(
        integers, calibration: Calibration(method: method, percentile: 99.5), reading: batches,
        compute: compute)
    #expect(model.ranges.count == 8)
    let batch = smallBatch(count: 30, seed: 99)
    let found = try model.logits(batch, compute: compute)
    let expected = try classifier.logits(batch, compute: compute)
    #expect(found.values != expected.values)
    let span = (expected.values.max() ?? 0) - (expected.values.min() ?? 0)
    #expect(largestDifference(found, expected) < 0.2 * span)
    let threads = try StaticClassifier(
        integers, calibration: Calibration(method: method, percentile: 99.5), reading: batches,
        compute: try Compute(threads: 3))
    #expect(threads.ranges == model.ranges)
}

@Test func integersStandForTheExpandedModel() throws {
    let classifier = try smallClassifier()
    for bits in [8, 4] {
        let integers = try QuantizedClassifier.quantize(
            classifier, options: QuantizationOptions(embeddingBits: bits, embeddingGroup: 12))
        let expanded = try integers.expanded()
        for name in expanded.parameters.names {
            guard let matrix = try? integers.integers(name) else {
                #expect(
                    try integers.floats(name).values == expanded.parameters[name].values)
                continue
            }
            let groups = matrix.scales.count / matrix.rows
            let values = matrix.codes.indices.map { index in
                let (row, column) = index.quotientAndRemainder(dividingBy: matrix.columns)
                return matrix.scales[row * groups + column / matrix.group]
                    * Float(matrix.codes[index])
            }
            #expect(values == expanded.parameters[name].values, "\(name)")
        }
    }
}

@Test func calibrationNeedsRowsAndAPercentileAndFiniteValues() throws {
    let compute = try Compute(threads: 1)
    let classifier = try smallClassifier()
    func message(_ percentile: Double, _ batches: [TokenBatch], _ model: Classifier) -> String {
        do {
            _ = try Calibration(method: .minmax, percentile: percentile).ranges(
                of: model, reading: batches, compute: compute)
            return ""
        } catch { return "\(error)" }
    }
    #expect(message(50, [smallBatch()], classifier).hasPrefix("'percentile' is out of range\n"))
    #expect(message(.nan, [smallBatch()], classifier).hasPrefix("'percentile' is out of range\n"))
    #expect(message(99, [], classifier).hasPrefix("calibration and rows do not fit"))
    let odd = try smallClassifier()
    odd.parameters["bert.encoder.layer.1.intermediate.dense.weight"][3] = .nan
    #expect(
        message(99, [smallBatch()], odd).hasPrefix(
            "activations and 8 bits at 'layer.1.wide' do not fit"))
}

@Test func aSiteWithoutARangeIsAnError() throws {
    let integers = try QuantizedClassifier.quantize(try smallClassifier())
    #expect(throws: CompressionError.self) { try StaticClassifier(integers, ranges: [:]) }
}
