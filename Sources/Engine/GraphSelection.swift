public import Pipelines

extension Graph {
    /// `stages` and all stages that are connected with them, in either direction, in file order; deps
    /// of frozen stages connect nothing, for nobody looks at them.
    public func connected(with stages: [String]) -> [String] {
        var found = Set(stages)
        var open = stages
        while let stage = open.popLast() {
            let isFrozen = self.stage(named: stage)?.frozen == true
            let readers = children(of: stage).filter { self.stage(named: $0)?.frozen != true }
            for other in (isFrozen ? [] : parents(of: stage)) + readers
            where found.insert(other).inserted {
                open.append(other)
            }
        }
        return pipeline.stages.map(\.name).filter(found.contains)
    }
}
