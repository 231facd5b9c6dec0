public import Pipelines

extension Graph {
    /// `stages` and all stages that are connected with them, in either direction, in file order.
    ///
    /// - Parameter pastFrozen: false where deps of frozen stages connect nothing, as when stages are
    ///   run: nobody looks at them.
    public func connected(with stages: [String], pastFrozen: Bool = true) -> [String] {
        var found = Set(stages)
        var open = stages
        while let stage = open.popLast() {
            func counts(_ name: String) -> Bool {
                pastFrozen || self.stage(named: name)?.frozen != true
            }
            let above = counts(stage) ? parents(of: stage) : []
            for other in above + children(of: stage).filter(counts)
            where found.insert(other).inserted {
                open.append(other)
            }
        }
        return pipeline.stages.map(\.name).filter(found.contains)
    }
}
