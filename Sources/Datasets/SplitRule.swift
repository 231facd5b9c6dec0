/// Which split a group belongs to: FNV-1a of its name, modulo 100, falls in the split's range.
public struct SplitRule: Sendable, Equatable {
    /// Bucket 0...99 → split.
    private let splits: [SplitName]

    /// Creates a rule from the first and last bucket of every labelled split.
    ///
    /// Throws `SplitError` unless the ranges cover 0...99 without overlap.
    public init(train: [Int], valid: [Int], test: [Int]) throws {
        var splits = [SplitName?](repeating: nil, count: 100)
        for (name, range) in [(SplitName.train, train), (.valid, valid), (.test, test)] {
            guard range.count == 2, range[0] >= 0, range[0] <= range[1], range[1] <= 99 else {
                throw SplitError.badRange(name, found: range)
            }
            for bucket in range[0]...range[1] {
                if let other = splits[bucket] { throw SplitError.overlap(other, name, bucket) }
                splits[bucket] = name
            }
        }
        self.splits = try splits.enumerated().map { bucket, name in
            guard let name else { throw SplitError.uncovered(bucket) }
            return name
        }
    }

    /// The split of `group`.
    public func split(of group: String) -> SplitName {
        splits[Int(ExactText(group).fnv1a % 100)]
    }
}

/// Why data cannot be split as asked, or a split is not what it must be.
public enum SplitError: Error, Equatable, CustomStringConvertible {
    case badRange(SplitName, found: [Int])
    case overlap(SplitName, SplitName, Int)
    case uncovered(Int)
    case unknownLabel(file: String, line: Int, row: Int, label: String, known: [String])
    case unusedLabel(String, found: [String])
    case fewLabels([String])
    case emptySplit(SplitName, groups: Int)
    case untrainedLabel(String, rows: Int)
    case sharedGroup(String, SplitName, SplitName)
    case sharedText(String, SplitName, SplitName)

    /// The message for the user.
    public var description: String {
        switch self {
        case .badRange(let name, let found):
            """
            preprocess.split.\(name): not a range of buckets
              expected: [first, last] with 0 <= first <= last <= 99
              found:    \(found)
            """
        case .overlap(let first, let second, let bucket):
            "preprocess.split: '\(first)' and '\(second)' both claim bucket \(bucket)"
        case .uncovered(let bucket):
            """
            preprocess.split: bucket \(bucket) belongs to no split
              expected: train, valid and test cover 0 to 99
            """
        case .unknownLabel(let file, let line, let row, let label, let known):
            """
            \(file):\(line): row \(row) has the unknown label '\(label)'
              expected: \(known.joined(separator: ", "))
            hint: list it under data.labels or data.unlabelled, or set \
            preprocess.unknown_label to reject
            """
        case .unusedLabel(let label, let found):
            """
            data.labels: no row has the label '\(label)'
              found:    \(found.joined(separator: ", "))
            """
        case .fewLabels(let labels):
            """
            the data have fewer than two classes
              expected: at least 2
              found:    \(labels.isEmpty ? "none" : labels.joined(separator: ", "))
            """
        case .emptySplit(let name, let groups):
            """
            the split '\(name)' has no rows
              groups:   \(groups) in the whole file
            hint: give it more buckets under preprocess.split, or more groups
            """
        case .untrainedLabel(let label, let rows):
            """
            no row with the label '\(label)' is in the split 'train'
              rows:     \(rows) in the other splits
            hint: give it more rows, raise preprocess.limit where it is set, or leave it out of \
            data.labels and set preprocess.unknown_label to reject
            """
        case .sharedGroup(let group, let first, let second):
            "the group '\(group)' stands in both '\(first)' and '\(second)'"
        case .sharedText(let text, let first, let second):
            "one text stands in both '\(first)' and '\(second)'\n  text:     \(text)"
        }
    }
}
