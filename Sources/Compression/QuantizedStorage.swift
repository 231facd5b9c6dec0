import Models
import Tensors

extension QuantizedWeights {
    /// The tensors as a file: I8 matrices with F32 `…_scale`, or matrices of 4-bit codes with
    /// `…_multiplier` too; tables of 4 bits as U8 with U8 `…_scale` (bfloat16, little endian);
    /// everything else F32.
    func tensors() throws -> SafeTensorsWriter {
        var writer = SafeTensorsWriter()
        for entry in WeightLayout(config, classes: labels.count).entries {
            switch entry.role {
            case .table, .matrix, .positions: try add(entry.name, to: &writer)
            case .float: writer.add(entry.name, try float(entry.name))
            }
        }
        return writer
    }

    /// A file of one matrix or table.
    func storage(of name: String) throws -> SafeTensorsWriter {
        var writer = SafeTensorsWriter()
        try add(name, to: &writer)
        return writer
    }

    private func add(_ name: String, to writer: inout SafeTensorsWriter) throws {
        guard name != WeightLayout.words else { return add(table, name, to: &writer) }
        switch try stored(name) {
        case .bytes(let matrix): add(matrix, name, to: &writer)
        case .grouped(let matrix): writer.add(name, matrix)
        }
    }

    private func add(_ matrix: ByteMatrix, _ name: String, to writer: inout SafeTensorsWriter) {
        writer.addSmallest(name, int8: matrix.values.array, shape: [matrix.rows, matrix.columns])
        writer.add("\(name)_scale", Tensor(matrix.scales, shape: [matrix.rows]))
    }

    private func add(_ table: QuantizedTable, _ name: String, to writer: inout SafeTensorsWriter) {
        switch table {
        case .bytes(let matrix): add(matrix, name, to: &writer)
        case .nibbles(let matrix):
            writer.add(name, uint8: matrix.bytes.array, shape: [matrix.rows, matrix.bytesPerRow])
            let scales = matrix.scales.flatMap { scale in
                let bits = scale.bitPattern >> 16
                return [UInt8(bits & 0xff), UInt8(bits >> 8)]
            }
            writer.add(
                "\(name)_scale", uint8: scales, shape: [matrix.rows, matrix.groupsPerRow, 2])
        }
    }

    /// Reads what `tensors()` wrote; every size, range and count is checked.
    init(
        reading stored: StoredTensors, config: EncoderConfig, pooling: Pooling, labels: [String],
        options: QuantizationOptions
    ) throws {
        var table: QuantizedTable?
        var matrices: [String: StoredMatrix] = [:]
        var floats: [String: Tensor] = [:]
        for entry in WeightLayout(config, classes: labels.count).entries {
            switch entry.role {
            case .table where options.embeddingBits == 4:
                table = .nibbles(
                    try stored.nibbles(entry.name, entry.shape, group: options.embeddingGroup))
            case .table: table = .bytes(try stored.bytes(entry.name, entry.shape))
            case .matrix where options.bits(of: entry.name) == 4:
                matrices[entry.name] = .grouped(
                    try stored.grouped(entry.name, entry.shape, group: options.weightGroup))
            case .matrix, .positions:
                matrices[entry.name] = .bytes(try stored.bytes(entry.name, entry.shape))
            case .float: floats[entry.name] = try stored.finite(entry.name, shape: entry.shape)
            }
        }
        guard let table else {
            throw stored.invalid(WeightLayout.words, expected: "a table", found: "none")
        }
        self.init(
            config: config, pooling: pooling, labels: labels, options: options, table: table,
            matrices: matrices, floats: floats)
    }
}

extension StoredTensors {
    /// One scale for every row of a matrix.
    func scales(_ name: String, rows: Int) throws -> [Float] {
        let scales = try finite("\(name)_scale", shape: [rows]).values
        guard scales.allSatisfy({ $0 >= 0 }) else {
            throw invalid("\(name)_scale", expected: "0 or more", found: "a negative scale")
        }
        return scales
    }

    fileprivate func bytes(_ name: String, _ shape: [Int]) throws -> ByteMatrix {
        let scales = try scales(name, rows: shape[0])
        return ByteMatrix(
            rows: shape[0], columns: shape[1], values: try int8(name, shape: shape),
            scales: scales)
    }

    fileprivate func nibbles(_ name: String, _ shape: [Int], group: Int) throws -> NibbleMatrix {
        let (rows, columns) = (shape[0], shape[1])
        let groups = NibbleMatrix.groups(columns, group)
        let halves = try uint8("\(name)_scale", shape: [rows, groups, 2])
        var finite = true
        let scales = halves.withElements { halves in
            [Float](unsafeUninitializedCapacity: rows * groups) { scales, initialized in
                for index in 0..<rows * groups {
                    let bits = UInt32(halves[2 * index + 1]) << 24 | UInt32(halves[2 * index]) << 16
                    finite = finite && bits & 0x7f80_0000 != 0x7f80_0000
                    scales[index] = Float(bitPattern: bits)
                }
                initialized = rows * groups
            }
        }
        guard finite else {
            throw invalid("\(name)_scale", expected: "finite numbers", found: "NaN or infinity")
        }
        return NibbleMatrix(
            rows: rows, columns: columns, group: group,
            bytes: try uint8(name, shape: [rows, (columns + 1) / 2]), scales: scales)
    }
}
