@testable import Datasets
import Foundation
import Models
import ParamValues
import Pipelines
import StageKit
import Synchronization
import TestSupport
import Tokenizers

/// A tiny prepared data set and encoder on disk, for the stages that train.
struct TinyWorld {
    static let words = [
        "the", "film", "is", "was", "and", "lovely", "fine", "awful", "dull", "odd",
    ]
    let folder: TemporaryFolder

    var prepared: String { folder.file("data/prepared") }
    var encoder: String { folder.file("data/raw/encoder") }

    init(maximumLength: Int = 16, positions: Int = 20) throws {
        folder = try TemporaryFolder()
        let letters = (97...122).map { String(UnicodeScalar(UInt8($0))) }
        let pieces =
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + letters + letters.map { "##\($0)" }
            + Self.words
        try folder.write(
            pieces.map { "\($0)\n" }.joined(), to: "data/prepared/tokenizer/vocab.txt")
        let tokenizer = try WordPieceTokenizer(folder: "\(folder.path)/data/prepared/tokenizer")
        let files = PreparedFolder(prepared)
        try files.write(
            PreparedFolder.Head(format: PreparedFolder.format, maximumLength: maximumLength),
            to: files.headFile)
        try files.write(["bad", "good"], to: files.labelsFile)
        for (name, count) in [(SplitName.train, 48), (.valid, 16), (.test, 8), (.unlabelled, 12)] {
            let rows = Self.rows(count, labelled: name != .unlabelled)
            try files.write(
                PreparedSplit(
                    rows: rows,
                    tokens: rows.map {
                        tokenizer.encode($0.text, maximumLength: maximumLength)
                    },
                    labels: rows.map { $0.label.map { $0 == "good" ? 1 : 0 } ?? -1 }), as: name)
        }
        let config = EncoderConfig(
            vocabularySize: pieces.count, hiddenSize: 16, headSize: 4,
            layers: Array(repeating: LayerShape(heads: 4, intermediate: 32), count: 3),
            maximumPositions: positions)
        let model = try Classifier.initial(
            config: config, pooling: .mean, labels: ["x", "y"], seed: 8)
        try Checkpoint.save(model, to: encoder)
    }

    /// Every text names its class by one word; the first holds a word that occurs only once.
    private static func rows(_ count: Int, labelled: Bool) -> [Row] {
        (0..<count).map { i in
            let good = i % 2 == 1
            let word = [["awful", "dull"], ["lovely", "fine"]][good ? 1 : 0][i / 2 % 2]
            let start = i == 0 && labelled ? "odd" : "the"
            let end = (0..<(i % 4)).map { _ in " and" }.joined()
            return Row(
                id: i + 1, text: "\(start) film \(i % 3 == 0 ? "is" : "was") \(word)\(end)",
                label: labelled ? (good ? "good" : "bad") : nil)
        }
    }

    /// A context whose outs lie below `run` and whose events go to `log`.
    func context(
        _ stage: String, run: String, deps: [String], outs: [String], parameters: ParamValue,
        threads: Int = 1, log: EventLog = EventLog(), provenance: [ProvenanceRecord] = [],
        cancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> StageContext {
        for out in outs {
            let parent = URL(fileURLWithPath: folder.file("\(run)/\(out)"))
                .deletingLastPathComponent()
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        }
        return StageContext(
            stage: stage, threads: threads,
            deps: Dictionary(uniqueKeysWithValues: deps.map { ($0, folder.file($0)) }),
            outs: Dictionary(uniqueKeysWithValues: outs.map { ($0, folder.file("\(run)/\($0)")) }),
            parameters: parameters, provenance: provenance,
            checkpointFolder: folder.file("\(run)/checkpoint"),
            emit: { log.add($0) }, cancelled: cancelled)
    }

    /// The bytes of every file below a folder, by relative path.
    func files(_ path: String) throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.file(path))
        var found: [String: Data] = [:]
        for name in names {
            found[name] = FileManager.default.contents(atPath: folder.file("\(path)/\(name)"))
        }
        return found
    }

    /// A metrics file.
    func metrics(_ path: String) throws -> [String: Double] {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(path)))
        return try JSONDecoder().decode([String: Double].self, from: data)
    }
}

/// The events of a stage, in order.
final class EventLog: Sendable {
    private let state = Mutex<[StageEvent]>([])

    func add(_ event: StageEvent) { state.withLock { $0.append(event) } }

    var fractions: [Double] {
        state.withLock { events in
            events.compactMap { if case .progress(let fraction, _) = $0 { fraction } else { nil } }
        }
    }

    func points(_ name: String) -> [Double] {
        state.withLock { events in
            events.compactMap {
                if case .point(name, _, let value) = $0 { value } else { nil }
            }
        }
    }
}

/// The text of the error that `body` throws; nil when it throws none.
func message(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch {
        return "\(error)"
    }
}
