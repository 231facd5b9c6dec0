import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Collects tensors and writes them as one canonical safetensors file: equal content, equal bytes.
///
/// The header has sorted keys and is padded with spaces so that the data begins at a multiple of 8
/// bytes. Tensors lie by falling element size, then by name, so each is aligned to its elements.
/// Float32 tensors are not copied: they go to the file as they are when it is written.
public struct SafeTensorsWriter {
    /// Written as `__metadata__` when not empty.
    public var metadata: [String: String] = [:]
    private var entries: [String: Entry] = [:]

    private struct Entry {
        let dtype: SafeTensors.DType
        let shape: [Int]
        let content: Content

        var byteCount: Int { shape.reduce(dtype.size, *) }
    }

    private enum Content {
        case floats(Tensor)
        case bytes(Data)

        /// Calls `body` with the bytes, a piece at a time.
        func forEachPiece(_ body: (Data) throws -> Void) throws {
            switch self {
            case .bytes(let data): try body(data)
            case .floats(let tensor):
                let piece = 1 << 18
                for start in stride(from: 0, to: tensor.count, by: piece) {
                    let part = tensor.view(
                        from: start, shape: [min(piece, tensor.count - start)])
                    try body(
                        part.withUnsafeBuffer { buffer in
                            #if _endian(little)
                                Data(buffer: buffer)
                            #else
                                buffer.map(\.bitPattern.littleEndian).withUnsafeBufferPointer {
                                    Data(buffer: $0)
                                }
                            #endif
                        })
                }
            }
        }
    }

    /// Creates a writer without tensors.
    public init() {}

    /// Adds float32 elements; a second tensor of the same name replaces the first.
    public mutating func add(_ name: String, _ tensor: Tensor) {
        entries[name] = Entry(dtype: .f32, shape: tensor.shape, content: .floats(tensor))
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
        entries[name] = Entry(dtype: dtype, shape: shape, content: .bytes(data))
    }

    /// The number of the file's bytes.
    public var byteCount: Int {
        entries.values.reduce(header(ordered).count) { $0 + $1.byteCount }
    }

    /// The file's bytes.
    public func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        // Appending to memory does not throw.
        try? forEachPiece { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Writes the file at `path` atomically, replacing one that is there; throws
    /// `SafeTensorsError.unwritable`.
    public func write(to path: String) throws {
        let partial = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
        do {
            try Data().write(to: URL(fileURLWithPath: partial))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: partial))
            try forEachPiece { try file.write(contentsOf: $0) }
            try file.close()
            guard rename(partial, path) == 0 else {
                throw SafeTensorsError.unwritable(
                    path: path, reason: String(cString: strerror(errno)))
            }
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            if error is SafeTensorsError { throw error }
            throw SafeTensorsError.unwritable(path: path, reason: error.localizedDescription)
        }
    }

    /// The tensors in the order in which they lie.
    private var ordered: [(key: String, value: Entry)] {
        entries.sorted { a, b in
            (-a.value.dtype.size, a.key) < (-b.value.dtype.size, b.key)
        }
    }

    private func forEachPiece(_ body: (Data) throws -> Void) throws {
        let ordered = ordered
        try body(header(ordered))
        for (_, entry) in ordered { try entry.content.forEachPiece(body) }
    }

    /// The header with its length before it.
    private func header(_ ordered: [(key: String, value: Entry)]) -> Data {
        var header: [String: JSONValue] = [:]
        if !metadata.isEmpty {
            header["__metadata__"] = .object(metadata.mapValues(JSONValue.string))
        }
        var end = 0
        for (name, entry) in ordered {
            header[name] = .object([
                "dtype": .string(entry.dtype.rawValue),
                "shape": .array(entry.shape.map(JSONValue.integer)),
                "data_offsets": .array([.integer(end), .integer(end + entry.byteCount)]),
            ])
            end += entry.byteCount
        }
        var text = Array(JSONValue.object(header).text().utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        var bytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
        bytes.append(contentsOf: text)
        return bytes
    }
}
