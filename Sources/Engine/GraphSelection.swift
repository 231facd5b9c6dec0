public import Pipelines

extension Graph {
    /// `stages` and all stages that are connected with them, in either direction, in file order.
    public func connected(with stages: [String]) -> [String] {
        var found = Set(stages)
        var open = stages
        while let stage = open.popLast() {
            for other in parents(of: stage) + children(of: stage)
            where found.insert(other).inserted {
                open.append(other)
            }
        }
        return pipeline.stages.map(\.name).filter(found.contains)
    }
}
