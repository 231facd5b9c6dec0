import Foundation
import Models
public import Tensors
import Tokenizers

/// One text's answer.
public struct Prediction: Sendable, Equatable {
    /// The likeliest label; of equals, the first.
    public let label: String
    /// Its probability, 0...1.
    public let score: Double
    /// The probability of every label, in the labels' order.
    public let scores: [Score]

    /// A label with its probability.
    public struct Score: Sendable, Equatable, Codable {
        /// The name of the label.
        public let label: String
        /// Its probability, 0...1.
        public let score: Double
    }
}

/// Why a package cannot be used.
public enum PredictorError: Error, Equatable, CustomStringConvertible {
    case noManifest(path: String)
    case badManifest(path: String, reason: String)
    case unsupportedFormat(path: String, found: Int)
    case missingFile(path: String)
    case wrongSize(path: String, expected: Int, found: Int)
    case notListed(path: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .noManifest(let path):
            """
            \(path): no such file
            hint: name the folder that the package stage writes, such as 'package'
            """
        case .badManifest(let path, let reason):
            "\(path): not a package manifest: \(reason)"
        case .unsupportedFormat(let path, let found):
            """
            \(path): the package has a format that this version does not know
              expected: 1
              found:    \(found)
            """
        case .missingFile(let path):
            """
            \(path): the manifest lists this file, and it is not there
            hint: copy the package again, or restore it with 'nlpipe checkout'
            """
        case .wrongSize(let path, let expected, let found):
            """
            \(path): the size differs from the manifest's
              expected: \(expected) bytes
              found:    \(found) bytes
            hint: copy the package again, or restore it with 'nlpipe checkout'
            """
        case .notListed(let path):
            "\(path): the manifest does not list this file, which a package needs"
        }
    }
}

/// A packaged model, ready to label texts.
public struct Predictor: Sendable {
    /// The labels, in the order of the scores.
    public var labels: [String] { model.labels }

    private let model: any SequenceClassifier
    private let tokenizer: WordPieceTokenizer
    private static let batchSize = 32

    /// Opens a folder that the package stage wrote.
    ///
    /// Checks that every file of `manifest.json` is there with its size; contents are checked by the
    /// readers of the formats. Throws `PredictorError`, or what the readers throw.
    public init(package folder: String) throws {
        try PackageManifest(folder: folder).check()
        model = try QuantizedClassifier.load(folder)
        tokenizer = try WordPieceTokenizer(folder: folder)
    }

    /// Labels every text; answers are in the order of `texts`.
    public func predict(_ texts: [String], compute: Compute) throws -> [Prediction] {
        let tokens = texts.map { tokenizer.encode($0, maximumLength: model.maximumLength) }
        let order = tokens.indices.sorted { (tokens[$0].count, $0) < (tokens[$1].count, $1) }
        var found: [Int: Prediction] = [:]
        for start in stride(from: 0, to: order.count, by: Self.batchSize) {
            let batch = order[start..<min(start + Self.batchSize, order.count)]
            let logits = try model.logits(
                TokenBatch(batch.map { tokens[$0] }), compute: compute)
            for (row, index) in batch.enumerated() {
                found[index] = Prediction(logits: logits.row(row).values, labels: labels)
            }
        }
        return texts.indices.compactMap { found[$0] }
    }
}

extension Prediction {
    /// Takes the softmax of one row of logits.
    init(logits: [Float], labels: [String]) {
        let top = Double(logits.max() ?? 0)
        let powers = logits.map { exp(Double($0) - top) }
        let total = powers.reduce(0, +)
        let scores = zip(labels, powers).map { Score(label: $0, score: $1 / total) }
        let best = scores.indices.reduce(0) { scores[$1].score > scores[$0].score ? $1 : $0 }
        label = scores.isEmpty ? "" : scores[best].label
        score = scores.isEmpty ? 0 : scores[best].score
        self.scores = scores
    }
}

/// The part of `manifest.json` that a reader needs.
private struct PackageManifest {
    private struct Content: Decodable {
        struct File: Decodable { var size: Int }
        var format: Int
        var files: [String: File]
    }

    private let folder: String
    private let content: Content

    private static let needed = ["config.json", "model.safetensors", "vocab.txt"]

    init(folder: String) throws {
        self.folder = folder
        let path = "\(folder)/manifest.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PredictorError.noManifest(path: path)
        }
        do {
            content = try JSONDecoder().decode(Content.self, from: data)
        } catch {
            throw PredictorError.badManifest(
                path: path, reason: "no JSON object with 'format' and 'files'")
        }
        guard content.format == 1 else {
            throw PredictorError.unsupportedFormat(path: path, found: content.format)
        }
    }

    /// Throws unless every listed file is there with its size, the needed ones among them.
    func check() throws {
        for name in Self.needed where content.files[name] == nil {
            throw PredictorError.notListed(path: "\(folder)/\(name)")
        }
        for (name, file) in content.files.sorted(by: { $0.key < $1.key }) {
            let path = "\(folder)/\(name)"
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let size = attributes?[.size] as? NSNumber else {
                throw PredictorError.missingFile(path: path)
            }
            guard size.intValue == file.size else {
                throw PredictorError.wrongSize(
                    path: path, expected: file.size, found: size.intValue)
            }
        }
    }
}
