import Synchronization

/// Memory of finished tensors, kept for the next ones of about the same size.
///
/// A training step allocates the same hundred buffers over and over; from the system each would cost
/// a page fault every 4 KiB. What is in the memory is left as it was: whoever takes it writes it.
final class ScratchPool: Sendable {
    private struct Block: @unchecked Sendable { let memory: UnsafeMutableRawPointer }
    private struct State {
        var free: [Int: [Block]] = [:]
        var bytes = 0
    }

    private let state = Mutex(State())
    /// Beyond this many idle bytes memory goes back to the system.
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    deinit {
        state.withLock { state in
            for block in state.free.values.joined() { block.memory.deallocate() }
        }
    }

    /// Memory for at least `count` floats, with arbitrary content.
    func take(_ count: Int) -> Storage {
        let capacity = ScratchPool.sizeClass(count)
        let kept = state.withLock { state -> Block? in
            guard let block = state.free[capacity]?.popLast() else { return nil }
            state.bytes -= capacity * 4
            return block
        }
        let memory = kept?.memory ?? Storage.allocate(capacity)
        return Storage(recycled: memory, capacity: capacity) { [self] memory in
            give(Block(memory: memory), capacity)
        }
    }

    private func give(_ block: Block, _ capacity: Int) {
        let kept = state.withLock { state -> Bool in
            guard state.bytes + capacity * 4 <= limit else { return false }
            state.bytes += capacity * 4
            state.free[capacity, default: []].append(block)
            return true
        }
        if !kept { block.memory.deallocate() }
    }

    /// Rounds up to a quarter of a power of two, so that batches of about one size share memory.
    private static func sizeClass(_ count: Int) -> Int {
        guard count > 64 else { return 64 }
        let step = max(16, 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount - 3))
        return (count + step - 1) / step * step
    }
}
