import Foundation

/// The texts of single examples, found in the data that predictions were made from.
public struct ExampleTexts: Sendable {
    private let texts: [String: String]

    /// No text is known.
    public init() { texts = [:] }

    private struct Line: Decodable {
        var id: PredictionFile.Identifier
        var label: String?
        var text: String
    }

    /// Looks for examples in the `*.jsonl` that the stage which makes `predictions` reads: lines
    /// with `id`, `label` and `text`, of which id and label have to be those of the row.
    ///
    /// What cannot be read is passed over: a text is help for a reader, nothing more.
    public init(
        of flips: [PairedRows.Flip], predictedAt predictions: String, in values: ProjectValues
    ) {
        let stage = values.pipeline?.stages.first { stage in
            stage.outs.contains {
                predictions == $0.path || predictions.hasPrefix("\($0.path)/")
            }
        }
        let folders = stage?.deps.filter { $0.glob == nil }.map(\.path) ?? []
        let paths = folders.flatMap { (try? values.files.list($0)) ?? [] }
            .filter { $0.hasSuffix(".jsonl") }
        var wanted = Dictionary(
            flips.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
        var found: [String: String] = [:]
        let decoder = JSONDecoder()
        for path in paths where !wanted.isEmpty {
            guard let bytes = try? values.files.read(path) else { continue }
            for line in bytes.split(separator: UInt8(ascii: "\n")) where !wanted.isEmpty {
                guard let example = try? decoder.decode(Line.self, from: Data(line)) else {
                    continue
                }
                let id = PredictionFile.shown(example.id.key)
                guard let label = wanted[id], label == example.label else { continue }
                found[id] = example.text
                wanted[id] = nil
            }
        }
        texts = found
    }

    /// The text of a row on one line, cut to `longest` characters; nil where it was not found.
    public subscript(id: String, longest longest: Int) -> String? {
        guard let text = texts[id] else { return nil }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .lineSeparator, .paragraphSeparator: shown.append(" ")
            case .control, .format, .surrogate, .privateUse:
                if scalar.properties.isWhitespace { shown.append(" ") }
            default: shown.append(scalar)
            }
        }
        let line = String(shown).split(separator: " ").joined(separator: " ")
        return line.count > longest ? "\(line.prefix(longest - 1))…" : line
    }
}
