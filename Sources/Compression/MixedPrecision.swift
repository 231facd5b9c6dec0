public import Models
public import Tensors

/// A classifier in 8 and in 4 bits, of which any mixture can be made.
///
/// Candidates for 4 bits are the weights of the encoder's dense layers and the word embeddings.
public struct MixedPrecision: Sendable {
    /// Names of what can have 8 or 4 bits, in the checkpoint's order.
    public let candidates: [String]
    private let eight: QuantizedWeights
    private let four: QuantizedWeights

    /// Quantizes both ways.
    ///
    /// - Parameters:
    ///   - options: group sizes; word embeddings that it gives 4 bits have no choice.
    ///   - moments: what the dense layers read, for weights of 4 bits that make good for one
    ///     another; nil rounds each to the nearest.
    public init(
        _ classifier: Classifier, options: QuantizationOptions, moments: InputMoments? = nil,
        compute: Compute
    ) throws {
        var all = options
        (all.weightBits, all.embeddingBits, all.eightBitMatrices) = (4, 4, [])
        let rounding = moments.map { CompensatedRounding($0, compute: compute) }
        four = try QuantizedWeights(quantizing: classifier, options: all, rounding: rounding)
        all.weightBits = 8
        all.embeddingBits = options.embeddingBits
        eight = try QuantizedWeights(quantizing: classifier, options: all)
        let layout = WeightLayout(classifier.config, classes: classifier.labels.count)
        candidates = layout.entries.filter { entry in
            entry.role == .matrix || entry.role == .table && options.embeddingBits == 8
        }.map(\.name)
    }

    /// The classifier with the candidates `inFour` in 4 bits and the others in 8.
    public func classifier(inFour names: Set<String>) throws -> QuantizedClassifier {
        try QuantizedClassifier(weights(inFour: names))
    }

    /// The bytes that the weights' file of such a classifier takes.
    public func byteCount(inFour names: Set<String>) throws -> Int {
        try weights(inFour: names).tensors().byteCount
    }

    /// How many bytes of its own each candidate saves by 4 bits; fewer than none where it is pruned so
    /// far that 8 bits take less.
    public func savings() throws -> [String: Int] {
        var result: [String: Int] = [:]
        for name in candidates {
            result[name] =
                try eight.storage(of: name).byteCount - four.storage(of: name).byteCount
        }
        return result
    }

    private func weights(inFour names: Set<String>) -> QuantizedWeights {
        let matrices = Set(candidates.filter { $0 != WeightLayout.words })
        var options = eight.options
        if !matrices.isDisjoint(with: names) {
            options.weightBits = 4
            options.eightBitMatrices = matrices.subtracting(names)
        }
        var table = eight.table
        if names.contains(WeightLayout.words) {
            options.embeddingBits = 4
            table = four.table
        }
        var mixed = eight.matrices
        for name in matrices where names.contains(name) { mixed[name] = four.matrices[name] }
        return QuantizedWeights(
            config: eight.config, pooling: eight.pooling, labels: eight.labels, options: options,
            table: table, matrices: mixed, floats: eight.floats)
    }
}

/// What one candidate costs in 4 bits, and what it saves.
public struct BitChoice: Sendable, Equatable {
    /// The candidate.
    public let name: String
    /// How much worse the model is with this one alone in 4 bits; below 0 where it is better.
    public let loss: Double
    /// Bytes that it saves.
    public let saved: Int

    /// Creates a choice.
    public init(name: String, loss: Double, saved: Int) {
        self.name = name
        self.loss = loss
        self.saved = saved
    }

    /// The candidates to put in 4 bits so that a model takes no more than `budget` bytes.
    ///
    /// They go by loss per byte saved, the least first and of equals the earlier, until the budget is
    /// met; then those that cost most come back as far as they fit. Nil where the budget is too
    /// small for all of them.
    ///
    /// - Parameter byteCount: the exact size of a mixture.
    public static func within(
        _ budget: Int, choices: [BitChoice], byteCount: (Set<String>) throws -> Int
    ) rethrows -> Set<String>? {
        let ranked = choices.enumerated().filter { $1.saved > 0 }.sorted { a, b in
            let (first, second) = (a.element.lossPerByte, b.element.lossPerByte)
            return (first, a.offset) < (second, b.offset)
        }.map(\.element)
        func names(_ count: Int) -> Set<String> { Set(ranked.prefix(count).map(\.name)) }
        guard try byteCount(names(ranked.count)) <= budget else { return nil }
        var (few, many) = (0, ranked.count)
        while few < many {
            let middle = (few + many) / 2
            if try byteCount(names(middle)) <= budget {
                many = middle
            } else {
                few = middle + 1
            }
        }
        var chosen = names(many)
        for choice in ranked.prefix(many).sorted(by: { ($0.loss, $1.name) > ($1.loss, $0.name) })
        where choice.loss > 0 {
            let fewer = chosen.subtracting([choice.name])
            if try byteCount(fewer) <= budget { chosen = fewer }
        }
        return chosen
    }

    private var lossPerByte: Double { loss / Double(saved) }
}
