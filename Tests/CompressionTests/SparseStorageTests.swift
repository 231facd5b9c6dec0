import Testing

@testable import Compression

@Test(arguments: Array(0...17) + [63, 64, 65]) func bitmapsRoundTripAtEverySize(count: Int) throws {
    let patterns: [(Int) -> Bool] = [
        { _ in false }, { _ in true }, { $0 % 3 == 1 }, { $0 == count - 1 },
    ]
    for pattern in patterns {
        let values = (0..<count).map { pattern($0) ? Float($0 + 1) : 0 }
        let bitmap = Bitmap(values) { $0 != 0 }
        let stored = try #require(Bitmap(bytes: bitmap.bytes, count: count))
        #expect(stored == bitmap)
        #expect(bitmap.ones == values.filter { $0 != 0 }.count)
        #expect(stored.scatter(values.filter { $0 != 0 }) == values)
    }
}

@Test func bitmapsOfTheWrongSizeOrWithStrayBitsAreRefused() {
    #expect(Bitmap(bytes: [0], count: 9) == nil)
    #expect(Bitmap(bytes: [0, 0], count: 8) == nil)
    #expect(Bitmap(bytes: [0b1000], count: 3) == nil)
    #expect(Bitmap(bytes: [], count: -1) == nil)
    #expect(Bitmap(bytes: [0b100], count: 3) != nil)
}

@Test func tooFewValuesLeaveZeros() {
    let bitmap = Bitmap([Int8](repeating: 1, count: 10)) { $0 != 0 }
    #expect(bitmap.scatter([Int8(4), 5]) == [4, 5, 0, 0, 0, 0, 0, 0, 0, 0])
}

@Test func sparseStorageIsChosenOnlyWhereItIsSmaller() {
    #expect(isSmallerSparse(count: 800, ones: 699, valueSize: 1))
    #expect(!isSmallerSparse(count: 800, ones: 700, valueSize: 1))
    #expect(isSmallerSparse(count: 800, ones: 700, valueSize: 4))
    #expect(!isSmallerSparse(count: 0, ones: 0, valueSize: 4))
}
