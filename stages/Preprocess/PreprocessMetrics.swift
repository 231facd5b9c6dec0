import Datasets
import StageKit
import Tokenizers

/// What `metrics/preprocess.json` says.
extension Metrics {
    mutating func add(_ file: ExampleFile, rejections: [Rejection]) {
        set("records", file.records)
        set("rejected", rejections.count)
        for reason in Rejection.Reason.allCases {
            set("rejected_\(reason.rawValue)", rejections.count { $0.reason == reason })
        }
    }

    mutating func add(_ split: SplitRows, labels: [String]) {
        set("classes", labels.count)
        for name in SplitName.allCases {
            let rows = split.rows[name] ?? []
            set("\(name)_rows", rows.count)
            let groups = Set(rows.map { Array(($0.group ?? $0.text).utf8) })
            set("\(name)_groups", groups.count)
            set("\(name)_duplicates_within", split.duplicates[name]?.within ?? 0)
            set("\(name)_duplicates_across", split.duplicates[name]?.across ?? 0)
            guard name != .unlabelled else { continue }
            set(
                "\(name)_duplicates_conflicting",
                split.duplicates[name]?.conflicting ?? 0)
            for label in labels {
                set("\(name)_rows_\(label)", rows.count { $0.label == label })
            }
        }
    }

    mutating func add(_ preparation: Preparation, tokenizer: WordPieceTokenizer) {
        var isSeen = [Bool](repeating: false, count: tokenizer.vocabulary.count)
        for id in (preparation.splits[.train]?.tokens ?? []).joined() { isSeen[Int(id)] = true }
        set("vocabulary", isSeen.count)
        set("vocabulary_seen", isSeen.count { $0 })
        set("maximum_length", preparation.maximumLength)
        for name in SplitName.allCases {
            guard let split = preparation.splits[name], split.count > 0 else { continue }
            let lengths = (preparation.fullLengths[name] ?? []).sorted()
            let kept = split.tokens.reduce(0) { $0 + $1.count }
            func share(_ predicate: (Int32) -> Bool) -> Double {
                let count = split.tokens.reduce(0) { $0 + $1.count(where: predicate) }
                return Double(count) / Double(max(1, kept))
            }
            set("\(name)_tokens", kept)
            set("\(name)_truncated", lengths.count { $0 > preparation.maximumLength })
            set("\(name)_unknown_rate", share { $0 == tokenizer.unknownID })
            if name != .train {
                set("\(name)_unseen_rate", share { !isSeen[Int($0)] })
            }
            set(
                "\(name)_length_mean",
                Double(lengths.reduce(0, +)) / Double(lengths.count))
            for percent in [50, 90, 95, 99] {
                let index = min(lengths.count - 1, lengths.count * percent / 100)
                set("\(name)_length_p\(percent)", lengths[index])
            }
            set("\(name)_length_max", lengths[lengths.count - 1])
        }
    }
}
