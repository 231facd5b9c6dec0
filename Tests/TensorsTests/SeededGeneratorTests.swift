import Tensors
import Testing

@Suite struct SeededGeneratorTests {
    @Test func equalSeedsAndStreamsGiveEqualNumbers() {
        var a = SeededGenerator(seed: 1, stream: "x")
        var b = SeededGenerator(seed: 1, stream: "x")
        var other = SeededGenerator(seed: 1, stream: "y")
        let numbers = (0..<100).map { _ in a.next() }
        #expect(numbers == (0..<100).map { _ in b.next() })
        #expect(numbers != (0..<100).map { _ in other.next() })
    }

    // Five standard errors of 100,000 draws.
    @Test func drawsHaveTheMomentsOfTheirDistribution() {
        var generator = SeededGenerator(seed: 2, stream: "moments")
        let normal = (0..<100_000).map { _ in Double(generator.normal()) }
        let mean = normal.reduce(0, +) / 100_000
        let variance = normal.reduce(0) { $0 + $1 * $1 } / 100_000
        #expect(abs(mean) < 0.016)
        #expect(abs(variance - 1) < 0.023)
        let uniform = (0..<100_000).map { _ in Double(generator.uniform()) }
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(uniform.reduce(0, +) / 100_000 - 0.5) < 0.005)
    }
}
