import CIntegerKernels
import Tensors

/// The bytes of a weight as a bitmap of those that are not zero, and their values.
struct SparseBytes: Sendable {
    private let bitmap: FilePart
    private let values: FilePart
    /// Number of bytes, zeros included.
    let count: Int

    /// Takes a bitmap of `count` bits and as many values as it has ones.
    init(bitmap: FilePart, values: FilePart, count: Int) {
        self.bitmap = bitmap
        self.values = values
        self.count = count
    }

    /// Number of bits set in a bitmap; nil where it has not just the bytes that `count` bits take, or
    /// ones beyond them.
    static func ones(_ bitmap: FilePart, count: Int) -> Int? {
        guard count >= 0, bitmap.count == count / 8 + (count % 8 == 0 ? 0 : 1) else { return nil }
        return bitmap.withBytes { bytes in
            if count % 8 != 0, let last = bytes.last, last >> UInt8(count % 8) != 0 { return nil }
            guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return 0 }
            return nlp_int8_ones(base, bytes.count)
        }
    }

    /// Writes the bytes of `range`, before which `skipped` are not zero, to `target`; returns how many
    /// of them are not zero.
    func copy<Element>(
        _ range: Range<Int>, skipping skipped: Int, to target: UnsafeMutablePointer<Element>
    ) -> Int {
        bitmap.withBytes { bits in
            values.withBytes { values in
                guard let bits = bits.bindMemory(to: UInt8.self).baseAddress else { return 0 }
                let left = values.count - skipped
                let bytes = UnsafeMutableRawPointer(target).bindMemory(
                    to: Int8.self, capacity: range.count)
                // Without values every byte is zero, and nothing is read from the address given.
                let first = values.bindMemory(to: Int8.self).baseAddress.map { $0 + skipped }
                return nlp_int8_spread(
                    nlp_int8_chosen(), bits, bitmap.count, range.lowerBound, range.count,
                    first ?? UnsafePointer(bytes), left, bytes)
            }
        }
    }
}

/// Gives the rows of a stored matrix, from the first on.
struct RowReader {
    private let bytes: StoredBytes<Int8>
    private let columns: Int
    private var place = 0
    private var used = 0

    init(_ bytes: StoredBytes<Int8>, columns: Int) {
        self.bytes = bytes
        self.columns = columns
    }

    /// Writes the next `rows` rows to `target`.
    mutating func copy(_ rows: Int, to target: UnsafeMutablePointer<Int8>) {
        let range = place..<place + rows * columns
        precondition(range.upperBound <= bytes.count, "more rows than there are")
        place = range.upperBound
        switch bytes {
        case .sparse(let sparse): used += sparse.copy(range, skipping: used, to: target)
        case .made, .mapped:
            bytes.withElements { all in
                guard let base = all.baseAddress else { return }
                target.update(from: base + range.lowerBound, count: range.count)
            }
        }
    }
}
