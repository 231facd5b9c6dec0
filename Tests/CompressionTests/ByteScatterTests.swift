import Tensors
import Testing

@testable import Compression

private func scattered(_ kept: [Int8], by bitmap: Bitmap, _ scatter: ByteScatter) -> [Int8] {
    [Int8](unsafeUninitializedCapacity: bitmap.count) { result, initialized in
        if let base = result.baseAddress {
            kept.withUnsafeBytes { scatter.scatter($0, by: bitmap, to: base) }
        }
        initialized = bitmap.count
    }
}

@Test func bytesScatterAsOneByOneAtEverySizeAndDensity() {
    let scatter = ByteScatter()
    var generator = SeededGenerator(seed: 2, stream: "scatter")
    for count in Array(0...70) + [1000] {
        for density in [0, 1, 4, 7, 8] as [UInt64] {
            let values = (0..<count).map { _ -> Int8 in
                guard generator.next() % 8 < density else { return 0 }
                let value = Int8(truncatingIfNeeded: generator.next())
                return value == 0 ? 1 : value
            }
            let bitmap = Bitmap(values) { $0 != 0 }
            let kept = values.filter { $0 != 0 }
            let found = scattered(kept, by: bitmap, scatter)
            #expect(found == values && found == bitmap.scatter(kept))
        }
    }
}

@Test func everyBitmapByteSpreadsItsValues() {
    let scatter = ByteScatter()
    for bits in UInt8.min...UInt8.max {
        let values = (0..<8).map { Int8(bits >> $0 & 1) * Int8($0 + 1) }
        // More values follow, so that the word loaded holds bytes that belong elsewhere.
        let all = values + [Int8](repeating: 9, count: 16)
        let bitmap = Bitmap(all) { $0 != 0 }
        let found = scattered(all.filter { $0 != 0 }, by: bitmap, scatter)
        #expect(found == all)
    }
}
