import Foundation

/// Collects tensors and writes them as one canonical safetensors file: equal content, equal bytes.
///
/// The header has sorted keys and is padded with spaces so that the data begins at a multiple of 8
/// bytes. Tensors lie by falling element size, then by name, so each is aligned to its elements.
public struct SafeTensorsWriter {
    /// Written as `__metadata__` when not empty.
    public var metadata: [String: String] = [:]
    private var entries: [String: Entry] = [:]

    private struct Entry {
        let dtype: SafeTensors.DType
        let shape: [Int]
        let data: Data
    }

    /// Creates a writer without tensors.
    public init() {}

    /// Adds float32 elements; a second tensor of the same name replaces the first.
    public mutating func add(_ name: String, _ tensor: Tensor) {
        let data = tensor.withUnsafeBuffer { buffer in
            #if _endian(little)
                Data(buffer: buffer)
            #else
                buffer.map(\.bitPattern.littleEndian).withUnsafeBufferPointer { Data(buffer: $0) }
            #endif
        }
        entries[name] = Entry(dtype: .f32, shape: tensor.shape, data: data)
    }

    /// Adds I8 elements; their number must be the product of `shape`.
    public mutating func add(_ name: String, int8 values: [Int8], shape: [Int]) {
        insert(name, values, .i8, shape)
    }
    /// Adds U8 elements; their number must be the product of `shape`.
    public mutating func add(_ name: String, uint8 values: [UInt8], shape: [Int]) {
        insert(name, values, .u8, shape)
    }
    /// Adds I32 elements; their number must be the product of `shape`.
    public mutating func add(_ name: String, int32 values: [Int32], shape: [Int]) {
        insert(name, values, .i32, shape)
    }
    /// Adds I64 elements; their number must be the product of `shape`.
    public mutating func add(_ name: String, int64 values: [Int64], shape: [Int]) {
        insert(name, values, .i64, shape)
    }

    private mutating func insert<T: FixedWidthInteger>(
        _ name: String, _ values: [T], _ dtype: SafeTensors.DType, _ shape: [Int]
    ) {
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values for \(shape)")
        let data = values.map(\.littleEndian).withUnsafeBufferPointer { Data(buffer: $0) }
        entries[name] = Entry(dtype: dtype, shape: shape, data: data)
    }

    /// The file's bytes.
    public func bytes() -> [UInt8] { Array(file()) }

    /// Writes the file at `path` atomically, replacing one that is there; throws
    /// `SafeTensorsError.unwritable`.
    public func write(to path: String) throws {
        do {
            try file().write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw SafeTensorsError.unwritable(path: path, reason: error.localizedDescription)
        }
    }

    private func file() -> Data {
        let ordered = entries.sorted { a, b in
            (-a.value.dtype.size, a.key) < (-b.value.dtype.size, b.key)
        }
        var header: [String: JSONValue] = [:]
        if !metadata.isEmpty {
            header["__metadata__"] = .object(metadata.mapValues(JSONValue.string))
        }
        var end = 0
        for (name, entry) in ordered {
            header[name] = .object([
                "dtype": .string(entry.dtype.rawValue),
                "shape": .array(entry.shape.map(JSONValue.integer)),
                "data_offsets": .array([.integer(end), .integer(end + entry.data.count)]),
            ])
            end += entry.data.count
        }
        var text = Array(JSONValue.object(header).text().utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        var file = Data(capacity: 8 + text.count + end)
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { file.append(contentsOf: $0) }
        file.append(contentsOf: text)
        for (_, entry) in ordered { file.append(entry.data) }
        return file
    }
}
