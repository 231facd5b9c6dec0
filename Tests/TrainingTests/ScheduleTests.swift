import Testing

@testable import Training

@Test func `the learning rate rises over the warm-up and falls to almost nothing`() {
    let schedule = Schedule(peak: 1, warmup: 0.3, steps: 10)
    let rates = (0..<10).map(schedule.learningRate)
    #expect(rates[2] == 1)
    #expect(rates[3] == 1)
    #expect(abs(rates[0] - 1 / 3.0) < 1e-15)
    #expect(abs(rates[9] - 1 / 7.0) < 1e-15)
    #expect(schedule.learningRate(10) == 0)
}

@Test(arguments: [0.0, 1.0]) func `a schedule without rise or without fall stays finite`(
    warmup: Double
) {
    let schedule = Schedule(peak: 2, warmup: warmup, steps: 3)
    let rates = (0..<4).map(schedule.learningRate)
    #expect(rates.allSatisfy { $0.isFinite && $0 <= 2 })
    #expect(rates.dropLast().allSatisfy { $0 > 0 })
}
