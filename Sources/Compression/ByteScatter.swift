/// Spreads single bytes by a bitmap, eight at a time.
///
/// The slow twin is `Bitmap.scatter`. Eight packed bytes move to the places of a bitmap byte's ones
/// in three steps, by 4, 2 and 1 places (expand: Warren, Hacker's Delight §7-5, on bytes for bits).
struct ByteScatter: Sendable {
    /// For one bitmap byte: which places take what stood 4, 2 and 1 places lower, and which stay.
    private struct Steps: Sendable {
        var by4: UInt64 = 0
        var by2: UInt64 = 0
        var by1: UInt64 = 0
        var kept: UInt64 = 0
        /// Number of ones.
        var count = 0
    }

    private let table: [Steps]

    init() {
        table = (0..<256).map { bits in
            var steps = Steps()
            var index = 0
            for place in 0..<8 where bits >> place & 1 == 1 {
                // Moves by rising distances never meet, the longest step first.
                let distance = place - index
                if distance & 4 != 0 { steps.by4 |= ByteScatter.byte(index + 4) }
                if distance & 2 != 0 { steps.by2 |= ByteScatter.byte(index + (distance & 6)) }
                if distance & 1 != 0 { steps.by1 |= ByteScatter.byte(place) }
                steps.kept |= ByteScatter.byte(place)
                index += 1
            }
            steps.count = index
            return steps
        }
    }

    private static func byte(_ place: Int) -> UInt64 { 0xff << UInt64(8 * place) }

    /// Puts `values`, as many as `bitmap` has ones, at the marked places and zeros elsewhere.
    func scatter(
        _ values: UnsafeRawBufferPointer, by bitmap: Bitmap, to result: UnsafeMutableRawPointer
    ) {
        precondition(values.count == bitmap.ones, "\(values.count) values for a bitmap")
        let result = UnsafeMutableRawBufferPointer(start: result, count: bitmap.count)
        var (place, next) = words(values, bitmap.bytes, to: result)
        while place < bitmap.count {
            let isSet = bitmap.bytes[place / 8] >> UInt8(place % 8) & 1 == 1
            result[place] = isSet ? values[next] : 0
            next += isSet ? 1 : 0
            place += 1
        }
    }

    /// Spreads while there are whole words on both sides; returns how far both were taken.
    private func words(
        _ values: UnsafeRawBufferPointer, _ bitmap: [UInt8],
        to result: UnsafeMutableRawBufferPointer
    ) -> (place: Int, next: Int) {
        table.withUnsafeBufferPointer { table in
            bitmap.withUnsafeBufferPointer { bitmap in
                var (place, next) = (0, 0)
                for bits in bitmap {
                    guard place + 8 <= result.count, next + 8 <= values.count else { break }
                    let steps = table[Int(bits)]
                    var word = UInt64(
                        littleEndian: values.loadUnaligned(fromByteOffset: next, as: UInt64.self))
                    word = (word & ~steps.by4) | (word << 32 & steps.by4)
                    word = (word & ~steps.by2) | (word << 16 & steps.by2)
                    word = (word & ~steps.by1) | (word << 8 & steps.by1)
                    result.storeBytes(
                        of: (word & steps.kept).littleEndian, toByteOffset: place, as: UInt64.self)
                    next += steps.count
                    place += 8
                }
                return (place, next)
            }
        }
    }
}
