/// What one epoch did.
public struct EpochReport: Sendable, Equatable, Codable {
    /// Counted from 1.
    public let epoch: Int
    /// The mean training loss of the epoch's examples, dropout on.
    public let trainLoss: Double
    /// The share of validation labels that the model predicts.
    public let validAccuracy: Double
    /// The mean F1 of the classes on validation.
    public let validMacroF1: Double
    /// The mean cross-entropy of the validation labels.
    public let validLoss: Double

    /// Name and value of each number, for series over the epochs.
    public var series: [(name: String, value: Double)] {
        [
            ("train_loss", trainLoss), ("valid_accuracy", validAccuracy),
            ("valid_macro_f1", validMacroF1), ("valid_loss", validLoss),
        ]
    }
}

/// What a training run did.
public struct TrainingReport: Sendable, Equatable, Codable {
    /// One report for each epoch, in order.
    public let epochs: [EpochReport]
    /// The epoch whose weights the model now holds, counted from 1.
    public let keptEpoch: Int
    /// Optimiser steps over all epochs.
    public let steps: Int

    /// The report of the epoch whose weights were kept.
    public var kept: EpochReport? { epochs.first { $0.epoch == keptEpoch } }

    /// The kept epoch's numbers, and those of every epoch as `epoch_<n>_<name>`.
    public var series: [(name: String, value: Double)] {
        (kept?.series ?? [])
            + epochs.flatMap { report in
                report.series.map { ("epoch_\(report.epoch)_\($0.name)", $0.value) }
            }
    }
}

/// How far a training run is; handed over after every step, and once more after every epoch.
public struct TrainingProgress: Sendable {
    /// Steps done.
    public let step: Int
    /// Steps in all epochs.
    public let steps: Int
    /// The current epoch, counted from 1.
    public let epoch: Int
    /// The mean training loss since the epoch began.
    public let loss: Double
    /// Real tokens a second since the run began; a measurement, different every time.
    public let tokensPerSecond: Double
    /// Set once, after validation at the end of an epoch.
    public let finished: EpochReport?

    /// The share of the whole run that is done, in 0...1.
    public var fraction: Double { steps > 0 ? Double(step) / Double(steps) : 1 }

    /// A few words for a progress line.
    public var detail: String {
        "epoch \(epoch), loss \((loss * 1e4).rounded() / 1e4), \(Int(tokensPerSecond)) tokens/s"
    }
}
