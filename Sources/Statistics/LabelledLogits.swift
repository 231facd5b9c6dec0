#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Scores of rows before softmax, with the class that each row has.
public struct LabelledLogits: Sendable, Equatable {
    /// One list of scores a row, all of one length.
    public let logits: [[Double]]
    /// The index of every row's class.
    public let classes: [Int]

    /// Pairs scores with classes.
    ///
    /// Throws `StatisticsError` for lists of different lengths or without rows, scores that are not
    /// finite, and indices of no class.
    public init(logits: [[Double]], classes: [Int]) throws {
        guard logits.count == classes.count else {
            throw StatisticsError.counts(
                what: "logits", expected: classes.count, found: logits.count)
        }
        guard let width = logits.first?.count, width > 0 else {
            throw StatisticsError.outOfRange(
                what: "the number of rows", expected: "1 or more", found: 0)
        }
        for (row, scores) in logits.enumerated() {
            guard scores.count == width else {
                throw StatisticsError.counts(
                    what: "logits of row \(row)", expected: width, found: scores.count)
            }
            guard scores.allSatisfy(\.isFinite) else {
                throw StatisticsError.notFinite(what: "logits", index: row)
            }
            guard (0..<width).contains(classes[row]) else {
                throw StatisticsError.outOfRange(
                    what: "the class of row \(row)", expected: "0 to \(width - 1)",
                    found: Double(classes[row]))
            }
        }
        self.logits = logits
        self.classes = classes
    }

    /// The probabilities of every row: softmax of the scores over `temperature`, which is above 0.
    public func probabilities(temperature: Double = 1) -> [[Double]] {
        logits.map { Self.softmax($0, inverse: 1 / temperature).probabilities }
    }

    /// The mean negative log-likelihood of the classes, in nats.
    public func negativeLogLikelihood(temperature: Double = 1) -> Double {
        let inverse = 1 / temperature
        let total = zip(logits, classes).reduce(0) { sum, row in
            sum + Self.softmax(row.0, inverse: inverse).logTotal - inverse * row.0[row.1]
        }
        return total / Double(classes.count)
    }

    /// The mean squared distance, in 0...2, between the probabilities and the one-hot class.
    public func brier(temperature: Double = 1) -> Double {
        let total = zip(probabilities(temperature: temperature), classes).reduce(0) { sum, row in
            sum
                + row.0.enumerated().reduce(0) { squares, score in
                    let distance = score.element - (score.offset == row.1 ? 1 : 0)
                    return squares + distance * distance
                }
        }
        return total / Double(classes.count)
    }

    /// Probabilities of `inverse` × scores, and the logarithm of the sum of their exponentials.
    static func softmax(
        _ scores: [Double], inverse: Double
    ) -> (probabilities: [Double], logTotal: Double) {
        let top = scores.reduce(-.infinity) { max($0, inverse * $1) }
        let powers = scores.map { exp(inverse * $0 - top) }
        let total = powers.reduce(0, +)
        return (powers.map { $0 / total }, top + log(total))
    }
}
