/// Memory for a computation's temporary tensors: a few large regions, cut first-fit.
///
/// A training step takes and gives back the same hundred pieces over and over. They come from memory
/// that was mapped once: the system is asked only when the free room is too small. Pieces lie at
/// the lowest free address, so that small batches use the part that is in the caches. What is in the
/// memory is left as it was: whoever takes it writes it.
final class Arena: Sendable {
    private struct State: @unchecked Sendable {
        var regions: [Region] = []
        var reservations = 0
    }

    private let state = Guarded(State())

    /// The least size of a region in floats: 16 MiB.
    private static let smallest = 4 << 20

    deinit {
        state.withLock { state in
            for region in state.regions { region.memory.deallocate() }
        }
    }

    /// How often memory came from the system.
    var reservations: Int { state.withLock { $0.reservations } }

    /// Makes sure that there is a region of `count` floats or more.
    func reserve(_ count: Int) {
        state.withLock { state in
            guard !state.regions.contains(where: { $0.capacity >= count }) else { return }
            Arena.grow(&state, by: count)
        }
    }

    /// Memory for at least `count` floats, with arbitrary content.
    func take(_ count: Int) -> Storage {
        let size = Region.rounded(count)
        let (number, start, memory) = state.withLock { state in
            for number in state.regions.indices {
                if let start = state.regions[number].take(size) {
                    return (number, start, state.regions[number].memory)
                }
            }
            Arena.grow(&state, by: max(size, Arena.smallest))
            let last = state.regions.count - 1
            return (last, state.regions[last].take(size) ?? 0, state.regions[last].memory)
        }
        return Storage(recycled: memory + start * 4, capacity: size) { [self] _ in
            state.withLock { $0.regions[number].give(start..<start + size) }
        }
    }

    private static func grow(_ state: inout State, by count: Int) {
        state.regions.append(Region(capacity: Region.rounded(count)))
        state.reservations += 1
    }
}

/// One mapped region and what of it is free: ranges in floats, ascending, never touching.
private struct Region {
    let memory: UnsafeMutableRawPointer
    let capacity: Int
    private var free: [Range<Int>]

    init(capacity: Int) {
        self.capacity = capacity
        memory = Storage.allocate(capacity)
        free = [0..<capacity]
        free.reserveCapacity(256)
    }

    /// Rounds up to 256 bytes, so that neighbours never share a cache line.
    static func rounded(_ count: Int) -> Int { (max(count, 1) + 63) / 64 * 64 }

    /// The lowest place for `size` floats; nil when none is large enough.
    mutating func take(_ size: Int) -> Int? {
        guard let index = free.firstIndex(where: { $0.count >= size }) else { return nil }
        let range = free[index]
        if range.count == size {
            free.remove(at: index)
        } else {
            free[index] = range.lowerBound + size..<range.upperBound
        }
        return range.lowerBound
    }

    /// Takes a piece back and joins it with its free neighbours.
    mutating func give(_ piece: Range<Int>) {
        let after = free.firstIndex { $0.lowerBound >= piece.upperBound } ?? free.count
        var joined = piece
        var replaced = after..<after
        if after < free.count, free[after].lowerBound == piece.upperBound {
            joined = joined.lowerBound..<free[after].upperBound
            replaced = replaced.lowerBound..<after + 1
        }
        if after > 0, free[after - 1].upperBound == piece.lowerBound {
            joined = free[after - 1].lowerBound..<joined.upperBound
            replaced = after - 1..<replaced.upperBound
        }
        free.replaceSubrange(replaced, with: CollectionOfOne(joined))
    }
}
