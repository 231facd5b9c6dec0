public import Tensors

/// How the activations of one site become 8 bits: `q = round(x / scale) + zero`, 0…255.
public struct ActivationRange: Sendable, Equatable {
    /// The step between two levels, above 0.
    public let scale: Float
    /// The level of 0, which every range holds.
    public let zero: UInt8

    /// The range from `low` to `high`, widened to hold 0.
    public init(low: Float, high: Float) {
        let (low, high) = (min(low, 0), max(high, 0))
        // The width of a range can be beyond the largest float.
        scale = max(Float((Double(high) - Double(low)) / 255), Float.leastNormalMagnitude)
        zero = UInt8(min(max((-low / scale).rounded(.toNearestOrEven), 0), 255))
    }

    /// The least and the largest value that a level stands for.
    public var limits: ClosedRange<Float> {
        scale * -Float(zero)...scale * (255 - Float(zero))
    }

    /// What the levels of `x` stand for; rounds halves to even and clips.
    public func through(_ x: Tensor, compute: Compute) -> Tensor {
        let result = x.copy()
        let (scale, zero) = (scale, Float(zero))
        compute.forEach(result.rows) { row in
            result.row(row).withUnsafeMutableBuffer { values in
                for index in values.indices {
                    let level = (values[index] / scale).rounded(.toNearestOrEven) + zero
                    values[index] = (min(max(level, 0), 255) - zero) * scale
                }
            }
        }
        return result
    }
}
