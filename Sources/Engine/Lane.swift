import Dispatch

/// A thread that a running stage has to itself.
///
/// Stages block: they wait for commands, read files and compute. On the threads that all tasks
/// share, as many as there are processors, they would keep each other from starting.
final class Lane: TaskExecutor {
    private let queue = DispatchQueue(label: "nlpipe.stage")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
