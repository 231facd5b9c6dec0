/// Spreads single bytes by a bitmap, eight at a time.
///
/// The slow twin is `Bitmap.scatter`. Eight packed bytes move to the places of a bitmap byte's ones
/// in three steps, by 4, 2 and 1 places (expand, Warren, Hacker's Delight §7-5, on bytes for bits).
struct ByteScatter {
    /// For each bitmap byte, which places take what stood 4, 2 and 1 places lower.
    private let steps: [(by4: UInt64, by2: UInt64, by1: UInt64, kept: UInt64)]

    init() {
        steps = (0..<256).map { bits in
            let places = (0..<8).filter { bits >> $0 & 1 == 1 }
            // Byte `i` has to climb from place i to places[i]: first by 1, then by 2, then by 4 in
            // the compressing direction; here from the top, so that nothing is overwritten.
            var masks: [UInt64] = [0, 0, 0]
            for (index, place) in places.enumerated() {
                var at = index
                for (step, distance) in [4, 2, 1].enumerated() where (place - index) & distance != 0
                {
                    at += distance
                    masks[step] |= 0xff << UInt64(8 * at)
                }
            }
            let kept = places.reduce(UInt64(0)) { $0 | 0xff << UInt64(8 * $1) }
            return (masks[0], masks[1], masks[2], kept)
        }
    }

    /// Puts `values`, as many as `bitmap` has ones, at the marked places and zeros elsewhere.
    func scatter(_ values: UnsafeRawBufferPointer, by bitmap: Bitmap) -> [Int8] {
        precondition(values.count == bitmap.ones, "\(values.count) values for a bitmap")
        return [Int8](unsafeUninitializedCapacity: bitmap.count) { buffer, initialized in
            let result = UnsafeMutableRawBufferPointer(buffer)
            var (place, next) = (0, 0)
            for bits in bitmap.bytes {
                guard place + 8 <= result.count, next + 8 <= values.count else { break }
                let word = values.loadUnaligned(fromByteOffset: next, as: UInt64.self)
                result.storeBytes(
                    of: spread(UInt64(littleEndian: word), by: bits).littleEndian,
                    toByteOffset: place, as: UInt64.self)
                next += bits.nonzeroBitCount
                place += 8
            }
            // What is left is too close to the end for whole words.
            for index in place..<bitmap.count {
                let isSet = bitmap.bytes[index / 8] >> UInt8(index % 8) & 1 == 1
                result[index] = isSet ? values[next] : 0
                next += isSet ? 1 : 0
            }
            initialized = bitmap.count
        }
    }

    private func spread(_ word: UInt64, by bits: UInt8) -> UInt64 {
        let step = steps[Int(bits)]
        var word = word
        word = (word & ~step.by4) | (word << 32 & step.by4)
        word = (word & ~step.by2) | (word << 16 & step.by2)
        word = (word & ~step.by1) | (word << 8 & step.by1)
        return word & step.kept
    }
}
