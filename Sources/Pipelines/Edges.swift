/// The edges between stages, by their positions in the file.
///
/// Nothing here recurses: a chain of stages may be as long as the file allows.
struct Edges: Sendable {
    /// For every stage, the stages that it reads from, ascending.
    private(set) var parents: [[Int]]
    /// For every stage, the stages that read from it, ascending.
    private(set) var children: [[Int]]
    private let frozen: [Bool]

    init(_ stages: [Stage], _ index: OutIndex) {
        frozen = stages.map(\.frozen)
        parents = stages.map { stage in
            Set(stage.deps.flatMap { index.makers(of: $0).map(\.stage) }).sorted()
        }
        children = Edges.reversed(parents)
    }

    private init(parents: [[Int]]) {
        self.parents = parents
        children = Edges.reversed(parents)
        frozen = []
    }

    /// The edges without those into frozen stages, which do not look at their deps.
    var active: Edges {
        guard frozen.contains(true) else { return self }
        return Edges(parents: zip(parents, frozen).map { $1 ? [] : $0 })
    }

    /// Every stage needed for `starts`, each after its parents.
    func postOrder(from starts: some Sequence<Int>) -> [Int] {
        var order: [Int] = []
        var seen = [Bool](repeating: false, count: parents.count)
        for start in starts where !seen[start] {
            seen[start] = true
            var stack: [(stage: Int, next: Int)] = [(start, 0)]
            while let (stage, next) = stack.last {
                guard next < parents[stage].count else {
                    order.append(stage)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let parent = parents[stage][next]
                guard !seen[parent] else { continue }
                seen[parent] = true
                stack.append((parent, 0))
            }
        }
        return order
    }

    /// `starts` and everything that comes after them.
    func reachable(from starts: [Int]) -> Set<Int> {
        var found = Set(starts)
        var waiting = starts
        while let stage = waiting.popLast() {
            for child in children[stage] where found.insert(child).inserted {
                waiting.append(child)
            }
        }
        return found
    }

    /// Cycles, each in the direction from maker to reader; one at least for every knot of stages.
    func cycles() -> [[Int]] {
        enum State { case new, open, done }
        var state = [State](repeating: .new, count: parents.count)
        var reported = Set<Int>()
        var cycles: [[Int]] = []
        for start in parents.indices where state[start] == .new {
            state[start] = .open
            var stack: [(stage: Int, next: Int)] = [(start, 0)]
            while let (stage, next) = stack.last {
                guard next < parents[stage].count else {
                    state[stage] = .done
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let parent = parents[stage][next]
                if state[parent] == .new {
                    state[parent] = .open
                    stack.append((parent, 0))
                } else if state[parent] == .open, !reported.contains(parent),
                    !reported.contains(stage),
                    let first = stack.firstIndex(where: { $0.stage == parent })
                {
                    let cycle = Array(stack[first...].map(\.stage).reversed())
                    reported.formUnion(cycle)
                    cycles.append(cycle)
                }
            }
        }
        return cycles
    }

    private static func reversed(_ parents: [[Int]]) -> [[Int]] {
        var children = [[Int]](repeating: [], count: parents.count)
        for (stage, list) in parents.enumerated() {
            for parent in list { children[parent].append(stage) }
        }
        return children
    }
}
