import Testing

@testable import Tensors

/// How often each index was called.
private func calls(_ compute: Compute, _ count: Int) -> [Int] {
    let seen = Guarded([Int](repeating: 0, count: count))
    compute.forEach(count) { index in seen.withLock { $0[index] += 1 } }
    return seen.withLock(\.self)
}

@Suite struct ComputeTests {
    @Test(arguments: [1, 2, 3, 7]) func everyIndexIsCalledOnce(threads: Int) throws {
        let compute = try Compute(threads: threads)
        for count in [0, 1, 2, 3, 16, 1000] {
            #expect(calls(compute, count) == [Int](repeating: 1, count: count))
        }
    }

    @Test func loopsInsideOfLoopsAndOnOtherThreadsRunToo() async throws {
        let compute = try Compute(threads: 3)
        let total = Guarded(0)
        compute.forEach(20) { _ in
            compute.forEach(5) { _ in total.withLock { $0 += 1 } }
        }
        #expect(total.withLock(\.self) == 100)
        await withTaskGroup(of: [Int].self) { group in
            for _ in 0..<4 { group.addTask { calls(compute, 300) } }
            for await seen in group { #expect(seen == [Int](repeating: 1, count: 300)) }
        }
    }

    @Test func manyShortLoopsSeeEachOthersResults() throws {
        let compute = try Compute(threads: 3)
        let values = Tensor(zeros: [64])
        for round in 0..<2000 {
            compute.forEach(64) { index in
                values[index] = index == 0 ? Float(round) : values[index] + 1
            }
            #expect(values[0] == Float(round))
        }
        #expect(values[63] == 2000)
    }
}

@Suite struct ArenaTests {
    @Test func piecesAreReusedAndNeverOverlap() {
        let arena = Arena()
        var generator = SeededGenerator(seed: 4, stream: "arena")
        arena.reserve(1 << 20)
        var held: [(Storage, Float)] = []
        for round in 0..<2000 {
            let piece = arena.take(Int.random(in: 0..<20_000, using: &generator))
            for index in 0..<piece.capacity { piece.pointer[index] = Float(round) }
            held.append((piece, Float(round)))
            while held.count > 40 {
                let (old, value) = held.remove(
                    at: Int.random(in: 0..<held.count, using: &generator))
                #expect((0..<old.capacity).allSatisfy { old.pointer[$0] == value })
            }
        }
        #expect(arena.reservations == 1)
        held = []
        // All of it is one piece again.
        #expect(arena.take(1 << 20).capacity == 1 << 20)
        #expect(arena.reservations == 1)
        #expect(arena.take(5 << 20).capacity == 5 << 20)
        #expect(arena.reservations == 2)
    }
}
