public import Tensors

/// All weights of a model in one buffer, with named views in a fixed order.
public final class Parameters: @unchecked Sendable {
    /// Names in buffer order, in BERT's form: `bert.encoder.layer.0.attention.self.query.weight`.
    public let names: [String]
    /// All weights, of shape `[total]`.
    public let buffer: Tensor
    private let shapes: [String: [Int]]
    private let ranges: [String: Range<Int>]

    /// Creates zeros of the given names and shapes, in the given order; names must be distinct.
    public init(_ layout: [(name: String, shape: [Int])]) {
        names = layout.map(\.name)
        var ranges: [String: Range<Int>] = [:]
        var shapes: [String: [Int]] = [:]
        var start = 0
        for (name, shape) in layout {
            let end = start + shape.reduce(1, *)
            precondition(ranges[name] == nil, "two parameters named '\(name)'")
            ranges[name] = start..<end
            shapes[name] = shape
            start = end
        }
        buffer = Tensor(zeros: [start])
        self.ranges = ranges
        self.shapes = shapes
    }

    private init(like other: Parameters, buffer: Tensor) {
        names = other.names
        shapes = other.shapes
        ranges = other.ranges
        self.buffer = buffer
    }

    /// A view of one parameter; the name must exist.
    public subscript(_ name: String) -> Tensor {
        buffer.view(from: range(of: name).lowerBound, shape: shape(of: name))
    }

    /// Whether there is a parameter of that name.
    public func has(_ name: String) -> Bool { ranges[name] != nil }

    /// Dimensions of one parameter; the name must exist.
    public func shape(of name: String) -> [Int] {
        guard let shape = shapes[name] else { preconditionFailure("no parameter '\(name)'") }
        return shape
    }

    /// Where one parameter lies in `buffer`; the name must exist.
    public func range(of name: String) -> Range<Int> {
        guard let range = ranges[name] else { preconditionFailure("no parameter '\(name)'") }
        return range
    }

    /// Rows and columns of the word embeddings where these come first in `buffer`, else `[0, 1]`.
    public var wordTable: [Int] {
        guard let name = names.first, name == EmbeddingWeights.wordsName,
            let shape = shapes[name], shape.count == 2
        else { return [0, 1] }
        return shape
    }

    /// Zeros of the same layout, such as gradients or moments.
    public func twin() -> Parameters {
        Parameters(like: self, buffer: Tensor(zeros: buffer.shape))
    }

    /// The same weights in a buffer of their own.
    public func copy() -> Parameters { Parameters(like: self, buffer: buffer.copy()) }
}
