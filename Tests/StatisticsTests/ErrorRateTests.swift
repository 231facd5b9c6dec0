import Statistics
import Testing

/// Data sets of `rows` rows on which the model wins and loses with the given probabilities.
private func simulated(
    _ sets: Int, rows: Int, gained: Double, lost: Double, stream: String
) throws -> [PairedOutcomes] {
    let random = CounterRandom(seed: 2026, stream: stream)
    return try (0..<sets).map { set in
        var (wins, losses) = (0, 0)
        for row in 0..<rows {
            let value = random.uniform(set * rows + row)
            if value < gained { wins += 1 } else if value < gained + lost { losses += 1 }
        }
        return try PairedOutcomes(
            both: rows - wins - losses, gained: wins, lost: losses, neither: 0)
    }
}

@Test(arguments: [(200, 0.05), (400, 0.02), (300, 0.1)])
func `of equal models McNemar's tests call at most one in twenty different`(
    rows: Int, each: Double
) throws {
    let sets = try simulated(
        2000, rows: rows, gained: each, lost: each, stream: "equal \(rows)")
    let tests = try sets.map { try McNemarTest($0) }
    let exact = tests.count { $0.exact <= 0.05 }
    let mid = tests.count { $0.mid <= 0.05 }
    // 100 of 2,000 are expected at most, with a standard error of 10.
    #expect(exact <= 115, "\(exact)")
    #expect(mid <= 130, "\(mid)")
    #expect(exact > 20, "\(exact): the test could not refuse anything")
    #expect(mid >= exact)
}

/// A true loss of exactly the margin: every "pass" is wrong, and so is every "fail".
@Test(arguments: [(300, 0.03, 0.02), (500, 0.015, 0.01), (400, 0.05, 0.05)])
func `on the margin one verdict in twenty goes wrong on either side`(
    rows: Int, margin: Double, gained: Double
) throws {
    let design = try NonInferiority.Design(margin: margin)
    let sets = try simulated(
        2000, rows: rows, gained: gained, lost: gained + margin, stream: "margin \(margin)")
    let verdicts = try sets.map { try NonInferiority($0, design: design).verdict }
    let passed = verdicts.count { $0 == .pass }
    let failed = verdicts.count { $0 == .fail }
    #expect((60...145).contains(passed), "\(passed)")
    #expect((60...145).contains(failed), "\(failed)")
}

@Test func `equal models pass as often as the power says`() throws {
    let design = try NonInferiority.Design(margin: 0.03)
    let sets = try simulated(2000, rows: 500, gained: 0.03, lost: 0.03, stream: "power")
    let passed = try sets.count { try NonInferiority($0, design: design).verdict == .pass }
    let expected = design.power(rows: 500, difference: 0, discordance: 0.06)
    #expect(abs(Double(passed) / 2000 - expected) < 0.04, "\(passed), \(expected)")
}

@Test func `the interval of a difference holds the true one as often as it says`() throws {
    let sets = try simulated(2000, rows: 250, gained: 0.02, lost: 0.06, stream: "interval")
    let held = try sets.count {
        try PairedDifference($0).interval(confidence: 0.9).contains(-0.04)
    }
    #expect((1760...1840).contains(held), "\(held) of 2000")
}

/// Three runs of both models on the same rows; easy rows are easy for every run.
@Test func `over several runs one verdict in twenty goes wrong on the margin, too`() throws {
    let random = CounterRandom(seed: 2026, stream: "runs")
    let design = try NonInferiority.Design(margin: 0.03)
    var (passed, failed, place) = (0, 0, 0)
    for _ in 0..<2000 {
        let differences = (0..<200).map { _ -> Double in
            place += 7
            // Four rows of five are right in every run; the others by luck.
            guard random.uniform(place) > 0.8 else { return 0 }
            let model = (1...3).count { random.uniform(place + $0) < 0.45 }
            let reference = (4...6).count { random.uniform(place + $0) < 0.6 }
            return Double(model - reference) / 3
        }
        // A fifth of the rows with 15 points less each: 3 points.
        switch try RepeatedRuns(differences: differences, design: design).verdict {
        case .pass: passed += 1
        case .fail: failed += 1
        case .inconclusive: break
        }
    }
    #expect((60...145).contains(passed), "\(passed)")
    #expect((60...145).contains(failed), "\(failed)")
}
