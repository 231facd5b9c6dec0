import CIntegerKernels
import Testing

/// Integer sums on tiles, compared bit for bit with plain loops.
@Suite struct TileSumsTests {
    private typealias Sums = (
        UnsafePointer<UInt8>?, Int32, Int32, UnsafePointer<Int8>?, Int32, Int32, Int32,
        UnsafeMutablePointer<Int32>?, Int32
    ) -> Void

    /// Every edge of a tile and of a pair of tiles, with depths of one and several tiles.
    private static let sizes: [(rows: Int, panels: Int, depth: Int)] =
        (Array(1...17) + [31, 32, 33, 63, 64, 65]).enumerated().map { index, rows in
            (rows, 1 + index % 5, [1, 63, 64, 65, 384][index % 5])
        }

    /// Bytes of a certain look: random, or the largest that there are.
    private func bytes(_ count: Int, _ seed: UInt32, extreme: Bool) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return extreme ? (state >> 31 == 0 ? 128 : 127) : UInt8(state >> 24)
        }
    }

    private func check(_ sums: Sums, _ size: (rows: Int, panels: Int, depth: Int), extreme: Bool) {
        let (rows, panels, depth) = size
        let stride = (depth + 63) / 64 * 64
        let columns = panels * 16
        var q = [UInt8](repeating: 0, count: rows * stride)
        let activations = bytes(rows * depth, 1, extreme: false)
        for i in 0..<rows * depth {
            q[i / depth * stride + i % depth] = extreme ? 255 : activations[i]
        }
        let weights = bytes(columns * depth, 2, extreme: extreme).map(Int8.init(bitPattern:))
        var packed = [Int8](repeating: 0, count: columns * stride)
        for n in 0..<columns {
            for k in 0..<depth {
                packed[(n / 16 * (stride / 4) + k / 4) * 64 + n % 16 * 4 + k % 4] =
                    weights[n * depth + k]
            }
        }
        // The first panel is left out where there are several, and nothing may write it.
        let first = panels > 2 ? 1 : 0
        var found = [Int32](repeating: -7, count: rows * columns)
        sums(
            q, Int32(stride), Int32(rows), packed, Int32(stride / 4), Int32(first), Int32(panels),
            &found, Int32(columns))
        let expected = (0..<rows * columns).map { i -> Int32 in
            let (m, n) = (i / columns, i % columns)
            guard n >= first * 16 else { return -7 }
            return (0..<depth).reduce(0) {
                $0 + Int32(q[m * stride + $1]) * Int32(weights[n * depth + $1])
            }
        }
        #expect(found == expected, "\(rows) rows, \(panels) panels, depth \(depth)")
    }

    @Test(arguments: [false, true]) func theTileModelGivesTheSumsOfPlainLoops(extreme: Bool) {
        for size in TileSumsTests.sizes { check(int8_sums_tile_model, size, extreme: extreme) }
    }

    @Test(arguments: [false, true]) func amxGivesTheSumsOfPlainLoops(extreme: Bool) {
        guard int8_amx_available() != 0 else { return print("skipped: this CPU has no AMX") }
        for size in TileSumsTests.sizes { check(int8_sums_amx, size, extreme: extreme) }
        check(int8_sums_amx, (860, 24, 1536), extreme: extreme)
    }
}
