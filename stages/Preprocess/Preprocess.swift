import Datasets
public import StageKit
import Tokenizers

/// Raw table → split, deduplicated, tokenized data set.
public struct Preprocess: StageModule {
    /// The name that `run:` gives.
    public static let name = "preprocess"
    /// One line for listings.
    public static let summary =
        "Splits a labelled table by group and turns its texts into token ids"
    /// The digest of the stage's code.
    public static let codeDigest = CodeDigest.value
    /// The files of that code.
    public static let codeFiles = CodeDigest.files

    /// Creates the module.
    public init() {}

    /// Reads the table and the encoder's tokenizer, writes `data/prepared` and the metrics.
    public func run(_ context: StageContext) async throws {
        let data: DataParameters = try context.parameters(at: "data")
        let encoder: EncoderParameters = try context.parameters(at: "encoder")
        let settings: PreprocessParameters = try context.parameters(at: "preprocess")
        try check(data, settings)
        let tokenizer = try WordPieceTokenizer(folder: try context.dep(at: encoder.path))
        let length = encoder.maximumLength ?? 64
        guard (3...tokenizer.modelMaximumLength).contains(length) else {
            throw PreprocessError.badLength(found: length, limit: tokenizer.modelMaximumLength)
        }

        context.progress(0, "reading \(data.file)")
        let file = try ExampleFile(
            path: try context.dep(at: data.file), named: data.file, format: data.format ?? .auto,
            columns: data.columns)
        let rule = LabelRule(
            labels: data.labels, unlabelled: data.unlabelled ?? [],
            unknown: settings.unknownLabel ?? .error)
        let sorted = try rule.sort(file.rows, file: data.file)
        let rows = try SplitRows(
            labelled: sorted.labelled, unlabelled: sorted.unlabelled,
            rule: try SplitRule(
                train: settings.split.train, valid: settings.split.valid,
                test: settings.split.test),
            limit: settings.limit, sentences: settings.unlabelledSentences ?? true)
        try rows.requireTrainingRows(of: sorted.labels)
        try context.checkCancellation()

        context.progress(0.2, "tokenizing")
        let preparation = try Preparation(
            rows, labels: sorted.labels, tokenizer: tokenizer, maximumLength: length,
            threads: context.threads
        ) { share in
            try context.checkCancellation()
            context.progress(0.2 + 0.7 * share, "tokenizing")
        }

        context.progress(0.9, "writing")
        let rejections = (file.rejections + sorted.rejections).sorted { $0.id < $1.id }
        try preparation.write(to: try context.out(named: "prepared"), rejections: rejections)
        var metrics = Metrics()
        metrics.add(file, rejections: rejections)
        metrics.add(rows, labels: sorted.labels)
        metrics.add(preparation, tokenizer: tokenizer)
        if let path = context.optionalOut(named: "preprocess") { try metrics.write(to: path) }
        for rejection in rejections.prefix(10) {
            context.log("\(data.file):\(rejection.line): rejected: \(rejection.detail)")
        }
        context.progress(1, "\(file.records) records, \(rejections.count) rejected")
    }

    private func check(_ data: DataParameters, _ settings: PreprocessParameters) throws {
        if let limit = settings.limit, limit < 1 { throw PreprocessError.badLimit(found: limit) }
        var seen: Set<String> = []
        for label in data.labels ?? [] where !seen.insert(label).inserted {
            throw PreprocessError.repeatedLabel(label)
        }
        for label in data.unlabelled ?? [] where seen.contains(label) {
            throw PreprocessError.labelInBothLists(label)
        }
    }
}
