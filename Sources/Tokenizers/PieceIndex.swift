/// Finds pieces by their UTF-8 bytes.
///
/// An open-addressed table over FNV-1a, whose value for a prefix is a step on the way to the value of
/// the whole: one pass over a word gives the hashes of all candidates for its longest match.
struct PieceIndex: Sendable {
    static let noPrefix: [UInt8] = []
    static let continuation: [UInt8] = Array("##".utf8)

    private static let offsetBasis: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3
    private static let continuationHash = continuation.reduce(offsetBasis, step)

    private let bytes: [UInt8]
    private let starts: [Int]
    private let hashes: [UInt64]
    /// Piece id or -1; the count is a power of two, at most half of the slots are taken.
    private let slots: [Int32]
    private let longest: Int

    init(_ pieces: [String]) {
        var bytes: [UInt8] = []
        var starts = [0]
        var hashes: [UInt64] = []
        for piece in pieces {
            let before = bytes.count
            bytes.append(contentsOf: piece.utf8)
            starts.append(bytes.count)
            hashes.append(bytes[before...].reduce(Self.offsetBasis, Self.step))
        }
        var size = 16
        while size < pieces.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for id in pieces.indices {
            let own = bytes[starts[id]..<starts[id + 1]]
            var slot = Self.slot(hashes[id], size)
            while slots[slot] >= 0 {
                let other = Int(slots[slot])
                if bytes[starts[other]..<starts[other + 1]].elementsEqual(own) { break }
                slot = (slot + 1) & (size - 1)
            }
            slots[slot] = Int32(id)
        }
        self.bytes = bytes
        self.starts = starts
        self.hashes = hashes
        self.slots = slots
        longest = zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
    }

    static func hash(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        bytes.reduce(offsetBasis, step)
    }

    /// The id of the piece that reads `prefix` and then `rest`, whose hash is `hash`.
    func find(_ rest: UnsafeBufferPointer<UInt8>, prefix: [UInt8], hash: UInt64) -> Int32? {
        var slot = Self.slot(hash, slots.count)
        while slots[slot] >= 0 {
            let id = Int(slots[slot])
            if hashes[id] == hash, matches(id, prefix, rest) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The longest piece that `word` begins with at `start`, and where it ends.
    func longestMatch(
        in word: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (id: Int32, end: Int)? {
        let inside = start > 0
        let prefix = inside ? Self.continuation : Self.noPrefix
        let limit = min(word.count, start + max(0, longest - prefix.count))
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: limit - start + 1) {
            steps in
            var hash = inside ? Self.continuationHash : Self.offsetBasis
            for end in start..<limit {
                hash = Self.step(hash, word[end])
                steps[end - start] = hash
            }
            var end = limit
            while end > start {
                // A piece ends where a scalar ends.
                if end == word.count || word[end] & 0xC0 != 0x80 {
                    let rest = UnsafeBufferPointer(rebasing: word[start..<end])
                    if let id = find(rest, prefix: prefix, hash: steps[end - start - 1]) {
                        return (id, end)
                    }
                }
                end -= 1
            }
            return nil
        }
    }

    private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* prime
    }

    private static func slot(_ hash: UInt64, _ size: Int) -> Int {
        Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (size - 1)
    }

    private func matches(_ id: Int, _ prefix: [UInt8], _ rest: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = starts[id]
        guard starts[id + 1] - start == prefix.count + rest.count else { return false }
        for index in prefix.indices where bytes[start + index] != prefix[index] { return false }
        let body = start + prefix.count
        for index in rest.indices where bytes[body + index] != rest[index] { return false }
        return true
    }
}
