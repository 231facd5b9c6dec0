import BenchReport
import Testing

@Suite struct SpreadTests {
    @Test("The median of an odd number of values is the middle one, whatever their order")
    func odd() {
        let spread = Spread([5, 1, 3])
        #expect(spread?.median == 3)
        #expect(spread?.lowest == 1)
        #expect(spread?.highest == 5)
    }

    @Test("The median of an even number of values is the mean of the two middle ones")
    func even() { #expect(Spread([4, 1, 3, 2])?.median == 2.5) }

    @Test("There is no spread of nothing, nor of a value that is not finite")
    func none() {
        #expect(Spread([]) == nil)
        #expect(Spread([1, .nan]) == nil)
        #expect(Spread([1, .infinity]) == nil)
    }

    @Test("A ratio is above 1 where ours is better: the higher speed, the shorter time")
    func ratio() {
        #expect(Direction.higher.ratio(300, 100) == 3)
        #expect(Direction.lower.ratio(100, 300) == 3)
    }

    @Test("Ratios pair the values of one round and leave out sides at zero")
    func pairs() {
        #expect(Direction.higher.ratios([2, 0, 9], [1, 1, 3]) == [2, 3])
        #expect(Direction.lower.ratios([2, 4], [8, 4, 5]) == [4, 1])
    }

    @Test("The ratio's median need not be the ratio of the medians: rounds are compared, not sums")
    func paired() {
        let ratios = Direction.higher.ratios([10, 20, 90], [10, 10, 30])
        #expect(Spread(ratios)?.median == 2)
    }

    @Test("A percentile is the value of the nearest rank")
    func percentiles() {
        let values = (1...200).map(Double.init)
        #expect(percentile(0.5, of: values) == 100)
        #expect(percentile(0.95, of: values) == 190)
        #expect(percentile(1, of: values) == 200)
        #expect(percentile(0, of: values) == 1)
        #expect(percentile(0.5, of: []) == nil)
    }
}
