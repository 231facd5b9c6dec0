import FoundationEssentials
public import Tokenizers

/// Split rows made into token ids: what the preprocess stage writes and measures.
public struct Preparation: Sendable {
    /// The class names in index order.
    public let labels: [String]
    /// The longest sequence that is kept, in tokens.
    public let maximumLength: Int
    /// Rows, ids and classes of every split.
    public let splits: [SplitName: PreparedSplit]
    /// The number of tokens of every row before it was cut to the maximum length.
    public let fullLengths: [SplitName: [Int]]
    private let tokenizer: WordPieceTokenizer

    /// Rows that are encoded between two reports of progress.
    private static let block = 2000

    /// Encodes every row on at most `threads` threads; the result does not depend on their number.
    ///
    /// `progress` hears the share of rows done, and may throw to stop.
    public init(
        _ rows: SplitRows, labels: [String], tokenizer: WordPieceTokenizer, maximumLength: Int,
        threads: Int = 1, progress: (Double) throws -> Void = { _ in }
    ) throws {
        let total = max(1, rows.rows.values.reduce(0) { $0 + $1.count })
        var done = 0
        var splits: [SplitName: PreparedSplit] = [:]
        var fullLengths: [SplitName: [Int]] = [:]
        let indices = Dictionary(
            labels.enumerated().map { (ExactText($1), Int32($0)) }, uniquingKeysWith: { a, _ in a })
        for name in SplitName.allCases {
            var tokens: [[Int32]] = []
            var lengths: [Int] = []
            let part = rows.rows[name] ?? []
            for start in stride(from: 0, to: part.count, by: Self.block) {
                let texts = part[start..<min(part.count, start + Self.block)].map(\.text)
                for full in tokenizer.encode(texts, maximumLength: nil, threads: threads) {
                    lengths.append(full.count)
                    tokens.append(Self.cut(full, to: maximumLength, end: tokenizer.sepID))
                }
                done += texts.count
                try progress(Double(done) / Double(total))
            }
            let classes = part.map { row in row.label.flatMap { indices[ExactText($0)] } ?? -1 }
            splits[name] = PreparedSplit(rows: part, tokens: tokens, labels: classes)
            fullLengths[name] = lengths
        }
        self.labels = labels
        self.maximumLength = maximumLength
        self.splits = splits
        self.fullLengths = fullLengths
        self.tokenizer = tokenizer
    }

    private static func cut(_ ids: ArraySlice<Int32>, to length: Int, end: Int32) -> [Int32] {
        ids.count <= length ? Array(ids) : Array(ids.prefix(max(1, length - 1))) + [end]
    }

    /// Writes the folder that `PreparedData` opens.
    public func write(to path: String, rejections: [Rejection]) throws {
        let folder = PreparedFolder(path)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw PreparedDataError.unwritable(file: path)
        }
        for name in SplitName.allCases {
            if let split = splits[name] { try folder.write(split, as: name) }
        }
        try folder.write(labels, to: folder.labelsFile)
        try folder.writeLines(rejections, to: folder.rejectionsFile)
        try tokenizer.write(to: folder.tokenizerFolder)
        try folder.write(
            PreparedFolder.Head(format: PreparedFolder.format, maximumLength: maximumLength),
            to: folder.headFile)
    }
}
