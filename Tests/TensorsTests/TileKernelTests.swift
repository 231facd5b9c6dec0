import CKernels
import Testing

@testable import Tensors

/// Rounding to bfloat16, packing to tiles and special values in all large products.
@Suite struct TileKernelTests {
    private func rounded(_ x: Float) -> Float {
        var result: Float = 0
        nlp_bf16_round([x], 1, &result)
        return result
    }

    @Test func roundingGoesToTheNearestAndTiesToEven() {
        let unit: Float = 1 / 128
        #expect(rounded(1 + unit / 2) == 1)
        #expect(rounded(1 + 3 * unit / 2) == 1 + 2 * unit)
        #expect(rounded((1 + unit / 2).nextUp) == 1 + unit)
        #expect(rounded((1 + unit / 2).nextDown) == 1)
        #expect(rounded(-1 - 3 * unit / 2) == -1 - 2 * unit)
        #expect(rounded(-0.0).sign == .minus)
        #expect(rounded(.infinity) == .infinity && rounded(-.infinity) == -.infinity)
        #expect(rounded(.greatestFiniteMagnitude) == .infinity)
        #expect(rounded(.nan).isNaN && rounded(Float(bitPattern: 0x7f80_0001)).isNaN)
        #expect(rounded(Float(bitPattern: 0xffff_ffff)).isNaN)
        #expect(rounded(Float(bitPattern: 0x0001_8000)).bitPattern == 0x0002_0000)
        #expect(rounded(Float(bitPattern: 0x0000_8000)).bitPattern == 0)
        #expect(rounded(.leastNonzeroMagnitude) == 0)
    }

    /// Bit patterns of all kinds: normal, denormal, infinite, not a number.
    private func patterns(_ count: Int) -> [Float] {
        var generator = SeededGenerator(seed: 4, stream: "patterns")
        return (0..<count).map { index in
            let bits = UInt32.random(in: 0...UInt32.max, using: &generator)
            switch index % 5 {
            case 0: return Float(bitPattern: bits & 0x807f_ffff)
            case 1: return Float(bitPattern: bits | 0x7f80_0000)
            case 2: return Float(bitPattern: bits & 0xffff_8000)
            default: return Float(bitPattern: bits)
            }
        }
    }

    @Test func tilesArePackedAlikeWithAndWithoutVectors() {
        guard nlp_gemm_available() != 0 else { return print("skipped: this CPU has no AVX-512") }
        let plain = nlp_tile_kernels_at(1).pointee.pack
        for (count, depth) in [(1, 1), (15, 31), (16, 32), (17, 33), (40, 47), (33, 100), (48, 16)]
        {
            for (along, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] as [(Int32, Int32)] {
                let stride = (along != 0 ? depth : count) + 3
                let x = patterns(stride * (along != 0 ? count : depth))
                let panels = (count + 15) / 16
                let size = panels * ((depth + 31) / 32) * Int(NLP_TILE)
                var expected = [UInt16](repeating: 7, count: size)
                var found = [UInt16](repeating: 9, count: size)
                plain?(x, stride, along, depth, count, right, 0, panels, &expected)
                nlp_tile_pack_vectors(x, stride, along, depth, count, right, 0, panels, &found)
                #expect(found == expected, "\(count) x \(depth), \(along) \(right)")
            }
        }
    }

    @Test func valuesAreRoundedAlikeWithAndWithoutVectors() {
        guard nlp_gemm_available() != 0 else { return print("skipped: this CPU has no AVX-512") }
        let x = patterns(48 * 64)
        var expected = x
        nlp_bf16_round(x, x.count, &expected)
        var found = [Float](repeating: 0, count: x.count)
        nlp_gemm_pack(x, 48, 0, 64, 48, 1, 0, 1, &found)
        #expect(found.map { $0.bitPattern } == expected.map { $0.bitPattern })
    }

    @Test(arguments: arithmetics)
    func infinitiesAndNaNReachTheResultsThatTheyBelongTo(_ products: ProductArithmetic) {
        guard let compute = Compute(threads: 2, products: products) else {
            return print("skipped: this CPU has no \(products.name)")
        }
        let (x, w) = (numbers([70, 65], "x"), numbers([130, 65], "w"))
        x[3, 7] = .nan
        x[69, 64] = .infinity
        w[129, 0] = -.infinity
        let (packed, y) = (PackedMatrix(), Tensor(zeros: [70, 130]))
        compute.pack(w, into: packed)
        compute.product(x, packed, into: y)
        for i in 0..<70 {
            for j in 0..<130 {
                let isPlain = i != 3 && i != 69 && j != 129
                #expect(y[i, j].isFinite == isPlain, "[\(i), \(j)]")
                #expect(y[i, j].isNaN == (i == 3) || i == 69 || j == 129)
            }
        }
    }

    @Test(arguments: arithmetics)
    func anEpilogueFindsItsRowsCompleteAndEveryRowOnce(_ products: ProductArithmetic) {
        guard let compute = Compute(threads: 3, products: products) else {
            return print("skipped: this CPU has no \(products.name)")
        }
        let (x, w) = (numbers([301, 40], "x"), numbers([50, 40], "w"))
        let packed = PackedMatrix()
        let (y, copy, calls) = (
            Tensor(zeros: [301, 50]), Tensor(zeros: [301, 50]), Tensor(zeros: [301])
        )
        y.fill(.nan)
        compute.pack(w, into: packed)
        compute.product(x, packed, into: y) { rows in
            copy.rows(rows).assign(y.rows(rows))
            for row in rows { calls[row] += 1 }
        }
        #expect(copy.values == y.values)
        #expect(calls.values.allSatisfy { $0 == 1 })
        #expect(y.values.allSatisfy { $0.isFinite })
    }

    @Test func changedWeightsAreTakenOver() throws {
        let compute = try Compute(threads: 2)
        let (x, w) = (numbers([20, 64], "x"), numbers([96, 64], "w"))
        let (packed, y, dx) = (PackedMatrix(), Tensor(zeros: [20, 96]), Tensor(zeros: [20, 64]))
        for factor: Float in [1, 2] {
            w.assign(numbers([96, 64], "w"))
            compute.scale(w, by: factor)
            compute.pack(w, into: packed)
            compute.product(x, packed, into: y)
            compute.product(y, packed, transposed: true, into: dx)
            let expected = try Compute(threads: 1)
            let fresh = PackedMatrix()
            expected.pack(w, into: fresh)
            let (y2, dx2) = (Tensor(zeros: [20, 96]), Tensor(zeros: [20, 64]))
            expected.product(x, fresh, into: y2)
            expected.product(y2, fresh, transposed: true, into: dx2)
            #expect(y.values == y2.values)
            #expect(dx.values == dx2.values)
        }
    }

    @Test func precisionsResolveByWhatTheCPUHas() {
        #expect(Precision.auto.resolved(tiles: true) == .bfloat16)
        #expect(Precision.auto.resolved(tiles: false) == .float32)
        #expect(Precision.float32.resolved(tiles: true) == .float32)
        #expect(Precision.bfloat16.resolved(tiles: false) == .bfloat16)
        #expect(Set(arithmetics.map { $0.name }).count == arithmetics.count)
    }
}
