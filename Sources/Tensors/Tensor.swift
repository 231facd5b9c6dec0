/// A float32 array of any rank, row-major and contiguous: a view on storage that copies share.
///
/// Copying the value copies the view, not the numbers; `copy()` copies the numbers. Nothing checks
/// that two threads do not write the same element: whoever splits work splits it without overlap.
public struct Tensor: @unchecked Sendable {
    /// Length of every dimension, the slowest first.
    public let shape: [Int]
    /// Number of elements.
    public let count: Int
    let storage: Storage
    let offset: Int

    init(storage: Storage, offset: Int, shape: [Int]) {
        self.shape = shape
        self.count = shape.reduce(1, *)
        self.storage = storage
        self.offset = offset
        precondition(offset >= 0 && offset + count <= storage.capacity, "view outside its storage")
    }

    /// Creates a tensor of zeros.
    public init(zeros shape: [Int]) {
        precondition(shape.allSatisfy { $0 >= 0 }, "negative dimension in \(shape)")
        let count = shape.reduce(1, *)
        self.init(storage: Storage(zeros: count), offset: 0, shape: shape)
    }

    /// Creates a tensor from row-major values; their number must be the product of `shape`.
    public init(_ values: [Float], shape: [Int]) {
        self.init(storage: Storage(capacity: values.count), offset: 0, shape: shape)
        precondition(count == values.count, "\(values.count) values for shape \(shape)")
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: count) }
        }
    }

    var pointer: UnsafeMutablePointer<Float> { storage.pointer + offset }

    /// Length of the last dimension; 1 for a scalar.
    public var columns: Int { shape.last ?? 1 }
    /// Product of all dimensions but the last.
    public var rows: Int { shape.dropLast().reduce(1, *) }
    /// All elements in row-major order, copied.
    public var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    /// The element at a row-major position.
    public subscript(_ flat: Int) -> Float {
        get {
            precondition(flat >= 0 && flat < count, "index \(flat) outside \(shape)")
            return pointer[flat]
        }
        nonmutating set {
            precondition(flat >= 0 && flat < count, "index \(flat) outside \(shape)")
            pointer[flat] = newValue
        }
    }

    /// The element at a row and a column, rows counted over all dimensions but the last.
    public subscript(_ row: Int, _ column: Int) -> Float {
        get {
            precondition(column >= 0 && column < columns, "column \(column) outside \(shape)")
            return self[row * columns + column]
        }
        nonmutating set {
            precondition(column >= 0 && column < columns, "column \(column) outside \(shape)")
            self[row * columns + column] = newValue
        }
    }

    /// A view of one row, of shape `[columns]`.
    public func row(_ row: Int) -> Tensor {
        view(from: row * columns, shape: [columns])
    }

    /// A view of consecutive rows, of shape `[range.count, columns]`.
    public func rows(_ range: Range<Int>) -> Tensor {
        view(from: range.lowerBound * columns, shape: [range.count, columns])
    }

    /// A view of `shape` that begins at element `start`.
    public func view(from start: Int, shape: [Int]) -> Tensor {
        precondition(
            start >= 0 && start + shape.reduce(1, *) <= count, "view outside \(self.shape)")
        return Tensor(storage: storage, offset: offset + start, shape: shape)
    }

    /// The same elements under another shape with equal count.
    public func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.reduce(1, *) == count, "\(self.shape) cannot become \(shape)")
        return Tensor(storage: storage, offset: offset, shape: shape)
    }

    /// A tensor with storage of its own and equal elements.
    public func copy() -> Tensor {
        let result = Tensor(storage: Storage(capacity: count), offset: 0, shape: shape)
        result.assign(self)
        return result
    }

    /// Sets every element.
    public func fill(_ value: Float) {
        pointer.update(repeating: value, count: count)
    }

    /// Copies the elements of `other`, which must have as many; shapes may differ.
    public func assign(_ other: Tensor) {
        precondition(other.count == count, "\(other.shape) assigned to \(shape)")
        memmoveFloats(pointer, other.pointer, count)
    }

    /// Calls `body` with the elements, for numeric code only.
    public func withUnsafeBuffer<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R
    {
        try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: pointer, count: count))
        }
    }

    /// Calls `body` with the elements to write, for numeric code only.
    public func withUnsafeMutableBuffer<R>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws -> R
    ) rethrows -> R {
        try withExtendedLifetime(storage) {
            try body(UnsafeMutableBufferPointer(start: pointer, count: count))
        }
    }
}

private func memmoveFloats(
    _ target: UnsafeMutablePointer<Float>, _ source: UnsafeMutablePointer<Float>, _ count: Int
) {
    if count > 0, target != source { target.update(from: source, count: count) }
}
