import FoundationEssentials
import Tensors
public import Tokenizers

/// One split of a prepared data set, in file order.
public struct PreparedSplit: Sendable {
    /// The rows, in file order.
    public let rows: [Row]
    /// The token ids of every row, `[CLS]` and `[SEP]` included.
    public let tokens: [[Int32]]
    /// The index of every row's label in the data set's labels; -1 where the row is unlabelled.
    public let labels: [Int32]

    /// Creates a split; the three arrays have one entry per row.
    public init(rows: [Row], tokens: [[Int32]], labels: [Int32]) {
        self.rows = rows
        self.tokens = tokens
        self.labels = labels
    }

    /// The number of rows.
    public var count: Int { rows.count }
}

/// A data set as the preprocess stage leaves it: splits, labels and the tokenizer.
public struct PreparedData: Sendable {
    /// The class names; a row's label is an index into them.
    public let labels: [String]
    /// The longest sequence of token ids, `[CLS]` and `[SEP]` included.
    public let maximumLength: Int
    let folder: PreparedFolder

    /// Opens a folder that the preprocess stage wrote.
    ///
    /// Throws `PreparedDataError` where it is missing, damaged or of another format.
    public init(folder: String) throws {
        self.folder = PreparedFolder(folder)
        let head = try self.folder.decode(PreparedFolder.Head.self, self.folder.headFile)
        guard head.format == PreparedFolder.format else {
            throw PreparedDataError.otherFormat(file: self.folder.headFile, found: head.format)
        }
        maximumLength = head.maximumLength
        labels = try self.folder.decode([String].self, self.folder.labelsFile)
    }

    /// Reads one split.
    ///
    /// Throws `PreparedDataError` where files do not fit together, or what the safetensors reader
    /// throws.
    public func split(_ name: SplitName) throws -> PreparedSplit {
        let file = folder.tensorsFile(name)
        guard FileManager.default.fileExists(atPath: file) else {
            throw PreparedDataError.missing(file: file)
        }
        let tensors = try SafeTensors(contentsOf: file)
        let ids = try tensors.int32("ids")
        let offsets = try tensors.int64("offsets")
        let classes = try tensors.int32("labels")
        let rows = try folder.readRows(name)
        func damaged(_ reason: String) -> PreparedDataError { .damaged(file: file, reason: reason) }
        guard offsets.count == rows.count + 1, classes.count == rows.count else {
            throw damaged(
                "\(rows.count) rows, \(offsets.count - 1) sequences, \(classes.count) labels")
        }
        guard offsets.first == 0, offsets.last == Int64(ids.count),
            zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw damaged("the offsets do not cut up the \(ids.count) ids") }
        guard classes.allSatisfy({ $0 >= -1 && $0 < labels.count }) else {
            throw damaged("a class index is outside of -1..<\(labels.count)")
        }
        guard ids.allSatisfy({ $0 >= 0 }) else { throw damaged("a token id is below 0") }
        let tokens = zip(offsets, offsets.dropFirst()).map { Array(ids[Int($0)..<Int($1)]) }
        return PreparedSplit(rows: rows, tokens: tokens, labels: classes)
    }

    /// Reads the tokenizer that the ids were made with.
    ///
    /// Throws `TokenizerError`.
    public func tokenizer() throws -> WordPieceTokenizer {
        try WordPieceTokenizer(folder: folder.tokenizerFolder)
    }
}

/// Why a prepared data set cannot be read or written.
public enum PreparedDataError: Error, Equatable, CustomStringConvertible {
    case missing(file: String)
    case damaged(file: String, reason: String)
    case otherFormat(file: String, found: Int)
    case unwritable(file: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .missing(let file):
            """
            \(file): no such file in the prepared data
            hint: the preprocess stage writes it
            """
        case .damaged(let file, let reason):
            "\(file): the prepared data do not fit together\n  found:    \(reason)"
        case .otherFormat(let file, let found):
            """
            \(file): written in another format
              expected: \(PreparedFolder.format)
              found:    \(found)
            hint: run the preprocess stage again
            """
        case .unwritable(let file): "\(file): cannot write the prepared data"
        }
    }
}
