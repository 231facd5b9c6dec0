import Datasets
import FoundationEssentials
import Tokenizers

/// The stage's metrics: one flat JSON object.
struct PreprocessMetrics {
    private enum Number: Encodable {
        case count(Int)
        /// Kept to six decimals.
        case real(Double)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .count(let value): try container.encode(value)
            case .real(let value): try container.encode((value * 1e6).rounded() / 1e6)
            }
        }
    }

    private var values: [String: Number] = [:]

    mutating func add(_ file: ExampleFile, rejections: [Rejection]) {
        values["records"] = .count(file.records)
        values["rejected"] = .count(rejections.count)
        for reason in Rejection.Reason.allCases {
            let count = rejections.count { $0.reason == reason }
            if count > 0 { values["rejected_\(reason.rawValue)"] = .count(count) }
        }
    }

    mutating func add(_ split: SplitRows, labels: [String]) {
        values["classes"] = .count(labels.count)
        for name in SplitName.allCases {
            let rows = split.rows[name] ?? []
            values["\(name)_rows"] = .count(rows.count)
            let groups = Set(rows.map { Array(($0.group ?? $0.text).utf8) })
            values["\(name)_groups"] = .count(groups.count)
            values["\(name)_duplicates_within"] = .count(split.duplicates[name]?.within ?? 0)
            values["\(name)_duplicates_across"] = .count(split.duplicates[name]?.across ?? 0)
            guard name != .unlabelled else { continue }
            values["\(name)_duplicates_conflicting"] = .count(
                split.duplicates[name]?.conflicting ?? 0)
            for label in labels {
                values["\(name)_rows_\(label)"] = .count(rows.count { $0.label == label })
            }
        }
    }

    mutating func add(_ preparation: Preparation, tokenizer: WordPieceTokenizer) {
        var isSeen = [Bool](repeating: false, count: tokenizer.vocabulary.count)
        for id in (preparation.splits[.train]?.tokens ?? []).joined() { isSeen[Int(id)] = true }
        values["vocabulary"] = .count(isSeen.count)
        values["vocabulary_seen"] = .count(isSeen.count { $0 })
        values["maximum_length"] = .count(preparation.maximumLength)
        for name in SplitName.allCases {
            guard let split = preparation.splits[name], split.count > 0 else { continue }
            let lengths = (preparation.fullLengths[name] ?? []).sorted()
            let kept = split.tokens.reduce(0) { $0 + $1.count }
            func share(_ predicate: (Int32) -> Bool) -> Number {
                let count = split.tokens.reduce(0) { $0 + $1.count(where: predicate) }
                return .real(Double(count) / Double(max(1, kept)))
            }
            values["\(name)_tokens"] = .count(kept)
            values["\(name)_truncated"] = .count(lengths.count { $0 > preparation.maximumLength })
            values["\(name)_unknown_rate"] = share { $0 == tokenizer.unknownID }
            if name != .train {
                values["\(name)_unseen_rate"] = share { !isSeen[Int($0)] }
            }
            values["\(name)_length_mean"] = .real(
                Double(lengths.reduce(0, +)) / Double(lengths.count))
            for percent in [50, 90, 95, 99] {
                let index = min(lengths.count - 1, lengths.count * percent / 100)
                values["\(name)_length_p\(percent)"] = .count(lengths[index])
            }
            values["\(name)_length_max"] = .count(lengths[lengths.count - 1])
        }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(values) + Data("\n".utf8)
        try data.write(to: URL(fileURLWithPath: path))
    }
}
