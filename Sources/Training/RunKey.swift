import Foundation
import Models
import Tensors

/// A short name of a training run: a 64-bit FNV-1a over all that decides its result.
struct RunKey {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The key of training `model`, as it is now, on `training`.
    static func of(
        _ options: TrainingOptions, model: Classifier, training: TrainingSet,
        validation: TrainingSet
    ) throws -> String {
        var options = options
        options.checkpointFolder = nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var key = RunKey()
        for byte in try encoder.encode(options) { key.add(UInt64(byte)) }
        key.add("\(model.config) \(model.pooling.rawValue)")
        key.add(model.parameters.buffer)
        key.add(training)
        key.add(validation)
        return String(key.hash, radix: 16)
    }

    private mutating func add(_ word: UInt64) {
        hash = (hash ^ word) &* 0x100_0000_01b3
        hash ^= hash >> 29
    }

    private mutating func add(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
    }

    private mutating func add(_ tensor: Tensor) {
        add(UInt64(tensor.count))
        let piece = 1 << 16
        for start in stride(from: 0, to: tensor.count, by: piece) {
            let part = tensor.view(from: start, shape: [min(piece, tensor.count - start)])
            for value in part.values { add(UInt64(value.bitPattern)) }
        }
    }

    private mutating func add(_ set: TrainingSet) {
        add(UInt64(set.count))
        for (tokens, label) in zip(set.tokens, set.labels) {
            add(UInt64(bitPattern: Int64(label)))
            add(UInt64(tokens.count))
            for token in tokens { add(UInt64(bitPattern: Int64(token))) }
        }
        if let logits = set.teacherLogits { add(logits) }
        for (layer, vectors) in set.teacherHidden.sorted(by: { $0.key < $1.key }) {
            add(UInt64(bitPattern: Int64(layer)))
            add(vectors)
        }
        if let teacher = set.tokenTeacher { add(teacher) }
    }

    private mutating func add(_ teacher: TokenTeacher) {
        add("\(teacher.model.config) \(teacher.relationLayer ?? -1)")
        add("\(teacher.hidden.sorted { $0.key < $1.key }) \(teacher.channels ?? [])")
        add(teacher.model.parameters.buffer)
        for tokens in teacher.tokens {
            add(UInt64(tokens.count))
            for token in tokens { add(UInt64(bitPattern: Int64(token))) }
        }
    }
}
