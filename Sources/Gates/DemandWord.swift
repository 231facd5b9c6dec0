import Pipelines

extension Gate.Demand {
    /// The key that a gate of this kind has in the pipeline file.
    var word: String {
        switch self {
        case .number: "metric"
        case .accuracy, .regression: "predictions"
        case .size: "path"
        case .command: "cmd"
        }
    }
}

extension GateResult {
    /// Whether rows decide it.
    var isStatistical: Bool {
        switch gate.demand {
        case .accuracy, .regression: true
        case .number, .size, .command: false
        }
    }
}
