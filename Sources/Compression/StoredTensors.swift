import Tensors

/// Reads the tensors of a model file, dense or sparse, against the shapes that the model has.
///
/// A sparse tensor `name` is stored as `name.bitmap` (U8, see `Bitmap`), `name.values` (the elements
/// that are not zero, in row-major order) and a metadata entry `name.shape` such as `384,1536`.
struct StoredTensors {
    let file: String
    private let source: SafeTensors

    init(file: String) throws {
        self.file = file
        source = try SafeTensors(contentsOf: file)
    }

    /// True when at least one tensor of the file is sparse.
    var hasSparse: Bool { source.names.contains { $0.hasSuffix(".bitmap") } }

    /// A float tensor of a known shape.
    func float32(_ name: String, shape: [Int]) throws -> Tensor {
        guard source.has("\(name).bitmap") else {
            try check(name, shape: shape)
            return try source.float32(name)
        }
        let bitmap = try self.bitmap(name, shape: shape)
        try check("\(name).values", shape: [bitmap.ones])
        return Tensor(
            bitmap.scatter(try source.float32("\(name).values").values), shape: shape)
    }

    /// Signed bytes of a known shape; whoever reads them checks that -128 is not among them.
    func int8(_ name: String, shape: [Int]) throws -> StoredBytes<Int8> {
        guard source.has("\(name).bitmap") else {
            try check(name, shape: shape)
            return .mapped(try source.bytes(name, [.i8]))
        }
        let (bitmap, count, ones) = try sparseBits(name, shape: shape)
        try check("\(name).values", shape: [ones])
        let values = try source.bytes("\(name).values", [.i8])
        return .sparse(SparseBytes(bitmap: bitmap, values: values, count: count))
    }

    /// Codes of 4 bits of a known shape, all of them or those that are not zero.
    func codes(_ name: String, shape: [Int]) throws -> GroupedCodes {
        guard source.has("\(name).bitmap") else {
            try check(name, shape: [shape[0], (shape[1] + 1) / 2])
            return .mapped(
                try source.bytes(name, [.u8]), rows: shape[0], columns: shape[1])
        }
        let (bitmap, count, ones) = try sparseBits(name, shape: shape)
        try check("\(name).values", shape: [(ones + 1) / 2])
        let values = try source.bytes("\(name).values", [.u8])
        return .sparse(bitmap: bitmap, values: values, ones: ones, count: count)
    }

    /// The error for a tensor that holds a byte which no symmetric scale has.
    func forbiddenByte(_ name: String) -> CompressionError {
        let stored = source.has("\(name).bitmap") ? "\(name).values" : name
        return invalid(stored, expected: "values in -127…127", found: "-128")
    }

    /// Unsigned bytes of a known shape.
    func uint8(_ name: String, shape: [Int]) throws -> StoredBytes<UInt8> {
        try check(name, shape: shape)
        return .mapped(try source.bytes(name, [.u8, .bool]))
    }

    /// Finite floats of a known shape.
    func finite(_ name: String, shape: [Int]) throws -> Tensor {
        let tensor = try float32(name, shape: shape)
        if let odd = tensor.withUnsafeBuffer({ $0.first { !$0.isFinite } }) {
            throw invalid(name, expected: "finite numbers", found: "\(odd)")
        }
        return tensor
    }

    /// An error about one tensor of this file.
    func invalid(_ name: String, expected: String, found: String) -> CompressionError {
        .invalidTensor(file: file, tensor: name, expected: expected, found: found)
    }

    private func bitmap(_ name: String, shape: [Int]) throws -> Bitmap {
        let count = try checkSparse(name, shape: shape)
        guard let bitmap = Bitmap(bytes: try source.uint8("\(name).bitmap"), count: count) else {
            throw strayBits(name, count)
        }
        return bitmap
    }

    /// The checked bitmap of a sparse tensor where it lies, its bits, and those that are set.
    private func sparseBits(
        _ name: String, shape: [Int]
    ) throws -> (bitmap: FilePart, count: Int, ones: Int) {
        let count = try checkSparse(name, shape: shape)
        let bitmap = try source.bytes("\(name).bitmap", [.u8, .bool])
        guard let ones = SparseBytes.ones(bitmap, count: count) else {
            throw strayBits(name, count)
        }
        return (bitmap, count, ones)
    }

    /// Checks shape and size of a sparse tensor; returns the number of its elements.
    private func checkSparse(_ name: String, shape: [Int]) throws -> Int {
        let text = shape.map(String.init).joined(separator: ",")
        let stored = source.metadata["\(name).shape"]
        guard stored == text else {
            throw invalid(name, expected: "shape \(text)", found: stored ?? "no shape in metadata")
        }
        let count = shape.reduce(1, *)
        try check("\(name).bitmap", shape: [(count + 7) / 8])
        return count
    }

    private func strayBits(_ name: String, _ count: Int) -> CompressionError {
        invalid("\(name).bitmap", expected: "\(count) bits", found: "bits beyond the last element")
    }

    private func check(_ name: String, shape: [Int]) throws {
        let found = try source.shape(of: name)
        guard found == shape else {
            throw invalid(name, expected: "shape \(shape)", found: "shape \(found)")
        }
    }
}

extension SafeTensorsWriter {
    /// Adds a float tensor, sparsely where that is smaller.
    mutating func addSmallest(_ name: String, _ tensor: Tensor) {
        let values = tensor.values
        let bitmap = Bitmap(values) { $0 != 0 }
        guard isSmallerSparse(count: values.count, ones: bitmap.ones, valueSize: 4) else {
            return add(name, tensor)
        }
        let kept = values.filter { $0 != 0 }
        addBitmap(name, bitmap, shape: tensor.shape)
        add("\(name).values", Tensor(kept, shape: [kept.count]))
    }

    /// Adds signed bytes, sparsely where that is smaller.
    mutating func addSmallest(_ name: String, int8 values: [Int8], shape: [Int]) {
        let bitmap = Bitmap(values) { $0 != 0 }
        guard isSmallerSparse(count: values.count, ones: bitmap.ones, valueSize: 1) else {
            return add(name, int8: values, shape: shape)
        }
        addBitmap(name, bitmap, shape: shape)
        add("\(name).values", int8: values.filter { $0 != 0 }, shape: [bitmap.ones])
    }

    /// Adds the bitmap of a sparse tensor, and its shape.
    mutating func addBitmap(_ name: String, _ bitmap: Bitmap, shape: [Int]) {
        add("\(name).bitmap", uint8: bitmap.bytes, shape: [bitmap.bytes.count])
        metadata["\(name).shape"] = shape.map(String.init).joined(separator: ",")
    }
}
