import CKernels

/// How packed tokens fall into sequences and channels into heads.
public struct AttentionLayout: Sendable {
    /// Where every sequence begins, and at the end the number of tokens.
    public let offsets: [Int]
    /// Number of heads.
    public let heads: Int
    /// Channels of one head.
    public let headSize: Int
    /// Where each sequence's probabilities begin in their buffer.
    let probabilityOffsets: [Int]

    /// Creates the layout; `offsets` rise from 0 to the number of tokens.
    public init(offsets: [Int], heads: Int, headSize: Int) {
        precondition(offsets.first == 0, "offsets begin with 0")
        self.offsets = offsets
        self.heads = heads
        self.headSize = headSize
        var starts = [0]
        for (begin, end) in zip(offsets, offsets.dropFirst()) {
            precondition(begin <= end, "offsets fall")
            starts.append(starts[starts.count - 1] + heads * AttentionLayout.area(end - begin))
        }
        probabilityOffsets = starts
    }

    var tokens: Int { offsets[offsets.count - 1] }
    /// Channels of one of query, key and value.
    public var width: Int { heads * headSize }

    /// Floats of one head's probabilities: rows are padded to 16.
    static func area(_ length: Int) -> Int { length * ((length + 15) / 16 * 16) }
}

extension Compute {
    /// Softmax(q k' / √size) v for every sequence and head, in a new tensor `[tokens, width]`.
    ///
    /// `qkv` is `[tokens, 3 · width]`: queries, keys, values. `mask` drops probabilities, which are
    /// returned undropped for the backward pass (in an internal padded layout).
    public func attention(
        _ qkv: Tensor, _ layout: AttentionLayout, mask: DropoutMask = .none
    ) -> (context: Tensor, probabilities: Tensor) {
        precondition(qkv.count == layout.tokens * 3 * layout.width, "qkv is \(qkv.shape)")
        let context = scratch([layout.tokens, layout.width])
        let probabilities = scratch([layout.probabilityOffsets[layout.offsets.count - 1]])
        eachHead(layout) { sequence, head in
            var raw = self.head(qkv, layout, sequence, head, mask)
            let space = scratch([nlp_attention_scratch(raw.length, raw.size)])
            let area = head * AttentionLayout.area(raw.length)
            table.kernels.pointee.attention(
                &raw, probabilities.pointer + layout.probabilityOffsets[sequence] + area,
                context.pointer + layout.offsets[sequence] * layout.width + head * layout.headSize,
                layout.width, space.pointer)
        }
        return (context, probabilities)
    }

    /// The gradient by `qkv` from the one by the context; other arguments as in `attention`.
    public func attentionBackward(
        _ dContext: Tensor, qkv: Tensor, probabilities: Tensor, _ layout: AttentionLayout,
        mask: DropoutMask = .none
    ) -> Tensor {
        precondition(dContext.count == layout.tokens * layout.width, "context is \(dContext.shape)")
        let result = scratch([layout.tokens, 3 * layout.width])
        eachHead(layout) { sequence, head in
            var raw = self.head(qkv, layout, sequence, head, mask)
            let space = scratch([nlp_attention_scratch(raw.length, raw.size)])
            let area = head * AttentionLayout.area(raw.length)
            let column = head * layout.headSize
            let start = layout.offsets[sequence] * layout.width
            let target = result.pointer + 3 * start + column
            table.kernels.pointee.attention_backward(
                &raw, probabilities.pointer + layout.probabilityOffsets[sequence] + area,
                dContext.pointer + start + column, layout.width, target, target + layout.width,
                target + 2 * layout.width, space.pointer)
        }
        return result
    }

    private func eachHead(
        _ layout: AttentionLayout, _ body: @Sendable (_ sequence: Int, _ head: Int) -> Void
    ) {
        guard layout.heads > 0 else { return }
        forEach((layout.offsets.count - 1) * layout.heads) { index in
            body(index / layout.heads, index % layout.heads)
        }
    }

    private func head(
        _ qkv: Tensor, _ layout: AttentionLayout, _ sequence: Int, _ head: Int, _ mask: DropoutMask
    ) -> nlp_head {
        let first = layout.offsets[sequence]
        let query = qkv.pointer + first * 3 * layout.width + head * layout.headSize
        return nlp_head(
            q: query, k: query + layout.width, v: query + 2 * layout.width,
            stride: 3 * layout.width, length: layout.offsets[sequence + 1] - first,
            size: layout.headSize, scale: 1 / Float(layout.headSize).squareRoot(), mask: mask.raw,
            first_row: UInt64(head * layout.tokens + first))
    }
}
