import CIntegerKernels
import Tensors

/// Codes -8…7 of a matrix: made here, or two in a byte where they lie in the mapped file of a model,
/// all of them or those that are not zero.
///
/// A code is stored as `code + 8`, the earlier of two in the low half. Rows begin at whole bytes;
/// the half that an odd row leaves over means nothing.
enum GroupedCodes: Sendable {
    case made([Int8])
    case mapped(FilePart, rows: Int, columns: Int)
    /// A bitmap of `count` bits, and as many values as it has ones.
    case sparse(bitmap: FilePart, values: FilePart, ones: Int, count: Int)

    /// All codes, row by row.
    var values: [Int8] {
        switch self {
        case .made(let codes): return codes
        case .mapped(let part, let rows, let columns):
            return [Int8](unsafeUninitializedCapacity: rows * columns) { codes, initialized in
                part.withBytes { bytes in
                    let (whole, width) = (columns / 2, (columns + 1) / 2)
                    for row in 0..<rows {
                        let (from, to) = (row * width, row * columns)
                        for place in 0..<whole {
                            let pair = bytes[from + place]
                            codes[to + 2 * place] = Int8(truncatingIfNeeded: pair & 15) &- 8
                            codes[to + 2 * place + 1] = Int8(truncatingIfNeeded: pair >> 4) &- 8
                        }
                        if whole < width {
                            codes[to + columns - 1] =
                                Int8(truncatingIfNeeded: bytes[from + whole] & 15) &- 8
                        }
                    }
                }
                initialized = rows * columns
            }
        case .sparse(let bitmap, let values, let ones, let count):
            let kept = GroupedCodes.mapped(values, rows: 1, columns: ones).values
            return [Int8](unsafeUninitializedCapacity: count) { codes, initialized in
                bitmap.withBytes { bits in
                    kept.withUnsafeBufferPointer { kept in
                        guard let bits = bits.bindMemory(to: UInt8.self).baseAddress,
                            let base = codes.baseAddress
                        else { return }
                        // Without values every code is zero, and nothing is read from the address.
                        _ = nlp_int8_spread(
                            nlp_int8_chosen(), bits, bitmap.count, 0, count,
                            kept.baseAddress ?? UnsafePointer(base), ones, base)
                    }
                }
                initialized = count
            }
        }
    }

    /// Two codes in a byte, each of `rows` rows from a whole byte on.
    static func packed(_ codes: [Int8], rows: Int, columns: Int) -> [UInt8] {
        let width = (columns + 1) / 2
        var bytes = [UInt8](repeating: 0x88, count: rows * width)
        for row in 0..<rows {
            for column in 0..<columns {
                let level = UInt8(truncatingIfNeeded: codes[row * columns + column] &+ 8) & 15
                let place = row * width + column / 2
                bytes[place] =
                    column.isMultiple(of: 2)
                    ? bytes[place] & 0xf0 | level : bytes[place] & 0x0f | level << 4
            }
        }
        return bytes
    }
}

extension GroupedCodes: Equatable {
    static func == (a: GroupedCodes, b: GroupedCodes) -> Bool { a.values == b.values }
}
