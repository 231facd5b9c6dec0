import Foundation

/// The softmax of one row in Double, for losses and metrics: rows are short, exactness is cheap.
enum Softmax {
    /// The logarithms of the probabilities of `scores / temperature`.
    static func logs(_ scores: ArraySlice<Float>, temperature: Double = 1) -> [Double] {
        logs(scores.map { Double($0) / temperature })
    }

    /// The logarithms of the probabilities of `scores`.
    static func logs(_ scores: [Double]) -> [Double] {
        let top = scores.max() ?? 0
        let total = log(scores.reduce(0) { $0 + exp($1 - top) })
        return scores.map { $0 - top - total }
    }
}
