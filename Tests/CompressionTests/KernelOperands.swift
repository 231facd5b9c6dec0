import CIntegerKernels
import Testing

/// Paths of this processor; the tests say which they had to leave out.
let kernelPaths = [
    NLP_INT8_SCALAR, NLP_INT8_AVX2, NLP_INT8_AVXVNNI, NLP_INT8_AVX512, NLP_INT8_AMX,
    NLP_INT8_AMX_MODEL,
].filter { path in
    let available = nlp_int8_available(path) != 0
    if !available { print("skipped: this CPU has no path \(kernelName(path))") }
    return available
}
let fastPaths = kernelPaths.filter { $0 != NLP_INT8_SCALAR }

/// All small sizes, and those around the widths of registers and blocks.
let kernelSizes = Array(1...17) + [31, 32, 33, 63, 64, 65]

func kernelName(_ path: nlp_int8_path) -> String { String(cString: nlp_int8_name(path)) }

func padded(_ count: Int, to step: Int) -> Int { (count + step - 1) / step * step }

/// Aligned memory with a guard behind it, which no kernel may touch.
final class GuardedMemory<Element: BitwiseCopyable> {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int
    private let raw: UnsafeMutableRawPointer
    private let size: Int

    init(_ count: Int, of value: Element) {
        self.count = count
        size = count * MemoryLayout<Element>.stride
        raw = .allocate(byteCount: size + 64, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0xa5, count: size + 64)
        pointer = raw.bindMemory(to: Element.self, capacity: count)
        pointer.update(repeating: value, count: count)
    }

    convenience init(_ values: [Element], of value: Element) {
        self.init(values.count, of: value)
        for (index, value) in values.enumerated() { pointer[index] = value }
    }

    deinit { raw.deallocate() }

    var values: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    var isIntact: Bool {
        (size..<size + 64).allSatisfy { raw.load(fromByteOffset: $0, as: UInt8.self) == 0xa5 }
    }
}

/// Quantized rows in guarded memory.
final class KernelRows {
    let bytes: GuardedMemory<UInt8>
    let scales: GuardedMemory<Float>
    let zeros: GuardedMemory<Int32>
    let depth: Int
    let stride: Int

    init(_ rows: Int, depth: Int) {
        self.depth = depth
        stride = padded(depth, to: 64)
        bytes = GuardedMemory(rows * stride, of: 0xee)
        scales = GuardedMemory(rows, of: -1)
        zeros = GuardedMemory(rows, of: -1)
    }

    /// Rows `[count, depth]`, quantized by one path.
    init(quantizing x: [Float], depth: Int, by path: nlp_int8_path) {
        let count = x.count / depth
        let rows = KernelRows(count, depth: depth)
        let (values, step) = floatRows(x, columns: depth)
        nlp_int8_quantize(path, values.pointer, step, Int32(count), rows.view)
        (bytes, scales, zeros) = (rows.bytes, rows.scales, rows.zeros)
        (self.depth, stride) = (depth, rows.stride)
    }

    var view: nlp_int8_rows {
        nlp_int8_rows(
            bytes: bytes.pointer, scales: scales.pointer, zeros: zeros.pointer,
            depth: Int32(depth), stride: Int32(stride))
    }

    /// The level of one element, less the zero point.
    func level(_ row: Int, _ column: Int) -> Int {
        Int(bytes.pointer[row * stride + column]) - Int(zeros.pointer[row])
    }

    /// The value that one element stands for.
    func value(_ row: Int, _ column: Int) -> Double {
        Double(level(row, column)) * Double(scales.pointer[row])
    }

    var isIntact: Bool { bytes.isIntact && scales.isIntact && zeros.isIntact }

    func equals(_ other: KernelRows) -> Bool {
        bytes.values == other.bytes.values && sameBits(scales.values, other.scales.values)
            && zeros.values == other.zeros.values
    }
}

func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
    a.map(\.bitPattern) == b.map(\.bitPattern)
}

/// Rows with room for whole vectors, and floats from one to the next; the room holds noise.
func floatRows(_ x: [Float], columns: Int) -> (GuardedMemory<Float>, Int) {
    let step = padded(columns, to: 16)
    let memory = GuardedMemory<Float>(x.count / columns * step, of: 9e9)
    for index in x.indices { memory.pointer[index / columns * step + index % columns] = x[index] }
    return (memory, step)
}

/// A random dense layer, packed by one path.
final class KernelLayer {
    let outputs: Int
    let depth: Int
    let weights: [Int8]
    let scales: GuardedMemory<Float>
    let bias: GuardedMemory<Float>
    let packed: GuardedMemory<Int8>
    let sums: GuardedMemory<Int32>

    init(_ weights: [Int8], outputs: Int, depth: Int, path: nlp_int8_path) {
        (self.outputs, self.depth, self.weights) = (outputs, depth, weights)
        let count = padded(outputs, to: 16)
        scales = GuardedMemory(count, of: 0)
        bias = GuardedMemory(count, of: 0)
        for n in 0..<outputs {
            scales.pointer[n] = Float(n * 37 % 101 + 1) / 77000
            bias.pointer[n] = Float(n * 53 % 97) / 48 - 1
        }
        packed = GuardedMemory(nlp_int8_packed_size(Int32(outputs), Int32(depth)), of: 1)
        sums = GuardedMemory(count, of: 1)
        nlp_int8_pack(
            path, weights, 0, Int32(outputs), Int32(depth), packed.pointer, sums.pointer)
    }

    var view: nlp_int8_dense {
        nlp_int8_dense(
            packed: packed.pointer, sums: sums.pointer, scales: scales.pointer,
            bias: bias.pointer, outputs: Int32(outputs), depth: Int32(depth))
    }

    /// The definition of one element of `x W' + b`.
    func element(_ x: KernelRows, _ row: Int, _ output: Int) -> Float {
        var sum = 0
        for k in 0..<depth { sum += x.level(row, k) * Int(weights[output * depth + k]) }
        let value = Float(sum) * x.scales.pointer[row]
        return bias.pointer[output].addingProduct(value, scales.pointer[output])
    }

    func scratch(rows: Int) -> GuardedMemory<UInt8> {
        GuardedMemory(
            nlp_int8_scratch_size(Int32(rows), Int32(depth), Int32(outputs), 0, 0), of: 0xff)
    }

    /// `x W' + b` of one path, `[rows, outputs]`.
    func product(_ x: KernelRows, rows: Int, path: nlp_int8_path) -> [Float] {
        let step = padded(outputs, to: 16)
        let out = GuardedMemory<Float>(rows * step, of: -7)
        let scratch = scratch(rows: rows)
        withUnsafePointer(to: view) { dense in
            nlp_int8_dense_float(
                path, dense, x.view, Int32(rows), out.pointer, step, scratch.pointer)
        }
        #expect(out.isIntact && scratch.isIntact, "memory behind the result was written")
        return (0..<rows * outputs).map { out.pointer[$0 / outputs * step + $0 % outputs] }
    }
}

/// Reproducible noise.
struct KernelNoise {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(below bound: UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % bound)
    }

    mutating func weights(_ count: Int) -> [Int8] {
        (0..<count).map { _ in Int8(next(below: 255) - 127) }
    }

    /// Values within -3.3...3.3.
    mutating func values(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(next(below: 20001) - 10000) / 3000 }
    }
}
