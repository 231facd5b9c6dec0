import Testing

@testable import Statistics

/// Macro F1 of three classes over rows that were drawn so often.
private func macroF1(_ counts: [Int], labels: [Int], predicted: [Int]) -> Double {
    var (hits, present, guessed) = ([0, 0, 0], [0, 0, 0], [0, 0, 0])
    for (row, count) in counts.enumerated() {
        present[labels[row]] += count
        guessed[predicted[row]] += count
        if labels[row] == predicted[row] { hits[labels[row]] += count }
    }
    return (0..<3).reduce(0) { sum, c in
        sum + (hits[c] > 0 ? 2 * Double(hits[c]) / Double(present[c] + guessed[c]) : 0) / 3
    }
}

@Test func `the interval of macro F1 agrees with SciPy's up to the chance of the draw`() throws {
    let known = try Known.read().macroF1
    let statistic = { macroF1($0, labels: known.labels, predicted: known.predicted) }
    expectEqual(statistic([Int](repeating: 1, count: 300)), known.estimate, "macro F1")
    let found = try Bootstrap(resamples: 1500, seed: 3)
        .interval(units: 300, stream: "f1", statistic: statistic)
    #expect(abs(found.low - known.low) < 0.006, "\(found)")
    #expect(abs(found.high - known.high) < 0.006, "\(found)")
    // The same again is the same; another seed is not.
    let again = try Bootstrap(resamples: 40, seed: 3)
    let other = try Bootstrap(resamples: 40, seed: 4)
    let first = try again.interval(units: 300, stream: "f1", statistic: statistic)
    #expect(try again.interval(units: 300, stream: "f1", statistic: statistic) == first)
    #expect(try other.interval(units: 300, stream: "f1", statistic: statistic) != first)
}

@Test(arguments: Bootstrap.Method.allCases)
func `a bootstrap interval holds the true mean about as often as it says`(
    method: Bootstrap.Method
) throws {
    let random = CounterRandom(seed: 9, stream: "coverage")
    var held = 0
    for set in 0..<300 {
        let values = (0..<30).map { random.uniform(set * 30 + $0) }
        let interval = try Bootstrap(
            resamples: 200, confidence: 0.9, method: method, seed: UInt64(set)
        ).interval(units: 30, stream: "mean") { counts in
            zip(values, counts).reduce(0) { $0 + $1.0 * Double($1.1) }
                / Double(counts.reduce(0, +))
        }
        if interval.contains(0.5) { held += 1 }
    }
    // 0.9 of 300 is 270, with a standard error of 5.
    #expect((252...288).contains(held), "\(held) of 300")
}

@Test func `statistics that never vary have an interval without width`() throws {
    let found = try Bootstrap(resamples: 50, seed: 0)
        .interval(units: 5, stream: "x") { _ in 0.75 }
    #expect(found == Interval(0.75, 0.75))
    let single = try Bootstrap(resamples: 50, seed: 0)
        .interval(units: 1, stream: "x") { Double($0[0]) }
    #expect(single == Interval(1, 1))
}

@Test func `every draw has as many units as there are, each about equally often`() throws {
    var total = [0, 0, 0, 0]
    _ = try Bootstrap(resamples: 4000, method: .percentile, seed: 1)
        .interval(units: 4, stream: "draws") { counts in
            #expect(counts.reduce(0, +) == 4)
            for (unit, count) in counts.enumerated() { total[unit] += count }
            return 0
        }
    // 4,000 draws and the one of the whole; three standard errors are 165.
    for count in total { #expect(abs(count - 4001) < 165) }
}

@Test func `random numbers depend on seed, stream and place alone`() {
    let random = CounterRandom(seed: 7, stream: "a")
    #expect(random == CounterRandom(seed: 7, stream: "a"))
    #expect(random.bits(5) == CounterRandom(seed: 7, stream: "a").bits(5))
    #expect(random.bits(5) != random.bits(6))
    #expect(random.bits(5) != CounterRandom(seed: 8, stream: "a").bits(5))
    #expect(random.bits(5) != CounterRandom(seed: 7, stream: "b").bits(5))
    #expect((0..<1000).allSatisfy { (0..<7).contains(random.index($0, below: 7)) })
    #expect(random.index(3, below: 0) == 0)
    #expect((0..<1000).allSatisfy { (0..<1).contains(random.uniform($0)) })
}

@Test func `several statistics of one draw have the intervals that each has alone`() throws {
    let bootstrap = try Bootstrap(resamples: 60, seed: 2)
    let first: ([Int]) -> Double = { Double($0[0]) }
    let spread: ([Int]) -> Double = { Double(($0.max() ?? 0) - ($0.min() ?? 0)) }
    let both = try bootstrap.intervals(units: 12, stream: "s") { [first($0), spread($0)] }
    #expect(
        both == [
            try bootstrap.interval(units: 12, stream: "s", statistic: first),
            try bootstrap.interval(units: 12, stream: "s", statistic: spread),
        ])
}

@Test func `many units are left out in blocks`() throws {
    var (calls, left) = (0, 0)
    let interval = try Bootstrap(resamples: 10, seed: 2)
        .interval(units: 2500, stream: "many") { counts in
            calls += 1
            if counts.allSatisfy({ $0 <= 1 }) { left += counts.count { $0 == 0 } }
            return Double(counts[0...1249].reduce(0, +)) / Double(counts.reduce(0, +))
        }
    #expect(calls == 10 + 1 + 1000)
    // Every unit once.
    #expect(left == 2500)
    #expect(interval.contains(0.5))
}
