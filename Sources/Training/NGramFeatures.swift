import Foundation

/// The rows of a sparse matrix: for each row the columns that are not zero, and their values.
struct SparseRows: Sendable {
    private(set) var offsets = [0]
    private(set) var columns: [Int32] = []
    private(set) var values: [Double] = []

    var count: Int { offsets.count - 1 }

    mutating func append(_ row: [(column: Int32, value: Double)]) {
        for entry in row {
            columns.append(entry.column)
            values.append(entry.value)
        }
        offsets.append(columns.count)
    }
}

/// TF-IDF of word 1-grams and 2-grams: sublinear counts, smooth inverse document frequencies, rows
/// of L2 norm 1, as scikit-learn's `TfidfVectorizer` has them.
struct NGramFeatures: Sendable {
    private let indices: [String: Int32]
    private let weights: [Double]
    /// The UTF-8 bytes of all n-grams.
    let textBytes: Int

    var count: Int { weights.count }

    /// Learns the n-grams that occur in at least `minimumDocuments` of the texts.
    init(texts: [String], minimumDocuments: Int) {
        var documents: [String: Int] = [:]
        for text in texts {
            for gram in Set(WordTokens.grams(text)) { documents[gram, default: 0] += 1 }
        }
        let kept = documents.filter { $0.value >= minimumDocuments }.map {
            (Array($0.key.utf8), $0)
        }
        .sorted { $0.0.lexicographicallyPrecedes($1.0) }
        let total = Double(texts.count)
        weights = kept.map { log((1 + total) / (1 + Double($0.1.value))) + 1 }
        textBytes = kept.reduce(0) { $0 + $1.0.count }
        indices = Dictionary(
            kept.enumerated().map { ($1.1.key, Int32($0)) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// The features of one text, by ascending column; n-grams never learnt are left out.
    func row(_ text: String) -> [(column: Int32, value: Double)] {
        var counts: [Int32: Int] = [:]
        for gram in WordTokens.grams(text) {
            if let column = indices[gram] { counts[column, default: 0] += 1 }
        }
        let raw = counts.sorted { $0.key < $1.key }.map { column, count in
            (column: column, value: (1 + log(Double(count))) * weights[Int(column)])
        }
        let norm = raw.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
        return raw.map { (column: $0.column, value: $0.value / norm) }
    }

    /// The features of many texts.
    func rows(_ texts: [String]) -> SparseRows {
        var rows = SparseRows()
        for text in texts { rows.append(row(text)) }
        return rows
    }
}
