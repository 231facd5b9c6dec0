import Pipelines

/// Which stages of a run may start, and what became of those that ended.
///
/// A pure value: it starts nothing itself.
struct RunBoard {
    private let stages: [Stage]
    /// For every stage, the stages whose results it reads, by position.
    private let parents: [[Int]]
    /// For every stage, the later ones that wait for it.
    private var followers: [[Int]]
    /// For every stage, how many earlier ones it waits for.
    private var waiting: [Int]
    /// Last first, so that the next one is taken off the end.
    private var ready: [Int] = []
    private var outcomes: [RunSummary.Outcome?]

    init(_ stages: [Stage], graph: Graph) {
        self.stages = stages
        let positions = Dictionary(
            stages.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        parents = stages.map { stage in
            stage.frozen ? [] : graph.parents(of: stage.name).compactMap { positions[$0] }
        }
        followers = Array(repeating: [], count: stages.count)
        waiting = Array(repeating: 0, count: stages.count)
        outcomes = Array(repeating: nil, count: stages.count)
        for (position, stage) in stages.enumerated() {
            for other in RunBoard.neighbours(above: stage.name, positions, graph) {
                // A frozen stage may come before what it reads; the order of the request holds.
                followers[min(position, other)].append(max(position, other))
                waiting[max(position, other)] += 1
            }
        }
        ready = stages.indices.filter { waiting[$0] == 0 }.reversed()
    }

    /// The positions of the stages that come before `stage`: the nearest of the request, past those
    /// that are not in it.
    private static func neighbours(
        above stage: String, _ positions: [String: Int], _ graph: Graph
    ) -> [Int] {
        var found: [Int] = []
        var seen: Set<String> = [stage]
        var open = graph.parents(of: stage)
        while let name = open.popLast() {
            guard seen.insert(name).inserted else { continue }
            if let position = positions[name] {
                found.append(position)
            } else {
                open += graph.parents(of: name)
            }
        }
        return found
    }

    /// The first stage of the request that may start and that `fits`; nil while all others wait.
    mutating func next(_ fits: (Int) -> Bool = { _ in true }) -> Int? {
        ready.lastIndex(where: fits).map { ready.remove(at: $0) }
    }

    /// Notes how a stage ended and lets those go that waited for it.
    mutating func end(_ position: Int, _ outcome: RunSummary.Outcome) {
        outcomes[position] = outcome
        for follower in followers[position] {
            waiting[follower] -= 1
            guard waiting[follower] == 0 else { continue }
            let place = ready.lastIndex { $0 > follower }.map { $0 + 1 } ?? 0
            ready.insert(follower, at: place)
        }
    }

    /// The stages directly upstream that failed or were left out.
    func broken(before position: Int) -> [String] {
        parents[position].filter { outcomes[$0] == .failed || outcomes[$0] == .notRun }
            .map { stages[$0].name }
    }

    /// The stages directly upstream that were made anew or restored.
    func changed(before position: Int) -> [String] {
        parents[position].filter { outcomes[$0] == .ran || outcomes[$0] == .restored }
            .map { stages[$0].name }
    }
}
