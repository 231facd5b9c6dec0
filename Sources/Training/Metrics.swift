import Foundation

/// A flat list of named numbers, as the metrics files of stages hold them.
public struct Metrics: Sendable, Equatable {
    private var entries: [String: String] = [:]

    /// Creates an empty list.
    public init() {}

    /// Sets a number, rounded to six decimals; one that is not finite becomes JSON's `null`.
    public mutating func set(_ name: String, _ value: Double) {
        let rounded = (value * 1e6).rounded() / 1e6
        // Adding 0 turns -0 into 0.
        entries[name] = rounded.isFinite ? "\(rounded + 0)" : "null"
    }

    /// Sets an integer.
    public mutating func set(_ name: String, _ value: Int) { entries[name] = "\(value)" }

    /// JSON with sorted keys, indented by two spaces, with a newline at the end.
    ///
    /// Names are plain identifiers and are written as they are.
    public var json: String {
        let lines = entries.sorted { $0.key < $1.key }.map { "  \"\($0.key)\": \($0.value)" }
        return "{\n\(lines.joined(separator: ",\n"))\n}\n"
    }

    /// Writes the JSON to a file.
    public func write(to path: String) throws {
        try Data(json.utf8).write(to: URL(fileURLWithPath: path))
    }
}

extension TrainingReport {
    /// The kept epoch's numbers, and those of every epoch as `epoch_<n>_<name>`.
    public var metrics: Metrics {
        var metrics = Metrics()
        metrics.set("epochs", epochs.count)
        metrics.set("best_epoch", keptEpoch)
        metrics.set("steps", steps)
        if let kept { metrics.set(kept, prefix: "") }
        for epoch in epochs { metrics.set(epoch, prefix: "epoch_\(epoch.epoch)_") }
        return metrics
    }
}

extension Metrics {
    fileprivate mutating func set(_ report: EpochReport, prefix: String) {
        for (name, value) in report.series { set("\(prefix)\(name)", value) }
    }
}
