import Testing

@testable import Statistics

@Test func `the normal distribution equals SciPy's, far into the tails`() throws {
    let known = try Known.read().normal
    for row in known.below {
        expectEqual(NormalDistribution.below(row.x), row.p, relative: 1e-12, "below \(row.x)")
        expectEqual(NormalDistribution.above(-row.x), row.p, relative: 1e-12, "above \(-row.x)")
    }
    for row in known.quantile {
        expectEqual(NormalDistribution.quantile(row.p), row.x, relative: 1e-12, "at \(row.p)")
    }
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(1.5).isNaN)
}

@Test func `the binomial distribution equals SciPy's up to a million trials`() throws {
    for row in try Known.read().binomial {
        let found = try BinomialDistribution(trials: row.trials, probability: row.probability)
        let what = "\(row.successes) of \(row.trials) at \(row.probability)"
        expectEqual(found.exactly(row.successes), row.exactly, what)
        expectEqual(found.atMost(row.successes), row.atMost, "at most \(what)")
        expectEqual(found.atLeast(row.successes), row.atLeast, "at least \(what)")
    }
}

@Test func `Wilson's interval equals statsmodels'`() throws {
    for row in try Known.read().wilson {
        let found = try WilsonInterval.interval(
            successes: row.successes, trials: row.trials, confidence: row.confidence)
        let what = "\(row.successes) of \(row.trials) at \(row.confidence)"
        expectEqual(found.low, row.low, "low of \(what)")
        expectEqual(found.high, row.high, "high of \(what)")
    }
    #expect(try WilsonInterval.interval(successes: 0, trials: 0) == Interval(0, 1))
}

@Test func `McNemar's test equals statsmodels'`() throws {
    for row in try Known.read().pairs {
        let outcomes = try PairedOutcomes(
            both: 5, gained: row.gained, lost: row.lost, neither: 5)
        let found = try McNemarTest(outcomes)
        expectEqual(found.exact, row.exact, "exact of \(row.gained) and \(row.lost)")
        expectEqual(found.mid, row.mid, "mid of \(row.gained) and \(row.lost)")
    }
}

@Test func `paired differences equal those of a likelihood that is maximised numerically`() throws {
    for row in try Known.read().differences {
        let outcomes = try PairedOutcomes(
            both: row.rows - row.gained - row.lost, gained: row.gained, lost: row.lost, neither: 0)
        let found = try PairedDifference(outcomes)
        let what = "of +\(row.gained) −\(row.lost) of \(row.rows)"
        expectEqual(found.wald(-row.margin), row.wald, "plain score \(what)")
        expectEqual(found.score(-row.margin), row.score, relative: 1e-7, "score \(what)")
        for (ends, confidence) in [(row.ninety, 0.9), (row.ninetyFive, 0.95)] {
            let interval = try found.interval(confidence: confidence)
            expectEqual(interval.low, ends[0], relative: 1e-7, "low end \(what)")
            expectEqual(interval.high, ends[1], relative: 1e-7, "high end \(what)")
        }
        let test = try NonInferiority(outcomes, design: .init(margin: row.margin))
        expectEqual(test.notWorse, row.notWorse, relative: 1e-6, "not worse \(what)")
        expectEqual(test.notBetter, row.notBetter, relative: 1e-6, "not better \(what)")
        expectEqual(test.interval.low, row.ninety[0], relative: 1e-7, "interval \(what)")
    }
}

@Test func `Holm's correction equals statsmodels'`() throws {
    for row in try Known.read().holm {
        let found = HolmCorrection.adjusted(row.raw)
        #expect(found.count == row.adjusted.count)
        for (a, b) in zip(found, row.adjusted) { expectEqual(a, b, "of \(row.raw)") }
    }
}

@Test func `ends of bootstrap intervals equal SciPy's`() throws {
    let known = try Known.read().bootstrap
    #expect(known.count == 6)
    for row in known {
        let found = Bootstrap.ends(
            row.resampled, estimate: row.estimate, without: row.method == "bca" ? row.without : nil,
            confidence: 0.95)
        expectEqual(found.low, row.low, "low of \(row.name), \(row.method)")
        expectEqual(found.high, row.high, "high of \(row.name), \(row.method)")
    }
}

@Test func `reliability equals scikit-learn's bins`() throws {
    let known = try Known.read().reliability
    for (binning, bins, error) in [
        (Reliability.Binning.equalWidth, known.equalWidth, known.widthError),
        (.equalMass, known.equalMass, known.massError),
    ] {
        let found = try Reliability(
            confidences: known.confidences, right: known.right, bins: 10, binning: binning)
        expectEqual(found.expectedError, error, "\(binning)")
        for (bin, row) in zip(found.bins, bins) {
            #expect(Double(bin.rows) == row[0])
            expectEqual(bin.confidence, row[1], "confidence, \(binning)")
            expectEqual(bin.accuracy, row[2], "accuracy, \(binning)")
        }
        if binning == .equalWidth { expectEqual(found.largestError, known.largest, "largest") }
    }
}

@Test func `temperatures and likelihoods equal those of SciPy and scikit-learn`() throws {
    for row in try Known.read().temperatures {
        let rows = try LabelledLogits(logits: row.logits, classes: row.labels)
        let found = TemperatureScaling(fitting: rows).temperature
        // The minimum is flat: SciPy's search, which sees values only, stops at half of the digits.
        expectEqual(found, row.temperature, relative: 1e-6, row.name)
        expectEqual(rows.negativeLogLikelihood(), row.nll, row.name)
        expectEqual(rows.negativeLogLikelihood(temperature: found), row.nllScaled, row.name)
        expectEqual(rows.brier(), row.brier, row.name)
        expectEqual(
            rows.brier(temperature: found), row.brierScaled, relative: 1e-6, row.name)
    }
}

@Test func `several runs are tested as SciPy's t-statistic has it`() throws {
    let known = try Known.read().runs
    #expect(known.count == 3)
    for row in known {
        let found = try RepeatedRuns(
            differences: row.differences, design: .init(margin: row.margin))
        let what = "of \(row.differences.count) rows"
        expectEqual(found.notWorse, row.notWorse, relative: 1e-6, "p \(what)")
        expectEqual(found.interval.low, row.low, relative: 1e-6, "low end \(what)")
        expectEqual(found.interval.high, row.high, relative: 1e-6, "high end \(what)")
    }
}

@Test func `published values are found`() throws {
    let wilson = try WilsonInterval.interval(successes: 1056, trials: 1200)
    #expect(abs(wilson.low - 0.860391) < 5e-7 && abs(wilson.high - 0.897184) < 5e-7)
    let few = try PairedOutcomes(both: 0, gained: 10, lost: 25, neither: 0)
    #expect(abs(try McNemarTest(few).exact - 0.0166738) < 5e-8)
    let paired = try PairedOutcomes(both: 1000, gained: 20, lost: 26, neither: 154)
    #expect(abs(try PairedDifference(paired).wald(-0.01) - 0.884940) < 5e-7)
}
