import CIntegerKernels
import Models
import Tensors

/// The memory in which one thread takes a group of sequences through the model.
///
/// Rows are tokens. `states` holds their float states after every step, `states8` the same as
/// bytes; `qkv` and `inner8` hold what a layer has in between. All is made once and reused.
final class Workspace: @unchecked Sendable {
    /// Sizes of the largest group that fits.
    struct Capacity: Sendable, Equatable {
        var tokens: Int
        /// Tokens of the longest sequence.
        var longest: Int

        func holds(_ other: Capacity) -> Bool {
            tokens >= other.tokens && longest >= other.longest
        }
    }

    let capacity: Capacity
    /// `[tokens, hidden]`, rows `stride` floats apart.
    let states: UnsafeMutablePointer<Float>
    /// Floats from one row of `states` to the next.
    let stride: Int
    /// `[tokens, 3 · width]` for the layer at work.
    let qkv: UnsafeMutablePointer<Float>
    /// The states as bytes.
    let states8: nlp_int8_rows
    /// One sentence's vector.
    let pooled: UnsafeMutablePointer<Float>
    /// What the kernels need for themselves.
    let scratch: UnsafeMutableRawPointer
    private let inner: nlp_int8_rows
    private let slab: Slab

    init(_ config: EncoderConfig, _ capacity: Capacity) {
        let width = config.headSize * (config.layers.map(\.heads).max() ?? 0)
        let innerDepth = max(width, config.layers.map(\.intermediate).max() ?? 0)
        let tokens = capacity.tokens
        let hidden = roundedUp(config.hiddenSize, to: 16)
        let counts = [tokens * hidden, tokens * roundedUp(3 * width, to: 16), hidden]
        let bytes = [config.hiddenSize, innerDepth].map { tokens * roundedUp($0, to: 64) }
        let scratchSize = nlp_int8_scratch_size(
            Int32(tokens), Int32(max(config.hiddenSize, innerDepth)),
            Int32(max(3 * width, config.hiddenSize, innerDepth)), Int32(capacity.longest),
            Int32(width))
        slab = Slab(
            byteCounts: counts.map { $0 * 4 } + bytes + [Int](repeating: tokens * 4, count: 4)
                + [scratchSize], inLargePages: false)
        self.capacity = capacity
        stride = hidden
        states = slab.take(counts[0], of: Float.self)
        qkv = slab.take(counts[1], of: Float.self)
        pooled = slab.take(counts[2], of: Float.self)
        states8 = Workspace.rows(slab, tokens, config.hiddenSize)
        inner = Workspace.rows(slab, tokens, innerDepth)
        scratch = slab.take(scratchSize)
    }

    /// Bytes between two dense layers: the attention's result or the activation's.
    func inner8(depth: Int) -> nlp_int8_rows {
        var rows = inner
        rows.depth = Int32(depth)
        rows.stride = Int32(roundedUp(depth, to: 64))
        return rows
    }

    private static func rows(_ slab: Slab, _ tokens: Int, _ depth: Int) -> nlp_int8_rows {
        let stride = roundedUp(depth, to: 64)
        return nlp_int8_rows(
            bytes: slab.take(tokens * stride, of: UInt8.self),
            scales: slab.take(tokens, of: Float.self), zeros: slab.take(tokens, of: Int32.self),
            depth: Int32(depth), stride: Int32(stride))
    }
}

/// The workspaces of a model that no thread is using.
final class WorkspacePool: Sendable {
    private let config: EncoderConfig
    private let usual: Workspace.Capacity
    private let idle = Guarded<[Workspace]>([])

    /// Keeps workspaces for sequences up to `config.maximumPositions`, or 512 where that is more.
    init(_ config: EncoderConfig) {
        self.config = config
        let longest = min(config.maximumPositions, 512)
        usual = Workspace.Capacity(tokens: TokenGroups.target + longest, longest: longest)
    }

    /// Calls `body` with a workspace that holds `needed`.
    func withWorkspace(_ needed: Workspace.Capacity, _ body: (Workspace) -> Void) {
        let kept = idle.withLock { $0.popLast() }
        let work = kept.flatMap { $0.capacity.holds(needed) ? $0 : nil } ?? make(needed)
        body(work)
        idle.withLock { $0.append(work) }
    }

    private func make(_ needed: Workspace.Capacity) -> Workspace {
        Workspace(
            config,
            Workspace.Capacity(
                tokens: max(usual.tokens, needed.tokens),
                longest: max(usual.longest, needed.longest)))
    }
}
