import Statistics
import Testing

private func table(rows: Int, gained: Int, lost: Int) throws -> PairedOutcomes {
    try PairedOutcomes(both: rows - gained - lost, gained: gained, lost: lost, neither: 0)
}

@Test func `a verdict is pass, fail or inconclusive`() throws {
    let design = try NonInferiority.Design(margin: 0.015)
    func verdict(_ rows: Int, _ gained: Int, _ lost: Int) throws -> NonInferiority.Verdict {
        try NonInferiority(try table(rows: rows, gained: gained, lost: lost), design: design)
            .verdict
    }
    #expect(try verdict(1557, 30, 28) == .pass)
    #expect(try verdict(1557, 10, 90) == .fail)
    #expect(try verdict(20, 0, 0) != .pass)
    // A loss of 10 rows in 1,000 at 6 % discordance: 6.1826 · (0.06 − 0.0001) / 0.005².
    #expect(try verdict(1000, 25, 35) == .inconclusive(rowsNeeded: 14814))
}

@Test func `so many rows as are said to be needed decide with the power asked for`() throws {
    let design = try NonInferiority.Design(margin: 0.015)
    let test = try NonInferiority(try table(rows: 1000, gained: 25, lost: 35), design: design)
    guard case .inconclusive(let needed?) = test.verdict else {
        Issue.record("\(test.verdict)")
        return
    }
    let power = design.power(rows: needed, difference: -0.01, discordance: 0.06)
    #expect(abs(power - 0.8) < 1e-3)
}

@Test func `the verdict says what the interval says`() throws {
    let design = try NonInferiority.Design(margin: 0.02)
    for lost in stride(from: 0, through: 60, by: 3) {
        for gained in stride(from: 0, through: 45, by: 3) {
            let test = try NonInferiority(
                try table(rows: 600, gained: gained, lost: lost), design: design)
            #expect((test.interval.low > -0.02) == (test.verdict == .pass))
            #expect((test.interval.high < -0.02) == (test.verdict == .fail))
            #expect((test.notWorse < 0.05) == (test.verdict == .pass))
            #expect(test.equivalence >= test.notWorse)
            let interval = test.interval
            #expect(interval.contains(Double(gained - lost) / 600))
        }
    }
}

@Test func `a difference that is the margin itself needs no number of rows`() throws {
    let design = try NonInferiority.Design(margin: 0.125)
    let test = try NonInferiority(try table(rows: 16, gained: 0, lost: 2), design: design)
    #expect(test.verdict == .inconclusive(rowsNeeded: nil))
}

@Test func `without a discordant row enough rows still prove it`() throws {
    let design = try NonInferiority.Design(margin: 0.015)
    let few = try NonInferiority(try table(rows: 100, gained: 0, lost: 0), design: design)
    guard case .inconclusive(let needed?) = few.verdict else {
        Issue.record("\(few.verdict)")
        return
    }
    #expect(needed == 178)
    let enough = try NonInferiority(
        try table(rows: needed, gained: 0, lost: 0), design: design)
    #expect(enough.verdict == .pass)
    let less = try NonInferiority(
        try table(rows: needed - 1, gained: 0, lost: 0), design: design)
    #expect(less.verdict != .pass)
}

@Test func `tables of any shape have finite answers`() throws {
    for rows in 1...6 {
        for gained in 0...rows {
            for lost in 0...(rows - gained) {
                let outcomes = try table(rows: rows, gained: gained, lost: lost)
                let difference = try PairedDifference(outcomes)
                let interval = try difference.interval()
                #expect(interval.contains(difference.estimate))
                #expect(interval.low >= -1 && interval.high <= 1)
                let test = try NonInferiority(outcomes, design: .init(margin: 0.1, alpha: 0.1))
                #expect((0...1).contains(test.notWorse) && (0...1).contains(test.notBetter))
                let mcNemar = try McNemarTest(outcomes)
                #expect((0...1).contains(mcNemar.exact) && mcNemar.mid <= mcNemar.exact)
            }
        }
    }
}

@Test func `paired outcomes are counted by row`() throws {
    let outcomes = try PairedOutcomes(
        model: [true, true, false, false, true], reference: [true, false, true, false, true])
    #expect(outcomes == (try PairedOutcomes(both: 2, gained: 1, lost: 1, neither: 1)))
    #expect(outcomes.rows == 5 && outcomes.discordant == 2 && outcomes.difference == 0)
}

@Test func `several runs of which few rows differ are counted by sign`() throws {
    let design = try NonInferiority.Design(margin: 0.015)
    let same = try RepeatedRuns(differences: Array(repeating: 0, count: 500), design: design)
    #expect(same.verdict == .pass && same.difference == 0)
    let few = try RepeatedRuns(differences: Array(repeating: 0, count: 100), design: design)
    #expect(few.verdict == .inconclusive(rowsNeeded: 178))
    let thirds = [-1.0 / 3, -1.0 / 3, 1.0 / 3] + Array(repeating: 0, count: 297)
    let counted = try NonInferiority(try table(rows: 300, gained: 1, lost: 2), design: design)
    #expect(try RepeatedRuns(differences: thirds, design: design).verdict == counted.verdict)
    let worse = try RepeatedRuns(
        differences: Array(repeating: -1.0 / 3, count: 50) + Array(repeating: 0, count: 450),
        design: design)
    #expect(worse.verdict == .fail)
    // All rows alike, and no spread to be unsure by.
    let flat = try RepeatedRuns(differences: Array(repeating: -0.5, count: 20), design: design)
    #expect(flat.verdict == .fail && flat.notWorse == 1)
}

@Test func `averaging over runs decides with fewer rows`() throws {
    let random = CounterRandom(seed: 1, stream: "average")
    let design = try NonInferiority.Design(margin: 0.02)
    func runs(_ count: Int) throws -> Interval {
        let differences = (0..<1000).map { row in
            let wins = (0..<count).reduce(0.0) { sum, run in
                let value = random.uniform(row * 10 + run)
                return sum + (value < 0.04 ? 1 : value < 0.08 ? -1 : 0)
            }
            return wins / Double(count)
        }
        return try RepeatedRuns(differences: differences, design: design).interval
    }
    let (one, five) = (try runs(1), try runs(5))
    #expect(five.high - five.low < 0.6 * (one.high - one.low))
}
