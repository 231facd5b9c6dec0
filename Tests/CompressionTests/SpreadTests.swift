import CIntegerKernels
import Tensors
import Testing

@testable import Compression

private let paths = [NLP_INT8_SCALAR, NLP_INT8_AVX2, NLP_INT8_AVX512].filter {
    nlp_int8_available($0) != 0
}

/// Spreads in guarded memory, so that a byte written too far is seen.
private func spread(
    _ kept: [Int8], by bitmap: Bitmap, _ range: Range<Int>, _ path: nlp_int8_path
) -> (bytes: [Int8], used: Int) {
    let bits = GuardedMemory(bitmap.bytes, of: 0)
    let values = GuardedMemory(kept, of: 0)
    let result = GuardedMemory(range.count, of: Int8(77))
    let used = nlp_int8_spread(
        path, bits.pointer, bitmap.bytes.count, range.lowerBound, range.count, values.pointer,
        kept.count, result.pointer)
    #expect(result.isIntact && bits.isIntact && values.isIntact)
    return (result.values, used)
}

@Test func bytesSpreadAsOneByOneAtEverySizeAndDensity() {
    var generator = SeededGenerator(seed: 2, stream: "scatter")
    for count in Array(0...70) + [127, 128, 129, 1000] {
        for density in [0, 1, 4, 7, 8] as [UInt64] {
            let values = (0..<count).map { _ -> Int8 in
                guard generator.next() % 8 < density else { return 0 }
                let value = Int8(truncatingIfNeeded: generator.next())
                return value == 0 ? 1 : value
            }
            let bitmap = Bitmap(values) { $0 != 0 }
            let kept = values.filter { $0 != 0 }
            let ones = bitmap.bytes.withUnsafeBufferPointer {
                $0.baseAddress.map { nlp_int8_ones($0, bitmap.bytes.count) } ?? 0
            }
            #expect(ones == kept.count && bitmap.scatter(kept) == values)
            let cut = count == 0 ? 0 : Int(generator.next() % UInt64(count))
            for path in paths {
                let head = spread(kept, by: bitmap, 0..<cut, path)
                let tail = spread(
                    Array(kept.dropFirst(head.used)), by: bitmap, cut..<count, path)
                #expect(head.bytes + tail.bytes == values, "\(kernelName(path)), \(count)")
                #expect(head.used + tail.used == kept.count)
            }
        }
    }
}

@Test func valuesThatAreUsedUpLeaveZeros() {
    let bitmap = Bitmap([Int8](repeating: 1, count: 200)) { $0 != 0 }
    for path in paths {
        for available in [0, 1, 63, 64, 65, 199] {
            let found = spread(
                [Int8](repeating: 5, count: available), by: bitmap, 0..<200, path)
            #expect(found.used == available)
            #expect(found.bytes.prefix(available).allSatisfy { $0 == 5 })
            #expect(found.bytes.dropFirst(available).allSatisfy { $0 == 0 })
        }
    }
}

@Test func rowsComeInOrderWhateverTheirNumber() {
    var generator = SeededGenerator(seed: 4, stream: "rows")
    let columns = 37
    let values = (0..<columns * 21).map { _ in
        generator.next() % 3 == 0 ? 0 : Int8(truncatingIfNeeded: generator.next())
    }
    var reader = RowReader(.made(values), columns: columns)
    var found: [Int8] = []
    for rows in [1, 0, 16, 4] {
        found += [Int8](unsafeUninitializedCapacity: rows * columns) { target, count in
            if let base = target.baseAddress { reader.copy(rows, to: base) }
            count = rows * columns
        }
    }
    #expect(found == values)
}
