import Glibc

/// The processor time that `body` takes on the thread it is called on, in seconds.
///
/// Unlike time by the clock it does not grow with what else the machine does, nor with the wait
/// for a turn among tests that run side by side.
public func processorTime(_ body: () throws -> Void) rethrows -> Double {
    let before = threadSeconds()
    try body()
    return threadSeconds() - before
}

private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
