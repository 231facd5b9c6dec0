import BenchReport
import Compression
import Tensors

/// From the folder of a package to the first answer, in a process that is already up.
struct LoadingWork {
    let settings: Settings
    static let text = "A fine film that knows when to stop."

    /// Serves rounds of some loads, each from nothing but the files.
    func serve(_ channel: Channel) throws {
        try channel.ready("nlpipe, Predictor and its first answer")
        while channel.nextRound() {
            let times = try (0..<5).map { _ in
                try seconds {
                    let compute = try settings.compute()
                    let predictor = try Predictor(package: "\(settings.project)/package")
                    _ = try predictor.predict([Self.text], compute: compute)
                }
            }
            try channel.report(["milliseconds": 1e3 * (percentile(0.5, of: times) ?? 0)])
        }
    }
}
