import Tensors

extension Settings {
    /// The means to compute with these threads in this precision; throws `ComputeError`.
    func compute() throws -> Compute {
        try Compute(threads: threads, precision: Precision(rawValue: precision) ?? .auto)
    }
}

/// Runs `body` and returns the seconds that it took.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock(), start = clock.now
    try body()
    return (clock.now - start) / .seconds(1)
}
