/// Finds whole pieces of at most 16 bytes by their key: an open-addressed table.
struct PieceTable: Sendable {
    private struct Slot {
        var low: UInt64
        var high: UInt64
        var count: Int32
        /// Piece id; -1 marks an empty slot.
        var id: Int32
    }

    /// A power of two, at most half of the slots are taken.
    private var slots: [Slot]
    private let shift: UInt64

    init(capacity: Int) {
        var bits: UInt64 = 4
        while 1 << bits < capacity * 2 { bits += 1 }
        slots = Array(repeating: Slot(low: 0, high: 0, count: 0, id: -1), count: 1 << bits)
        shift = 64 - bits
    }

    /// Adds a piece; of equal pieces the last stays, as in Hugging Face.
    mutating func insert(_ key: PieceKey, id: Int32) {
        var slot = Int(truncatingIfNeeded: key.hash &>> shift)
        while slots[slot].id >= 0, !Self.holds(slots[slot], key) {
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        slots[slot] = Slot(low: key.low, high: key.high, count: key.count, id: id)
    }

    /// The id of the piece, or -1.
    @inline(__always)
    func find(_ key: PieceKey) -> Int32 {
        var index = Int(truncatingIfNeeded: key.hash &>> shift)
        while true {
            let slot = slots[index]
            if Self.holds(slot, key) || slot.id < 0 { return slot.id }
            index = (index &+ 1) & (slots.count &- 1)
        }
    }

    @inline(__always)
    private static func holds(_ slot: Slot, _ key: PieceKey) -> Bool {
        slot.low == key.low && slot.high == key.high && slot.count == key.count
    }
}
