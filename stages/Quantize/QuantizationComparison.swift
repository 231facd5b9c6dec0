import Tensors
import Training

/// How far integer logits are from float logits on the same rows.
struct QuantizationComparison: Equatable {
    /// Share of rows with the same likeliest label.
    var labelAgreement = 1.0
    var largestLogitDifference = 0.0
    var meanLogitDifference = 0.0
    /// Accuracy on labelled rows; nil where there are none.
    var floatAccuracy: Double?
    var accuracy: Double?

    init(float: Tensor, integer: Tensor, labels: [Int32]) {
        let (expected, found) = (float.values, integer.values)
        let differences = zip(expected, found).map { Double(abs($0 - $1)) }
        if !differences.isEmpty {
            largestLogitDifference = differences.reduce(0, max)
            meanLogitDifference = differences.reduce(0, +) / Double(differences.count)
        }
        let classes = float.columns
        let pairs = (0..<float.rows).map { row in
            let range = row * classes..<(row + 1) * classes
            return (likeliest(expected[range]), likeliest(found[range]))
        }
        if !pairs.isEmpty {
            let equal = pairs.count { $0.0 == $0.1 }
            labelAgreement = Double(equal) / Double(pairs.count)
        }
        let labelled = zip(pairs, labels).filter { $1 >= 0 }
        if !labelled.isEmpty {
            let total = Double(labelled.count)
            floatAccuracy = Double(labelled.count { $0.0 == Int($1) }) / total
            accuracy = Double(labelled.count { $0.1 == Int($1) }) / total
        }
    }
}

/// The place of the largest score, of equals the first.
private func likeliest(_ scores: ArraySlice<Float>) -> Int {
    var best = scores.startIndex
    for index in scores.indices where scores[index] > scores[best] { best = index }
    return best - scores.startIndex
}
