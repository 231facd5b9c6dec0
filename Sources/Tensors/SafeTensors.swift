/// A safetensors file, mapped into memory (https://huggingface.co/docs/safetensors, little endian).
public struct SafeTensors: Sendable {
    /// Element types of the format that nlpipe reads.
    public enum DType: String, Sendable {
        case f64 = "F64", f32 = "F32", f16 = "F16", bf16 = "BF16"
        case i8 = "I8", u8 = "U8", i16 = "I16", i32 = "I32", i64 = "I64", bool = "BOOL"

        /// Bytes of one element.
        public var size: Int {
            switch self {
            case .i8, .u8, .bool: 1
            case .f16, .bf16, .i16: 2
            case .f32, .i32: 4
            case .f64, .i64: 8
            }
        }
    }

    private let header: SafeTensorsHeader
    private let bytes: FileBytes

    /// Reads and checks the file at `path`; throws `SafeTensorsError`.
    ///
    /// Checked are the header's length, its JSON (no key twice), types, shapes, and that the
    /// tensors' byte ranges fit their shapes and cover the data without gap or overlap.
    public init(contentsOf path: String) throws {
        bytes = try FileBytes(path)
        header = try SafeTensorsHeader(path: path, bytes: bytes)
    }

    /// The tensors' names, sorted.
    public var names: [String] { header.tensors.keys.sorted() }
    /// The header's `__metadata__`.
    public var metadata: [String: String] { header.metadata }
    /// Dimensions of a tensor; throws when there is none of that name.
    public func shape(of name: String) throws -> [Int] { try header.entry(name).shape }
    /// Element type of a tensor; throws when there is none of that name.
    public func dtype(of name: String) throws -> DType { try header.entry(name).dtype }
    /// Whether there is a tensor of that name.
    public func has(_ name: String) -> Bool { header.tensors[name] != nil }

    /// An F32, F16 or BF16 tensor, widened to float32.
    public func float32(_ name: String) throws -> Tensor {
        let entry = try header.entry(name)
        let result = Tensor(zeros: entry.shape)
        switch entry.dtype {
        case .f32: copyFloats(entry, into: result)
        case .f16: copy(entry, UInt16.self, into: result) { HalfFloat.widen($0) }
        case .bf16: copy(entry, UInt16.self, into: result) { Float(bitPattern: UInt32($0) << 16) }
        default: throw header.wrongType(name, "F32, F16 or BF16")
        }
        return result
    }

    /// The elements of an I8 tensor in row-major order.
    public func int8(_ name: String) throws -> [Int8] { try integers(name, [.i8]) }
    /// The elements of a U8 or BOOL tensor in row-major order.
    public func uint8(_ name: String) throws -> [UInt8] { try integers(name, [.u8, .bool]) }
    /// The elements of an I32 tensor in row-major order.
    public func int32(_ name: String) throws -> [Int32] { try integers(name, [.i32]) }
    /// The elements of an I64 tensor in row-major order.
    public func int64(_ name: String) throws -> [Int64] { try integers(name, [.i64]) }

    /// The bytes of a tensor of one of `types` where they lie in the file, little endian, without a
    /// copy.
    public func bytes(_ name: String, _ types: [DType]) throws -> FilePart {
        FilePart(bytes, try entry(name, types).range)
    }

    private func entry(_ name: String, _ types: [DType]) throws -> SafeTensorsHeader.Entry {
        let entry = try header.entry(name)
        guard types.contains(entry.dtype) else {
            throw header.wrongType(name, types.map(\.rawValue).joined(separator: " or "))
        }
        return entry
    }

    private func integers<T: FixedWidthInteger>(_ name: String, _ types: [DType]) throws -> [T] {
        let entry = try entry(name, types)
        let count = entry.range.count / MemoryLayout<T>.size
        return [T](unsafeUninitializedCapacity: count) { buffer, initialized in
            bytes.withBytes { source in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[entry.range]))
            }
            #if _endian(big)
                for index in 0..<count { buffer[index] = T(littleEndian: buffer[index]) }
            #endif
            initialized = count
        }
    }

    private func copy<T: FixedWidthInteger>(
        _ entry: SafeTensorsHeader.Entry, _ type: T.Type, into tensor: Tensor,
        _ widen: (T) -> Float
    ) {
        bytes.withBytes { source in
            let part = UnsafeRawBufferPointer(rebasing: source[entry.range])
            for index in 0..<tensor.count {
                let value = part.loadUnaligned(
                    fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
                tensor.pointer[index] = widen(T(littleEndian: value))
            }
        }
    }

    private func copyFloats(_ entry: SafeTensorsHeader.Entry, into tensor: Tensor) {
        #if _endian(little)
            bytes.withBytes { source in
                UnsafeMutableRawBufferPointer(start: tensor.pointer, count: tensor.count * 4)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[entry.range]))
            }
        #else
            copy(entry, UInt32.self, into: tensor) { Float(bitPattern: $0) }
        #endif
    }
}

/// IEEE 754 half precision, without the hardware type that not every platform has.
enum HalfFloat {
    static func widen(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 0x1f)
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0:
            let value = Float(fraction) * 0x1p-24
            return sign == 0 ? value : -value
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
