import CIntegerKernels
import Models
import Tensors

/// Word, position and type embeddings of packed tokens, then layer norm; mirrors `Embeddings`.
struct QuantizedEmbeddings: @unchecked Sendable {
    private let words: QuantizedTable
    private let positions: QuantizedTable
    private let firstType: UnsafePointer<Float>?
    private let norm: QuantizedNorm
    private let path: nlp_int8_path

    init(_ weights: QuantizedWeights, path: nlp_int8_path, slab: Slab) throws {
        words = weights.table
        positions = .bytes(try weights.matrix(WeightLayout.positions))
        firstType =
            weights.config.typeVocabularySize > 0
            ? slab.padded(try weights.float(WeightLayout.types).row(0).values) : nil
        norm = try QuantizedNorm(weights, "bert.embeddings.LayerNorm", slab: slab)
        self.path = path
    }

    /// Fills the token states in `work` for the sequences that `offsets` cut from `ids`.
    func callAsFunction(_ ids: [Int32], offsets: ArraySlice<Int>, to work: Workspace) {
        let begin = offsets[offsets.startIndex]
        let tokens = begin..<offsets[offsets.endIndex - 1]
        let columns = Int32(words.columns)
        words.gather(
            ids[tokens], adding: false, path: path, to: work.states, stride: work.stride)
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            positions.gather(
                0..<Int32(end - start), adding: true, path: path,
                to: work.states + (start - begin) * work.stride, stride: work.stride)
        }
        if let firstType {
            for token in 0..<tokens.count {
                nlp_int8_add(path, firstType, columns, work.states + token * work.stride)
            }
        }
        nlp_int8_norm(
            path, work.states, work.stride, Int32(tokens.count), columns, norm.gamma, norm.beta,
            norm.epsilon, work.states8)
    }
}
