#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How the range of a site's activations is chosen from what was seen.
public enum CalibrationMethod: String, Sendable, CaseIterable, Codable {
    /// From the least to the largest value.
    case minmax
    /// Without the outermost values, as many as `percentile` leaves out, half of them at each end.
    case percentile
    /// The range whose levels are nearest to the values, by mean squared error.
    case mse
    /// The range whose levels keep most of the distribution, by relative entropy
    /// (S. Migacz, "8-bit inference with TensorRT", GTC 2017), for both ends.
    case entropy

    /// The range for what `histogram` counted.
    ///
    /// - Parameter percentile: the share of values to keep, above 50 and up to 100.
    func range(_ histogram: ActivationHistogram, percentile: Double) -> ActivationRange {
        let all = 0..<histogram.counts.count
        guard histogram.total > 0 else { return histogram.range(all) }
        switch self {
        case .minmax: return histogram.range(all)
        case .percentile: return histogram.range(histogram.middle(percentile))
        case .mse:
            let errors = SquaredErrors(histogram)
            return histogram.range(histogram.best { errors.sum(keeping: $0) })
        case .entropy: return histogram.range(histogram.best { histogram.divergence($0) })
        }
    }
}

extension ActivationHistogram {
    /// The range of steps `kept`.
    func range(_ kept: Range<Int>) -> ActivationRange {
        ActivationRange(low: Float(edge(kept.lowerBound)), high: Float(edge(kept.upperBound)))
    }

    /// The steps that hold the middle `percentile` per cent of all values.
    func middle(_ percentile: Double) -> Range<Int> {
        let cut = Double(total) * (100 - percentile) / 200
        func outer(_ bins: some Sequence<Int>) -> Int {
            var seen = 0
            for bin in bins {
                seen += counts[bin]
                if Double(seen) > cut { return bin }
            }
            return 0
        }
        let first = outer(counts.indices)
        let last = outer(counts.indices.reversed())
        return first..<max(last, first) + 1
    }

    /// The steps with the least loss, each end moved in turn until nothing is gained.
    ///
    /// Ends stop at 0, which a range always holds, and leave a level at least one step.
    func best(_ loss: (Range<Int>) -> Double) -> Range<Int> {
        let zero = Int(((0 - low) / width).rounded(.down))
        let (lowest, highest) = (min(max(zero, 0), counts.count - 1), counts.count)
        var kept = 0..<highest
        var least = loss(kept)
        for _ in 0..<3 {
            let before = kept
            for end in stride(from: highest, through: lowest + 1, by: -16)
            where end - kept.lowerBound >= 256 {
                let found = loss(kept.lowerBound..<end)
                if found < least { (kept, least) = (kept.lowerBound..<end, found) }
            }
            for start in stride(from: 0, through: lowest, by: 16)
            where kept.upperBound - start >= 256 {
                let found = loss(start..<kept.upperBound)
                if found < least { (kept, least) = (start..<kept.upperBound, found) }
            }
            if kept == before { break }
        }
        return kept
    }

    /// The relative entropy of the clipped distribution and of what 256 levels keep of it.
    func divergence(_ kept: Range<Int>) -> Double {
        var clipped = counts[kept].map(Double.init)
        let inside = clipped
        clipped[0] += Double(counts[..<kept.lowerBound].reduce(0, +))
        clipped[clipped.count - 1] += Double(counts[kept.upperBound...].reduce(0, +))
        let (all, seen) = (clipped.reduce(0, +), inside.reduce(0, +))
        guard seen > 0 else { return .infinity }
        var sum = 0.0
        for level in 0..<256 {
            let bins = level * clipped.count / 256..<(level + 1) * clipped.count / 256
            let occupied = bins.count { clipped[$0] > 0 }
            guard occupied > 0 else { continue }
            let share = max(inside[bins].reduce(0, +) / Double(occupied) / seen, 1e-12)
            for bin in bins where clipped[bin] > 0 {
                let exact = clipped[bin] / all
                sum += exact * log(exact / share)
            }
        }
        return sum
    }
}

/// The squared errors that ranges of a histogram make, from sums over its first steps.
struct SquaredErrors {
    private let histogram: ActivationHistogram
    /// Sums of counts, of values and of their squares over the steps before each.
    private var counts = [0.0]
    private var values = [0.0]
    private var squares = [0.0]

    init(_ histogram: ActivationHistogram) {
        self.histogram = histogram
        for (bin, count) in histogram.counts.enumerated() {
            let value = histogram.edge(bin) + histogram.width / 2
            counts.append(counts[bin] + Double(count))
            values.append(values[bin] + Double(count) * value)
            squares.append(squares[bin] + Double(count) * value * value)
        }
    }

    /// Within a level values lie evenly; beyond the ends the error is the distance to them.
    func sum(keeping kept: Range<Int>) -> Double {
        let (first, last) = (histogram.edge(kept.lowerBound), histogram.edge(kept.upperBound))
        let level = (last - first) / 255
        let inside = counts[kept.upperBound] - counts[kept.lowerBound]
        return inside * level * level / 12 + distances(0..<kept.lowerBound, to: first)
            + distances(kept.upperBound..<histogram.counts.count, to: last)
    }

    private func distances(_ bins: Range<Int>, to end: Double) -> Double {
        func total(_ sums: [Double]) -> Double { sums[bins.upperBound] - sums[bins.lowerBound] }
        return total(squares) - 2 * end * total(values) + end * end * total(counts)
    }
}
