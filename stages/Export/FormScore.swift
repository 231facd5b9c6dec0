import Tensors

/// What one form says of the validation rows.
struct FormScore: Equatable {
    /// Share of rows with the label that the float model gives.
    let agreement: Double
    /// Share of labelled rows with the right label; nil where none is labelled.
    let accuracy: Double?

    init(_ logits: Tensor, float: Tensor, labels: [Int32]) {
        let found = (0..<logits.rows).map { FormScore.likeliest(logits.row($0).values) }
        let expected = (0..<float.rows).map { FormScore.likeliest(float.row($0).values) }
        let equal = zip(found, expected).count { $0 == $1 }
        agreement = found.isEmpty ? 1 : Double(equal) / Double(found.count)
        let labelled = zip(found, labels).filter { $1 >= 0 }
        let right = labelled.count { $0.0 == Int($0.1) }
        accuracy = labelled.isEmpty ? nil : Double(right) / Double(labelled.count)
    }

    /// The place of the largest score, of equals the first.
    private static func likeliest(_ scores: [Float]) -> Int {
        scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    }
}
