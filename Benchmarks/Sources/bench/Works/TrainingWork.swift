import Datasets
import Models
import Training

/// Fine-tuning: one training run that pauses between the rounds.
struct TrainingWork {
    private struct Finished: Error {}

    let settings: Settings

    /// Serves rounds of so many steps until there are no more.
    ///
    /// The run begins at the fine-tuned weights, so that what it measures is any step of a long run
    /// and not the first of one: the sides' optimisers, caches and buffers are warm.
    func serve(_ channel: Channel) throws {
        let data = try PreparedData(folder: "\(settings.project)/data/prepared")
        let split = try data.split(.train)
        let training = TrainingSet(tokens: split.tokens, labels: split.labels)
        let few = try data.split(.valid)
        let validation = TrainingSet(
            tokens: Array(few.tokens.prefix(64)), labels: Array(few.labels.prefix(64)))
        let model = try Checkpoint.load("\(settings.project)/models/teacher")
        let compute = try settings.compute()
        var options = TrainingOptions()
        options.epochs = 1000
        let tokens = Batcher(
            lengths: training.tokens.map(\.count), batchSize: options.batchSize, seed: options.seed
        ).epoch(0).map { $0.reduce(0) { $0 + training.tokens[$1].count } }
        let clock = ContinuousClock()

        try channel.ready("nlpipe, \(compute.arithmetic)")
        guard channel.nextRound() else { return }
        var start = clock.now
        do {
            _ = try Trainer(options: options, compute: compute).train(
                model, on: training, validation: validation,
                progress: { progress in
                    guard progress.finished == nil, progress.step.isMultiple(of: settings.steps)
                    else {
                        return
                    }
                    let time = (clock.now - start) / .seconds(1)
                    let done = (progress.step - settings.steps..<progress.step).reduce(0) {
                        $0 + tokens[$1 % tokens.count]
                    }
                    try channel.report([
                        "tokens_per_second": Double(done) / time,
                        "seconds_per_step": time / Double(settings.steps),
                    ])
                    guard channel.nextRound() else { throw Finished() }
                    start = clock.now
                })
        } catch is Finished {}
    }
}
