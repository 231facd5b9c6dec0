import CKernels

/// A dropout mask that is computed where it is needed instead of being stored.
///
/// Element (row, column) is kept when a 32-bit hash of key, row and column is at least
/// `rate · 2³²`; kept elements are divided by `1 - rate`. So a mask is the same in the backward
/// pass, on any number of threads and on every kernel path.
public struct DropoutMask: Sendable {
    /// Keeps everything.
    public static let none = DropoutMask(key: 0, rate: 0)

    let raw: nlp_mask

    /// Creates the mask of `key`; `rate` is clamped to 0...0.99.
    public init(key: UInt64, rate: Float) {
        let rate = rate > 0 ? min(rate, 0.99) : 0
        raw = nlp_mask(
            key: key, threshold: UInt32(Double(rate) * 0x1p32), scale: 1 / (1 - rate))
    }

    /// Whether the mask changes anything.
    public var isActive: Bool { raw.threshold != 0 }
}

extension Compute {
    /// Multiplies `x` by `mask` in place.
    public func apply(_ mask: DropoutMask, to x: Tensor) {
        guard mask.isActive else { return }
        apply(mask, x, into: x)
    }

    /// `mask · x` into `result`, which may be `x`.
    public func apply(_ mask: DropoutMask, _ x: Tensor, into result: Tensor) {
        precondition(result.count == x.count, "the result has the wrong size")
        let columns = x.columns
        eachBlock(x.rows, work: columns) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.mask_rows(
                x.pointer + start, mask.raw, UInt64(rows.lowerBound), rows.count, columns,
                result.pointer + start, nil)
        }
    }
}
