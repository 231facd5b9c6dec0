import Datasets
import Foundation
import Models
import Training

/// The peak memory of a whole, short fine-tuning: the longest batches, two epochs, validation.
struct MemoryWork {
    let settings: Settings

    /// Serves one round; every round is a process of its own.
    func serve(_ channel: Channel) throws {
        let data = try PreparedData(folder: "\(settings.project)/data/prepared")
        let plan = try Plan.read(settings.scratch)
        let compute = try settings.compute()
        let training = try subset(data.split(.train), plan.memoryRows)
        let validation = try subset(data.split(.valid), Array(0..<plan.memoryValidation))
        let model = try Checkpoint.load("\(settings.project)/models/teacher")
        let before = CPUTime.peakMegabytes(process: getpid())
        try channel.ready(
            "nlpipe, \(compute.arithmetic)",
            notes: ["nlpipe holds \(Int(before)) MB before the first step"])
        guard channel.nextRound() else { return }
        var options = TrainingOptions()
        options.epochs = plan.memoryEpochs.count
        options.checkpointFolder = "\(settings.scratch)/memory-checkpoint"
        _ = try Trainer(options: options, compute: compute).train(
            model, on: training, validation: validation)
        try channel.report(["megabytes": CPUTime.peakMegabytes(process: getpid())])
    }

    private func subset(_ split: PreparedSplit, _ rows: [Int]) -> TrainingSet {
        TrainingSet(tokens: rows.map { split.tokens[$0] }, labels: rows.map { split.labels[$0] })
    }
}
