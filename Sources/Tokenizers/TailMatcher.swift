/// Finds, for every place inside a word, the longest `##` piece that starts there.
///
/// The automaton of Aho and Corasick (1975) over the pieces written backwards: read from its last
/// byte to its first, a word passes each place with the longest piece known that starts there. Each
/// byte enters one state and leaves at most as many as were entered, so time is linear in the word
/// whatever the vocabulary, as in Song et al. 2021 (arXiv:2012.15524), without their lists of pieces.
struct TailMatcher: Sendable {
    private struct Edge {
        /// State and byte: `state << 8 | byte`; the start has a table of its own, so 0 is free.
        var key: UInt64
        var target: Int32
    }

    private var edges: [Edge]
    private var edgeCount = 0
    private var fromStart = [Int32](repeating: 0, count: 256)
    /// Per state: the state of the longest shorter suffix.
    private var fallback: [Int32] = [0]
    /// Per state: the longest piece that ends here, or -1.
    private var piece: [Int32] = [-1]

    init(_ pieces: PieceList) {
        let room = pieces.count > 4096 ? 1 << 14 : 1 << 10
        edges = Array(repeating: Edge(key: 0, target: 0), count: room)
        let bytes = pieces.bytes.span
        /// Per state: the state before it and the byte that leads here.
        var parents: [(state: Int32, byte: UInt8)] = [(0, 0)]
        var depths: [Int32] = [0]
        for id in 0..<pieces.count where pieces.isTail(id) {
            var state: Int32 = 0
            var depth: Int32 = 0
            let range = pieces.range(id)
            for index in (range.lowerBound + 2..<range.upperBound).reversed() {
                depth += 1
                let byte = bytes[index]
                var target = self.target(of: state, byte)
                if target == 0 {
                    target = Int32(parents.count)
                    parents.append((state, byte))
                    depths.append(depth)
                    piece.append(-1)
                    add(state, byte, target)
                }
                state = target
            }
            piece[Int(state)] = Int32(id)
        }
        link(parents, depths)
    }

    /// Sets `found[i]` for every `i` in `start..<word.count`: the longest piece there, or -1.
    ///
    /// Returns the number of steps taken, at most twice the number of bytes read.
    func match(_ word: Span<UInt8>, from start: Int, _ found: inout [Int32]) -> Int {
        if found.count < word.count {
            found += Array(repeating: -1, count: word.count - found.count)
        }
        var steps = 0
        var state: Int32 = 0
        var index = word.count
        while index > start {
            index -= 1
            state = next(state, word[index], &steps)
            found[index] = piece[Int(state)]
        }
        return steps
    }

    @inline(__always)
    private func next(_ from: Int32, _ byte: UInt8, _ steps: inout Int) -> Int32 {
        var state = from
        while true {
            steps &+= 1
            let target = target(of: state, byte)
            if target != 0 || state == 0 { return target }
            state = fallback[Int(state)]
        }
    }

    /// The state that `byte` leads to, or 0.
    @inline(__always)
    private func target(of state: Int32, _ byte: UInt8) -> Int32 {
        if state == 0 { return fromStart[Int(byte)] }
        let key = Self.key(state, byte)
        var slot = Self.slot(key, edges.count)
        while edges[slot].key != 0 {
            if edges[slot].key == key { return edges[slot].target }
            slot = (slot &+ 1) & (edges.count &- 1)
        }
        return 0
    }

    /// Finds the fallback of every state, the shallow ones first.
    private mutating func link(_ parents: [(state: Int32, byte: UInt8)], _ depths: [Int32]) {
        fallback = Array(repeating: 0, count: parents.count)
        var steps = 0
        for state in Self.order(by: depths) {
            let (parent, byte) = parents[state]
            if parent != 0 { fallback[state] = next(fallback[Int(parent)], byte, &steps) }
            if piece[state] < 0 { piece[state] = piece[Int(fallback[state])] }
        }
    }

    /// All places of `depths` in the order of their depth.
    private static func order(by depths: [Int32]) -> [Int] {
        // Per depth, the place in the order of the next state so deep.
        var next = [Int](repeating: 0, count: Int(depths.max() ?? 0) + 2)
        for depth in depths { next[Int(depth) + 1] += 1 }
        for depth in 1..<next.count { next[depth] += next[depth - 1] }
        var order = [Int](repeating: 0, count: depths.count)
        for (state, depth) in depths.enumerated() {
            order[next[Int(depth)]] = state
            next[Int(depth)] += 1
        }
        return order
    }

    private mutating func add(_ state: Int32, _ byte: UInt8, _ target: Int32) {
        guard state != 0 else {
            fromStart[Int(byte)] = target
            return
        }
        if edgeCount * 2 >= edges.count { grow() }
        put(Edge(key: Self.key(state, byte), target: target))
        edgeCount += 1
    }

    private mutating func grow() {
        let old = edges
        edges = Array(repeating: Edge(key: 0, target: 0), count: old.count * 2)
        for edge in old where edge.key != 0 { put(edge) }
    }

    private mutating func put(_ edge: Edge) {
        var slot = Self.slot(edge.key, edges.count)
        while edges[slot].key != 0 { slot = (slot &+ 1) & (edges.count &- 1) }
        edges[slot] = edge
    }

    @inline(__always)
    private static func key(_ state: Int32, _ byte: UInt8) -> UInt64 {
        UInt64(truncatingIfNeeded: state) &<< 8 | UInt64(byte)
    }

    @inline(__always)
    private static func slot(_ key: UInt64, _ count: Int) -> Int {
        let mixed = key &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> 40) & (count &- 1)
    }
}
