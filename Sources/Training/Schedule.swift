/// The learning rate over the steps: a linear rise to the peak, then a linear fall to zero.
struct Schedule: Sendable, Equatable {
    let peak: Double
    let steps: Int
    let warmupSteps: Int

    /// Creates a schedule; `warmup` is a fraction of `steps`, rounded up to whole steps.
    init(peak: Double, warmup: Double, steps: Int) {
        self.peak = peak
        self.steps = max(1, steps)
        let rise = (Double(self.steps) * min(max(warmup, 0), 1)).rounded(.up)
        warmupSteps = min(self.steps, Int(rise))
    }

    /// The learning rate of `step`, counted from 0: the first is above zero, and so is the last.
    func learningRate(_ step: Int) -> Double {
        guard step >= warmupSteps else { return peak * Double(step + 1) / Double(warmupSteps) }
        return peak * Double(max(0, steps - step)) / Double(max(1, steps - warmupSteps))
    }
}
