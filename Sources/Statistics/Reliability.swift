/// Whether a model is right as often as it says: rows in bins of confidence.
public struct Reliability: Sendable, Equatable {
    /// How rows get into bins.
    public enum Binning: String, Sendable, CaseIterable {
        /// Bins of equal width over 0...1, open below and closed above (Guo et al., arXiv 1706.04599).
        case equalWidth
        /// Bins of equally many rows, by rank of confidence: no bin is nearly empty (Nguyen &
        /// O'Connor, EMNLP 2015).
        case equalMass
    }

    /// One bin.
    public struct Bin: Sendable, Equatable {
        /// Confidences above this, or from it on in the first bin.
        public let low: Double
        /// Confidences up to this.
        public let high: Double
        /// The number of rows.
        public let rows: Int
        /// The mean confidence of the rows; 0 without rows.
        public let confidence: Double
        /// The share of rows that are right; 0 without rows.
        public let accuracy: Double
    }

    /// The bins, by ascending confidence.
    public let bins: [Bin]

    /// Sorts rows into `count` bins.
    ///
    /// - Parameters:
    ///   - confidences: the probability of each row's prediction, 0...1.
    ///   - right: whether each prediction is right.
    ///
    /// Throws `StatisticsError` for lists of different length, probabilities that are none, and a
    /// number of bins that is not in 1...10000.
    public init(
        confidences: [Double], right: [Bool], bins count: Int = 15,
        binning: Binning = .equalWidth
    ) throws {
        guard confidences.count == right.count else {
            throw StatisticsError.counts(
                what: "confidences", expected: right.count, found: confidences.count)
        }
        guard (1...10_000).contains(count) else {
            throw StatisticsError.outOfRange(
                what: "the number of bins", expected: "1 to 10000", found: Double(count))
        }
        for value in confidences where !(0...1).contains(value) {
            throw StatisticsError.outOfRange(
                what: "a confidence", expected: "0 to 1", found: value)
        }
        var members = [[Int]](repeating: [], count: count)
        switch binning {
        case .equalWidth:
            for (row, value) in confidences.enumerated() {
                let place = Int((value * Double(count)).rounded(.up)) - 1
                members[min(max(place, 0), count - 1)].append(row)
            }
        case .equalMass:
            let order = confidences.indices.sorted {
                (confidences[$0], $0) < (confidences[$1], $1)
            }
            for (rank, row) in order.enumerated() {
                members[rank * count / order.count].append(row)
            }
        }
        bins = members.enumerated().map { place, rows in
            let values = rows.map { confidences[$0] }
            let size = Double(max(1, rows.count))
            let equal = binning == .equalWidth
            return Bin(
                low: equal ? Double(place) / Double(count) : values.min() ?? 0,
                high: equal ? Double(place + 1) / Double(count) : values.max() ?? 0,
                rows: rows.count, confidence: values.reduce(0, +) / size,
                accuracy: Double(rows.count { right[$0] }) / size)
        }
    }

    /// Expected calibration error: the mean distance of confidence and accuracy, weighted by rows.
    public var expectedError: Double {
        let rows = Double(max(1, bins.reduce(0) { $0 + $1.rows }))
        return bins.reduce(0) { $0 + Double($1.rows) * abs($1.confidence - $1.accuracy) } / rows
    }

    /// The largest distance of confidence and accuracy in a bin that has rows.
    public var largestError: Double {
        bins.reduce(0) { $1.rows > 0 ? max($0, abs($1.confidence - $1.accuracy)) : $0 }
    }
}
