public import Tensors

/// The linear baseline: TF-IDF of word 1-grams and 2-grams under a multinomial logistic regression.
public struct NGramClassifier: Sendable {
    /// What to try.
    public struct Options: Sendable, Equatable {
        /// Inverse strengths of the L2 penalty (C in scikit-learn) to choose from.
        ///
        /// The best validation accuracy wins; of equal ones the first.
        public var penalties: [Double]
        /// An n-gram must occur in at least this many training texts.
        public var minimumDocuments: Int

        /// Creates options.
        public init(penalties: [Double] = [0.3, 1, 3, 10], minimumDocuments: Int = 2) {
            self.penalties = penalties
            self.minimumDocuments = minimumDocuments
        }
    }

    /// The class names, in index order.
    public let labels: [String]
    /// The penalty that validation chose.
    public let penalty: Double

    private let features: NGramFeatures
    private let regression: LogisticRegression

    /// Weights and intercepts.
    public var parameterCount: Int { regression.weights.count }

    /// Size of the model stored plainly: 4 bytes a weight and the UTF-8 of the n-grams.
    public var bytes: Int { 4 * parameterCount + features.textBytes }

    /// Trains on `texts` and chooses the penalty by accuracy on the validation texts.
    ///
    /// - Parameters:
    ///   - classes: class index of each text; texts of -1 are left out.
    ///   - progress: called between iterations with the fraction done; may throw to stop.
    public static func train(
        texts: [String], classes: [Int32], validTexts: [String], validClasses: [Int32],
        labels: [String], options: Options = Options(),
        progress: (Double) throws -> Void = { _ in }
    ) throws -> NGramClassifier {
        try check(options, labels: labels)
        let known = try labelled(texts, classes, labels: labels, what: "training")
        let held = try labelled(validTexts, validClasses, labels: labels, what: "validation")
        let features = NGramFeatures(
            texts: known.texts, minimumDocuments: options.minimumDocuments)
        let rows = features.rows(known.texts)
        let heldRows = held.texts.map(features.row)
        var regression = LogisticRegression(classes: labels.count, features: features.count)
        var best: (hits: Int, model: NGramClassifier)?
        for (trial, penalty) in options.penalties.enumerated() {
            try regression.fit(rows, labels: known.classes, penalty: penalty) { iteration in
                let part = Double(iteration) / 200
                try progress((Double(trial) + part) / Double(options.penalties.count))
            }
            let hits = zip(heldRows, held.classes).reduce(0) { count, example in
                count + (predicted(regression.logits(example.0)) == example.1 ? 1 : 0)
            }
            if best.map({ hits > $0.hits }) ?? true {
                let model = NGramClassifier(
                    labels: labels, penalty: penalty, features: features, regression: regression)
                best = (hits, model)
            }
        }
        try progress(1)
        guard let best else { throw TrainingError.noExamples(what: "penalty") }
        return best.model
    }

    /// One logit for each class; a text without a known n-gram gets the intercepts.
    public func logits(_ text: String) -> [Double] {
        regression.logits(features.row(text))
    }

    /// The logits of many texts, [texts, classes].
    public func logits(_ texts: [String]) -> Tensor {
        Tensor(texts.flatMap { logits($0).map(Float.init) }, shape: [texts.count, labels.count])
    }

    private static func predicted(_ logits: [Double]) -> Int {
        logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
    }

    private static func check(_ options: Options, labels: [String]) throws {
        guard labels.count >= 2 else {
            throw TrainingError.invalidOption(
                name: "labels", expected: "at least two classes", found: "\(labels.count)")
        }
        for penalty in options.penalties where !(penalty > 0 && penalty.isFinite) {
            throw TrainingError.invalidOption(
                name: "penalties", expected: "numbers above 0", found: "\(penalty)")
        }
        guard !options.penalties.isEmpty else {
            throw TrainingError.invalidOption(
                name: "penalties", expected: "at least one number", found: "none")
        }
    }

    private static func labelled(
        _ texts: [String], _ classes: [Int32], labels: [String], what: String
    ) throws -> (texts: [String], classes: [Int]) {
        guard texts.count == classes.count else {
            throw TrainingError.mismatch(
                what: "\(what) labels", expected: texts.count, found: classes.count)
        }
        try Evaluation.check(labels: classes, classes: labels.count)
        let rows = classes.indices.filter { classes[$0] >= 0 }
        guard !rows.isEmpty else { throw TrainingError.noLabels(what: what) }
        return (rows.map { texts[$0] }, rows.map { Int(classes[$0]) })
    }
}
