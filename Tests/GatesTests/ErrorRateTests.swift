import Statistics
import Testing

@testable import Gates

private func outcomes(
    set: Int, rows: Int, gained: Double, lost: Double, _ random: CounterRandom
) throws -> PairedOutcomes {
    var (wins, losses) = (0, 0)
    for row in 0..<rows {
        let value = random.uniform(set * rows + row)
        if value < gained { wins += 1 } else if value < gained + lost { losses += 1 }
    }
    return try PairedOutcomes(both: rows - wins - losses, gained: wins, lost: losses, neither: 0)
}

/// True losses of exactly the margin, where every pass is wrong and so is every failure.
///
/// 4,000 sets have a standard error of 0.34 points.
@Test(arguments: [(1557, 0.015, 0.04), (600, 0.02, 0.03), (400, 0.05, 0.05)])
func `on the margin 4 to 6 in a hundred pass and as many fail`(
    rows: Int, margin: Double, gained: Double
) throws {
    let random = CounterRandom(seed: 12, stream: "gate \(rows)")
    var (passed, failed) = (0, 0)
    for set in 0..<4000 {
        let test = try LargestRegression(
            outcomes(set: set, rows: rows, gained: gained, lost: gained + margin, random),
            margin: margin, alpha: 0.05, power: 0.8)
        if test.verdict == .pass { passed += 1 }
        if test.verdict == .fail { failed += 1 }
    }
    #expect((160...240).contains(passed), "\(passed) of 4000")
    #expect((160...240).contains(failed), "\(failed) of 4000")
}

@Test(arguments: [(500, 0.03, 0.03), (1557, 0.015, 0.02)])
func `an equal model passes as often as the power says`(
    rows: Int, margin: Double, each: Double
) throws {
    let random = CounterRandom(seed: 12, stream: "power \(rows)")
    let design = try NonInferiority.Design(margin: margin, alpha: 0.05, power: 0.8)
    var (passed, said) = (0, 0.0)
    for set in 0..<2000 {
        let test = try LargestRegression(
            outcomes(set: set, rows: rows, gained: each, lost: each, random), margin: margin,
            alpha: 0.05, power: 0.8)
        if test.verdict == .pass { passed += 1 }
        said += test.power / 2000
    }
    let share = Double(passed) / 2000
    let computed = design.power(rows: rows, difference: 0, discordance: 2 * each)
    #expect(abs(share - computed) < 0.04, "\(share), \(computed)")
    // What the gate says is worked out from the rows that it sees.
    #expect(abs(said - computed) < 0.02, "\(said), \(computed)")
}

/// So many rows as an inconclusive gate asks for decide with the power that it was given.
@Test func `the rows that would decide do so with the power asked for`() throws {
    let (rows, gained, lost) = (1557, 60.0 / 1557, 73.0 / 1557)
    let seen = try PairedOutcomes(both: 1424, gained: 60, lost: 73, neither: 0)
    let test = try LargestRegression(seen, margin: 0.015, alpha: 0.05, power: 0.8)
    #expect(test.verdict == .inconclusive)
    let needed = try #require(test.rowsNeeded)
    #expect(needed > rows)
    let random = CounterRandom(seed: 12, stream: "needed")
    let sets = 400
    let passed = try (0..<sets).count { set in
        let more = try outcomes(set: set, rows: needed, gained: gained, lost: lost, random)
        return try LargestRegression(more, margin: 0.015, alpha: 0.05, power: 0.8).verdict == .pass
    }
    // A standard error of 2 points.
    #expect(abs(Double(passed) / Double(sets) - 0.8) < 0.07, "\(passed) of \(sets)")
}

/// Right answers of a model that is right with the chance `rate`.
private func right(set: Int, rows: Int, rate: Double, _ random: CounterRandom) -> Int {
    (0..<rows).count { random.uniform(set * rows + $0) < rate }
}

@Test(arguments: [(1557, 0.82), (1000, 0.9)])
func `an accuracy on its bound passes and fails 4 to 6 times in a hundred`(
    rows: Int, bound: Double
) throws {
    let random = CounterRandom(seed: 12, stream: "bound \(rows)")
    var (passed, failed) = (0, 0)
    for set in 0..<3000 {
        let test = try SmallestAccuracy(
            right: right(set: set, rows: rows, rate: bound, random), rows: rows, min: bound,
            alpha: 0.05, power: 0.8)
        if test.verdict == .pass { passed += 1 }
        if test.verdict == .fail { failed += 1 }
    }
    #expect((120...180).contains(passed), "\(passed) of 3000")
    #expect((120...180).contains(failed), "\(failed) of 3000")
}

@Test func `the rows of an inconclusive accuracy decide with its power`() throws {
    let test = try SmallestAccuracy(right: 820, rows: 1000, min: 0.8, alpha: 0.05, power: 0.8)
    #expect(test.verdict == .inconclusive)
    let needed = try #require(test.rowsNeeded)
    // (1.645 · √(0.8 · 0.2) + 0.842 · √(0.82 · 0.18))² / 0.02²
    #expect(needed == 2408, "\(needed)")
    let random = CounterRandom(seed: 12, stream: "accuracy needed")
    let passed = try (0..<500).count { set in
        try SmallestAccuracy(
            right: right(set: set, rows: needed, rate: 0.82, random), rows: needed, min: 0.8,
            alpha: 0.05, power: 0.8
        ).verdict == .pass
    }
    #expect(abs(Double(passed) / 500 - 0.8) < 0.06, "\(passed) of 500")
}

@Test func `an accuracy that is the bound itself needs no number of rows`() throws {
    let test = try SmallestAccuracy(right: 80, rows: 100, min: 0.8, alpha: 0.05, power: 0.8)
    #expect(test.verdict == .inconclusive && test.rowsNeeded == nil)
    #expect(throws: StatisticsError.self) {
        try SmallestAccuracy(right: 0, rows: 0, min: 0.8, alpha: 0.05, power: 0.8)
    }
    #expect(
        try SmallestAccuracy(right: 100, rows: 100, min: 0.8, alpha: 0.05, power: 0.8).verdict
            == .pass)
    #expect(
        try SmallestAccuracy(right: 0, rows: 100, min: 0.8, alpha: 0.05, power: 0.8).verdict
            == .fail)
}
