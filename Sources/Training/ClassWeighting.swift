/// How much a label's class counts in the cross-entropy.
public enum ClassWeighting: String, Sendable, Equatable, Codable, CaseIterable {
    /// Every row counts the same.
    case none
    /// Every class counts the same: class c of K weighs n / (K · n_c) where n_c of n labelled
    /// training rows have it (King and Zeng, "Logistic Regression in Rare Events Data", 2001).
    case balanced

    /// The weight of each class among `labels`, -1 for none; empty where all weigh the same.
    ///
    /// A class without rows weighs 0, as nothing is asked about it.
    public func weights(labels: [Int32], classes: Int) -> [Double] {
        guard self == .balanced else { return [] }
        var counts = [Int](repeating: 0, count: classes)
        for label in labels where counts.indices.contains(Int(label)) { counts[Int(label)] += 1 }
        let total = Double(counts.reduce(0, +))
        return counts.map { $0 > 0 ? total / (Double(classes) * Double($0)) : 0 }
    }
}

/// The number on the validation rows by which the best epoch is chosen.
public enum EpochChoice: String, Sendable, Equatable, Codable, CaseIterable {
    /// The share of labels that are predicted.
    case accuracy
    /// The mean F1 of the classes, in which a rare class counts as much as a frequent one.
    case macroF1 = "macro_f1"
}
