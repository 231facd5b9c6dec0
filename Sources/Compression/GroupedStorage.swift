import Tensors

extension SafeTensorsWriter {
    /// Adds a matrix of 4-bit codes: `name` (U8, two codes a byte) or, where that is smaller, its
    /// bitmap and the codes that are not zero; `name_multiplier` (U8, two a byte), `name_scale` (F32).
    mutating func add(_ name: String, _ matrix: GroupedMatrix) {
        let (rows, columns) = (matrix.rows, matrix.columns)
        let codes = matrix.codes.values
        let bitmap = Bitmap(codes) { $0 != 0 }
        let (ones, width) = (bitmap.ones, (columns + 1) / 2)
        if bitmap.bytes.count + (ones + 1) / 2 < rows * width {
            addBitmap(name, bitmap, shape: [rows, columns])
            add(
                "\(name).values",
                uint8: GroupedCodes.packed(codes.filter { $0 != 0 }, rows: 1, columns: ones),
                shape: [(ones + 1) / 2])
        } else {
            add(
                name, uint8: GroupedCodes.packed(codes, rows: rows, columns: columns),
                shape: [rows, width])
        }
        let groups = matrix.groupsPerRow
        var multipliers = [UInt8](repeating: 0, count: rows * ((groups + 1) / 2))
        for row in 0..<rows {
            for index in 0..<groups {
                let half = matrix.multipliers[row * groups + index] & 15
                multipliers[row * ((groups + 1) / 2) + index / 2] |=
                    index.isMultiple(of: 2) ? half : half << 4
            }
        }
        add("\(name)_multiplier", uint8: multipliers, shape: [rows, (groups + 1) / 2])
        add("\(name)_scale", Tensor(matrix.scales, shape: [rows]))
    }
}

extension StoredTensors {
    /// Reads what `add` wrote; any code and any multiplier is possible, so sizes alone are checked.
    func grouped(_ name: String, _ shape: [Int], group: Int) throws -> GroupedMatrix {
        let (rows, columns) = (shape[0], shape[1])
        let groups = NibbleMatrix.groups(columns, group)
        let width = (groups + 1) / 2
        let multipliers = try uint8("\(name)_multiplier", shape: [rows, width]).withElements {
            bytes in
            (0..<rows * groups).map { index in
                let (row, place) = index.quotientAndRemainder(dividingBy: groups)
                let pair = bytes[row * width + place / 2]
                return place.isMultiple(of: 2) ? pair & 15 : pair >> 4
            }
        }
        return GroupedMatrix(
            rows: rows, columns: columns, group: group, codes: try codes(name, shape: shape),
            multipliers: multipliers, scales: try scales(name, rows: rows))
    }
}
