/// Finds whole pieces of more than 16 bytes; vocabularies have few of them.
///
/// FNV-1a's value for a prefix is a step on the way to the value of the whole, so that one pass over
/// a word gives the hashes of all candidates for its longest match.
struct LongPieceTable: Sendable {
    static let offsetBasis: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Hash → ids, ascending.
    private var ids: [UInt64: [Int32]] = [:]
    /// The number of bytes of the longest piece; 0 where there is none.
    private(set) var longest = 0

    @inline(__always)
    static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    mutating func insert(_ bytes: Span<UInt8>, _ range: Range<Int>, id: Int32) {
        var hash = Self.offsetBasis
        for index in range { hash = Self.step(hash, bytes[index]) }
        ids[hash, default: []].append(id)
        longest = max(longest, range.count)
    }

    /// The id of the last piece that reads `word[..<end]`, whose hash is `hash`; -1 where there is none.
    func find(_ word: Span<UInt8>, end: Int, hash: UInt64, in pieces: PieceList) -> Int32 {
        for id in (ids[hash] ?? []).reversed() where pieces.reads(id, word, 0..<end) { return id }
        return -1
    }
}
