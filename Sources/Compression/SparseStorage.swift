/// Which elements of an array are not zero, one bit each: bit `i % 8` (from the lowest) of byte
/// `i / 8` stands for element `i`; bits beyond the last element are 0.
struct Bitmap: Sendable, Equatable {
    let bytes: [UInt8]
    /// Number of elements, not of ones.
    let count: Int

    /// Marks the elements of `values` for which `isSet` holds.
    init<Value>(_ values: [Value], where isSet: (Value) -> Bool) {
        var bytes = [UInt8](repeating: 0, count: (values.count + 7) / 8)
        for (index, value) in values.enumerated() where isSet(value) {
            bytes[index / 8] |= 1 << UInt8(index % 8)
        }
        self.bytes = bytes
        count = values.count
    }

    /// Takes stored bytes; nil where they are too many, too few, or set beyond the last element.
    init?(bytes: [UInt8], count: Int) {
        guard count >= 0, bytes.count == count / 8 + (count % 8 == 0 ? 0 : 1) else { return nil }
        if count % 8 != 0, let last = bytes.last, last >> UInt8(count % 8) != 0 { return nil }
        self.bytes = bytes
        self.count = count
    }

    /// Number of elements that are marked.
    var ones: Int {
        bytes.withUnsafeBytes { bytes in
            var total = 0
            let words = bytes.count / 8
            for word in 0..<words {
                total +=
                    bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
                    .nonzeroBitCount
            }
            for byte in bytes[(words * 8)...] { total += byte.nonzeroBitCount }
            return total
        }
    }

    /// Puts `values`, as many as there are ones, at the marked places and zeros elsewhere.
    func scatter<Value: Numeric>(_ values: [Value]) -> [Value] {
        var result = [Value](repeating: 0, count: count)
        var next = 0
        for index in 0..<count where bytes[index / 8] >> UInt8(index % 8) & 1 == 1 {
            guard next < values.count else { break }
            result[index] = values[next]
            next += 1
        }
        return result
    }
}

/// True when a bitmap and the values that are not zero take fewer bytes than all values.
func isSmallerSparse(count: Int, ones: Int, valueSize: Int) -> Bool {
    (count + 7) / 8 + ones * valueSize < count * valueSize
}
