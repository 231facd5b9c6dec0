public import ParamValues

/// All combinations of the values of several overrides, the last of which changes fastest.
public struct ParamGrid: Sendable {
    /// One combination: an override with the one value that it has there.
    public typealias Point = [(override: ParamOverride, value: ParamValue)]

    private let overrides: [ParamOverride]
    /// How many combinations there are.
    public let count: Int

    /// Creates a grid; throws `DefinitionError` for more combinations than can be counted.
    public init(_ overrides: [ParamOverride]) throws {
        self.overrides = overrides
        var count = 1
        for override in overrides {
            let (product, overflow) = count.multipliedReportingOverflow(by: override.values.count)
            guard !overflow else {
                throw DefinitionError(diagnostics: [
                    Diagnostic(at: .nowhere, "the grid has more points than can be counted")
                ])
            }
            count = product
        }
        self.count = count
    }

    /// True where there is more than one combination.
    public var isSweep: Bool { count > 1 }

    /// The combination at a place in the grid, from 0.
    public subscript(place: Int) -> Point {
        var rest = place
        let point = overrides.reversed().map { override in
            let (quotient, index) = rest.quotientAndRemainder(dividingBy: override.values.count)
            rest = quotient
            return (override, override.values[index])
        }
        return point.reversed()
    }

    /// Different places in the grid by chance, in their order; all of them where there are not more.
    ///
    /// The same seed always gives the same places.
    public func places(random wanted: Int, seed: UInt64) -> [Int] {
        guard wanted < count else { return Array(0..<count) }
        // Floyd's way: as many draws as places, however large the grid.
        var generator = SplitMix(state: seed)
        var chosen: Set<Int> = []
        for last in (count - wanted)..<count {
            let place = Int.random(in: 0...last, using: &generator)
            if !chosen.insert(place).inserted { chosen.insert(last) }
        }
        return chosen.sorted()
    }
}

/// Vigna's SplitMix64: a small generator whose numbers are the same everywhere.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
